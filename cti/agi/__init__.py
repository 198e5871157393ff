"""FastAGI: our own server, so that no client can freeze, flood or outstay it."""

from cti.agi.limits import AgiLimits
from cti.agi.replies import AgiReply
from cti.agi.server import AgiServer
from cti.agi.session import AgiSession
from cti.errors import AgiFailed, AgiHangup, AgiRefused, AgiTimedOut

__all__ = [
    "AgiFailed",
    "AgiHangup",
    "AgiLimits",
    "AgiRefused",
    "AgiReply",
    "AgiServer",
    "AgiSession",
    "AgiTimedOut",
]
