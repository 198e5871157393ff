"""Who asks: the cookie's session or the bearer's token, and whether the route allows it."""

from __future__ import annotations

from urllib.parse import quote

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from agent_desktop.errors import NotPermitted, NotSignedIn
from agent_desktop.policy import policy_of
from agent_desktop.visitors import VISITORS, Visitor

__all__ = ["COOKIE", "Visitor", "authenticate_and_authorise", "visitor"]

log = structlog.get_logger(__name__)

COOKIE = "callcenter_session"

VISITOR: web.RequestKey[Visitor] = web.RequestKey("visitor", Visitor)


def visitor(request: web.Request) -> Visitor | None:
    """Return who asks; None when nobody is signed in."""
    return request.get(VISITOR)


@web.middleware
async def authenticate_and_authorise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who asks and let him pass only where the route's policy allows it."""
    if request.match_info.http_exception is not None:
        return await handler(request)  # no such route: the 404 or 405 needs no policy
    policy = policy_of(request)
    if policy is None:
        log.error("route_without_policy", path=request.path)
        raise NotPermitted
    who = await _find_visitor(request) if policy.asks_who else None
    if who is not None:
        request[VISITOR] = who
    elif not policy.public:
        raise _way_in(request)
    if who is not None and not policy.allows(who.user):
        raise NotPermitted
    return await handler(request)


def _way_in(request: web.Request) -> Exception:
    """Tell programs that they are not signed in, and take people to the log-in page."""
    if request.method != "GET" or request.path.startswith("/api/"):
        return NotSignedIn()
    return web.HTTPSeeOther("/login?next=" + quote(request.path_qs, safe=""))


async def _find_visitor(request: web.Request) -> Visitor | None:
    book = request.app[VISITORS]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await book.by_token(token.strip())
    return await book.by_session(request.cookies.get(COOKIE, ""))
