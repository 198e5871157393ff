"""Who stands behind a session's or a token's secret, remembered for a moment."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web

from agent_desktop.services import Services
from crm_core.people.model import Reach, SignedIn, User, can, reach_of
from crm_core.people.sessions import session_user, token_user, touch_session
from crm_core.tenancy import Scope

IDLE_LIFE = timedelta(minutes=15)  # without a request or an open desktop
SEEN_EVERY = timedelta(minutes=1)
REMEMBERED_FOR = timedelta(seconds=2)  # a session ended elsewhere may be used so much longer
MOST_REMEMBERED = 5000
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


class VisitorBook:
    """Finds visitors in the store; a page's burst of requests asks it once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: OrderedDict[str, tuple[Visitor, datetime]] = OrderedDict()

    async def by_session(self, secret: str) -> Visitor | None:
        """Return who holds this session, and note its use; None when over or idle."""
        return await self._find(secret, self._read_session)

    async def by_token(self, secret: str) -> Visitor | None:
        """Return the program that holds this token; None when unknown, revoked or over."""
        return await self._find(secret, self._read_token)

    async def ended(self, visitors: Collection[Visitor], *, within: float) -> list[Visitor]:
        """Return those whose session or token holds no more, asking over `within` seconds.

        An open desktop keeps its session in use.
        """
        gone = []
        for who in visitors:
            read = self._read_token if who.session_id is None else self._read_session
            if await read(who.secret) is None:
                gone.append(who)
            await asyncio.sleep(within / len(visitors))  # calls go first: no burst of queries
        return gone

    def forget(self, key: str) -> None:
        """Look the session or token up again when it is next used."""
        for secret in [secret for secret, (who, _) in self._known.items() if who.key == key]:
            del self._known[secret]

    async def _find(
        self, secret: str, read: Callable[[str], Awaitable[Visitor | None]]
    ) -> Visitor | None:
        if not 0 < len(secret) <= MOST_SECRET:
            return None
        now = self._services.clock()
        who, known_at = self._known.get(secret, (None, now))
        if who is not None and known_at <= now < known_at + REMEMBERED_FOR:
            return who
        self._known.pop(secret, None)
        who = await read(secret)
        if who is not None:
            self._remember(who, now)
        return who

    def _remember(self, who: Visitor, now: datetime) -> None:
        self._known[who.secret] = (who, now)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)

    async def _read_session(self, secret: str) -> Visitor | None:
        services, now = self._services, self._services.clock()
        async with services.database.read() as session:
            found = await session_user(session, services.scope, secret, at=now)
        if found is None or found.last_seen_at < now - IDLE_LIFE:
            return None
        if found.last_seen_at < now - SEEN_EVERY:
            async with services.database.transaction() as session:
                await touch_session(session, services.scope, found.session_id, at=now)
        return self._visitor(found, secret)

    def _visitor(self, found: SignedIn, secret: str) -> Visitor:
        return Visitor(
            user=found.user,
            scope=Scope(tenant_id=self._services.tenant_id, user_id=found.user.id),
            secret=secret,
            session_id=found.session_id,
            expires_at=found.expires_at,
        )

    async def _read_token(self, secret: str) -> Visitor | None:
        services = self._services
        async with services.database.read() as session:
            program = await token_user(session, services.scope, secret, at=services.clock())
        if program is None:
            return None
        scope = Scope(tenant_id=services.tenant_id, user_id=None)
        return Visitor(user=program, scope=scope, secret=secret)


VISITORS: web.AppKey[VisitorBook] = web.AppKey("visitors", VisitorBook)
