"""Who asks: the cookie's session or the bearer's token, and whether the route allows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from agent_desktop.errors import NotPermitted, NotSignedIn
from agent_desktop.policy import policy_of
from agent_desktop.services import SERVICES, Services
from crm_core.people.model import Reach, User, can, reach_of
from crm_core.people.sessions import session_user, token_user, touch_session
from crm_core.tenancy import Scope

log = structlog.get_logger(__name__)

COOKIE = "callcenter_session"
IDLE_LIFE = timedelta(minutes=15)  # without a request or an open desktop
SEEN_EVERY = timedelta(minutes=1)
MOST_SECRET = 200  # characters of a secret worth looking up


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Who stands behind a request or an open desktop."""

    user: User
    scope: Scope
    secret: str = field(repr=False)
    session_id: UUID | None = None  # None: a program with a bearer token
    expires_at: datetime | None = None

    @property
    def agent_id(self) -> str:
        """Return the id the board knows this user by."""
        return self.user.agent_id

    @property
    def key(self) -> str:
        """Return what names the session or token, without its secret."""
        return str(self.session_id or self.user.id)

    def can(self, object: str, action: str) -> bool:  # noqa: A002 - the trade's word
        """Say whether the user may do this at all."""
        return can(self.user, object, action)

    def sees_all(self, object: str) -> bool:  # noqa: A002 - the trade's word
        """Say whether the user may read every record of this kind, not his own alone."""
        return reach_of(self.user, object, "read") is Reach.ALL

    @property
    def watches_all(self) -> bool:
        """Say whether the user sees the live calls of every agent."""
        return can(self.user, "agent", "read")


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
    who = await _find_visitor(request)
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
    services = request.app[SERVICES]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await find_token(services, token.strip())
    return await find_session(services, request.cookies.get(COOKIE, ""))


async def find_session(services: Services, secret: str) -> Visitor | None:
    """Return who holds this session, and note that it is in use; None when over or idle."""
    if not 0 < len(secret) <= MOST_SECRET:
        return None
    now = services.clock()
    async with services.database.read() as session:
        found = await session_user(session, services.scope, secret, at=now)
    if found is None or found.last_seen_at < now - IDLE_LIFE:
        return None
    if found.last_seen_at < now - SEEN_EVERY:
        async with services.database.transaction() as session:
            await touch_session(session, services.scope, found.session_id, at=now)
    return Visitor(
        user=found.user,
        scope=Scope(tenant_id=services.tenant_id, user_id=found.user.id),
        secret=secret,
        session_id=found.session_id,
        expires_at=found.expires_at,
    )


async def find_token(services: Services, secret: str) -> Visitor | None:
    """Return the program that holds this token; None when unknown, revoked or over."""
    if not 0 < len(secret) <= MOST_SECRET:
        return None
    async with services.database.read() as session:
        program = await token_user(session, services.scope, secret, at=services.clock())
    if program is None:
        return None
    scope = Scope(tenant_id=services.tenant_id, user_id=None)
    return Visitor(user=program, scope=scope, secret=secret)


async def is_still_valid(services: Services, who: Visitor) -> bool:
    """Say whether an open desktop may stay; an open one keeps its session in use."""
    find = find_token if who.session_id is None else find_session
    return await find(services, who.secret) is not None
