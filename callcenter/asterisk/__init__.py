"""One Asterisk of ours: where it is, how it is installed, started, asked and stopped."""

from callcenter.asterisk.installation import Installation, find_installation
from callcenter.asterisk.server import AsteriskServer

__all__ = ["AsteriskServer", "Installation", "find_installation"]
