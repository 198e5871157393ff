"""The errors of crm_core: faults of the store, and refusals a caller can act on."""

from __future__ import annotations


class CrmError(Exception):
    """Something crm_core tells on purpose.

    `status` is the HTTP status that fits, `code` a stable word for programs, `field` the input at
    fault when there is one; the message is one line for people.
    """

    status = 500
    code = "crm_error"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code is not None:
            self.code = code


class DatabaseUnavailable(CrmError):  # noqa: N818 - reads as the fact it tells
    """The database cannot be reached or used; the message says what to do."""

    status = 503
    code = "database_unavailable"


class FencedOut(CrmError):  # noqa: N818 - reads as the fact it tells
    """Another engine leads; what this one wanted to write was not written."""

    status = 409
    code = "fenced_out"


class Refusal(CrmError):  # noqa: N818 - an expected answer, not a fault
    """The request was understood and not done."""

    status = 400
    code = "refused"


class InvalidValue(Refusal):
    """A value does not fit; `field` names it."""

    code = "invalid_value"


class NotFound(Refusal):
    """There is no such thing for this tenant."""

    status = 404
    code = "not_found"


class NotAllowed(Refusal):
    """The user may not do this."""

    status = 403
    code = "not_allowed"


class AlreadyExists(Refusal):
    """Something with this name or number is there already."""

    status = 409
    code = "already_exists"


class EditedMeanwhile(Refusal):
    """Somebody else changed the record since it was read; read it again."""

    status = 409
    code = "edited_meanwhile"


class WrongState(Refusal):
    """The record is in a state that forbids this, e.g. an issued statement."""

    status = 409
    code = "wrong_state"
