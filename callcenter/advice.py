"""What to tell a person about a failure that can be expected: one line that says what to do."""

from __future__ import annotations

import errno

from callcenter.errors import CommandFailed
from crm_core.errors import CrmError
from cti.errors import CtiError, LinkDown, LoginRefused

_OF_THE_SYSTEM = {
    errno.ENOSPC: "the disk is full: free some space and try again",
    errno.EDQUOT: "the disk quota is used up: free some space and try again",
    errno.EROFS: "the disk is read-only: set CALLCENTER_HOME to a directory you may write to",
    errno.EACCES: "permission denied: run as the owner of the installation, or as root",
    errno.EADDRINUSE: "a port is in use: stop the other program or set another port",
}


def advice(error: BaseException) -> str | None:
    """Return the line for an expected failure, or None when it is a fault of ours."""
    if isinstance(error, LoginRefused):
        return (
            "Asterisk refused our AMI log-in: it was started with another secret; "
            "stop it with `callcenter asterisk stop` and start it again"
        )
    if isinstance(error, LinkDown):
        return f"Asterisk cannot be reached: is it running (`callcenter asterisk start`)? {error}"
    if isinstance(error, CommandFailed | CrmError | CtiError):
        return " ".join(str(error).split())
    if isinstance(error, OSError):
        return _advice_for_system(error)
    if isinstance(error, BaseExceptionGroup):
        return next((line for one in error.exceptions if (line := advice(one))), None)
    return None


def _advice_for_system(error: OSError) -> str | None:
    where = f" ({error.filename})" if error.filename else ""
    line = _OF_THE_SYSTEM.get(error.errno or 0)
    return f"{line}{where}" if line else None
