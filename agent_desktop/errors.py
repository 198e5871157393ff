"""Refusals of the desktop, each with its status and code, and how they are told to the client."""

from __future__ import annotations

import errno
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from agent_desktop.reader import words_for
from crm_core.errors import CrmError
from crm_core.errors import NotFound as NoSuchRecord
from crm_core.sentences import Sentence, Translate, in_words, pattern, sentence, whole, words_of

log = structlog.get_logger(__name__)


class DesktopError(Exception):
    """The request could not be done."""

    status: ClassVar[int] = 400
    code: str = "bad_request"

    def __init__(
        self, message: str = "", *, field: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.field = field
        self.code = code or self.code


class Invalid(DesktopError):  # noqa: N818 - a refusal, not a fault
    """The request does not fit what is expected here."""

    code = "invalid"


class NotSignedIn(DesktopError):  # noqa: N818 - a refusal, not a fault
    """Sign in first."""

    status = 401
    code = "not_signed_in"


class BadCredentials(DesktopError):  # noqa: N818 - a refusal, not a fault
    """The user name or the password is wrong."""

    status = 401
    code = "bad_credentials"


class NotPermitted(DesktopError):  # noqa: N818 - a refusal, not a fault
    """Your role does not allow this."""

    status = 403
    code = "not_permitted"


class CsrfFailed(DesktopError):  # noqa: N818 - a refusal, not a fault
    """The X-CSRF-Token header is missing or does not belong to this session."""

    status = 403
    code = "csrf_failed"


class OriginNotAllowed(DesktopError):  # noqa: N818 - a refusal, not a fault
    """The request comes from a page that is not ours."""

    status = 403
    code = "origin_not_allowed"


class NotFound(DesktopError):  # noqa: N818 - a refusal, not a fault
    """There is no such thing."""

    status = 404
    code = "not_found"


class EngineRefused(DesktopError):  # noqa: N818 - a refusal, not a fault
    """The board did not take the command."""

    status = 409
    code = "refused"


class TooManyAttempts(DesktopError):  # noqa: N818 - a refusal, not a fault
    """Too many attempts; wait a little."""

    status = 429
    code = "too_many_attempts"

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class EngineUnavailable(DesktopError):  # noqa: N818 - a refusal, not a fault
    """The telephony engine does not answer; calls in progress go on."""

    status = 503
    code = "engine_unavailable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What a client is told of a refusal; `field` is a path such as `contact_points.0.value`."""

    status: int
    code: str
    message: str
    field: str | None
    trace_id: str
    retry_after: int | None = None


ErrorPage = Callable[[web.Request, Problem], Awaitable[web.StreamResponse]]
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("error_page")
TRACE_ID: web.RequestKey[str] = web.RequestKey("trace_id", str)

_HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
_UNFORESEEN = pattern("Something went wrong here; the trace id finds it in the log.")
_AWAY = pattern("The database does not answer; try again soon.")
_LONGEST = 600  # characters: a message may hold what somebody wrote
_HTTP_MESSAGES = {
    404: pattern("There is no such thing."),
    405: pattern("This address does not take that method."),
    413: pattern("The body is too large."),
}


def problem_of(error: Exception, *, trace_id: str, words: Translate | None = None) -> Problem:
    """Say what `error` means to a client; what we did not foresee is a 500 without details.

    `words` puts the message into the reader's language; it is English without.
    """
    status, code, message, field = _meaning(error)
    if words is not None:
        message = in_words(message, words)
    return Problem(
        status=status,
        code=code,
        message=str(message)[:_LONGEST],
        field=field,
        trace_id=trace_id,
        retry_after=getattr(error, "retry_after", None),
    )


def _meaning(error: Exception) -> tuple[int, str, str, str | None]:
    match error:
        case DesktopError():
            return error.status, error.code, words_of(error), error.field
        case NoSuchRecord(field=None) | OSError(errno=errno.ENAMETOOLONG):
            # Another tenant's, another's own, none, a name no file can have: one answer.
            return _meaning(NotFound())
        case CrmError() if error.status < 500:  # noqa: PLR2004 - refusals are for the client to read
            return error.status, error.code, whole(words_of(error)), error.field
        case CrmError():
            return error.status, error.code, _AWAY, None
        case web.HTTPException():
            message = _HTTP_MESSAGES.get(error.status, error.reason)
            return error.status, _HTTP_CODES.get(error.status, "bad_request"), message, None
        case _:
            return 500, "internal", _UNFORESEEN, None


@web.middleware
async def tell_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into `{code, field, message, trace_id}` or the error page."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - redirects are answers, not errors
            raise
        problem = _problem(request, error)
    except Exception as error:  # noqa: BLE001 - the edge: nothing may leave as a traceback
        problem = _problem(request, error)
        _note(error, problem)
    return await _answer(request, problem)


def _problem(request: web.Request, error: Exception) -> Problem:
    return problem_of(error, trace_id=request[TRACE_ID], words=words_for(request))


def _note(error: Exception, problem: Problem) -> None:
    if problem.code == "internal":
        log.error("request_failed", code=problem.code, exc_info=error)
    elif problem.status >= 500:  # noqa: PLR2004 - something we stand on is away
        log.warning("request_failed", code=problem.code, reason=str(error))
    else:
        log.info("request_refused", code=problem.code, field=problem.field, status=problem.status)


async def _answer(request: web.Request, problem: Problem) -> web.StreamResponse:
    page = request.app.get(ERROR_PAGE)
    wants_page = "text/html" in request.headers.get("Accept", "")
    if page is not None and wants_page and not request.path.startswith("/api/"):
        return await page(request, problem)
    return as_json(problem)


def refusal(place: str, reason: str, more: int) -> Sentence:
    """Say what is refused where, and how many other faults there are."""
    if more:
        return sentence(
            "refused", "{place}: {reason} (and {n} more).", place=place, reason=reason, n=more
        )
    return sentence("refused", "{place}: {reason}.", place=place, reason=reason)


def as_json(problem: Problem) -> web.Response:
    """Write the problem as the API tells it."""
    told = {
        "code": problem.code,
        "field": problem.field,
        "message": problem.message,
        "trace_id": problem.trace_id,
    }
    headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after else {}
    return web.json_response(
        body=json.dumps(told).encode(), status=problem.status, headers=headers
    )
