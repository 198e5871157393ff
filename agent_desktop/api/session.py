"""Signing in and out."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID

import structlog
from aiohttp import web
from pydantic import BaseModel, StringConstraints

from acd.commands import RevokePhoneCredential, SignOut
from agent_desktop.api import deeds
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body
from agent_desktop.errors import BadCredentials, NotSignedIn
from agent_desktop.log_in_limit import LOG_IN_LIMIT
from agent_desktop.policy import PUBLIC, SIGNED_IN
from agent_desktop.push import PUSH
from agent_desktop.security import csrf_token_of
from agent_desktop.sessions import COOKIE, Visitor, visitor
from crm_core.errors import EditedMeanwhile
from crm_core.people.log_in import authenticate, password_hash, try_password
from crm_core.people.model import OpenedSession, User, reach_of
from crm_core.people.sessions import close_session, open_session
from crm_core.tenancy import Scope

log = structlog.get_logger(__name__)


class LogIn(Body):
    """Who wants in; the password is never written anywhere."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class UserShown(BaseModel):
    """The signed-in user; `permissions` gives the reach (own, unit, all) of each right."""

    id: UUID
    username: str
    display_name: str
    extension: str | None
    language: str
    roles: list[str]
    permissions: dict[str, str]


class SessionShown(BaseModel):
    """An open session; send `csrf_token` as X-CSRF-Token with every unsafe request."""

    user: UserShown
    csrf_token: str
    expires_at: datetime | None


async def sign_in(ask: Ask, *, body: LogIn) -> web.Response:
    """Open a session and set its cookie."""
    limit, address = ask.request.app[LOG_IN_LIMIT], ask.request.remote or ""
    now = ask.services.clock()
    async with limit.attempt(address, body.username, now=now):
        user = await _prove(ask, body)
    if user is None:
        log.info("log_in_failed", username=body.username[:80])
        raise BadCredentials
    limit.succeeded(address, body.username)
    await _end_previous(ask)
    opened = await _open(ask, user)
    return _welcome(ask, user, opened)


async def show_session(ask: Ask) -> SessionShown:
    """Tell who is signed in, with the token for unsafe requests."""
    who = ask.visitor
    if who.session_id is None:
        raise NotSignedIn("A bearer token has no session.")
    token = csrf_token_of(ask.services.session_key, who.session_id)
    return SessionShown(user=shown(who.user), csrf_token=token, expires_at=who.expires_at)


async def sign_out(ask: Ask) -> web.Response:
    """End the session, its sockets and its phone, and take the agent off the board."""
    await _end(ask, ask.visitor)
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
    return response


def shown(user: User) -> UserShown:
    """Return what a client may know of the user."""
    rights = {f"{held.object}.{held.action}" for held in user.permissions}
    return UserShown(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        extension=user.extension,
        language=user.language,
        roles=list(user.roles),
        permissions={right: _reach(user, right) for right in sorted(rights)},
    )


def _reach(user: User, right: str) -> str:
    return str(reach_of(user, *right.split(".", 1)) or "")


async def _prove(ask: Ask, body: LogIn) -> User | None:
    try:
        return await _tried(ask, body)
    except EditedMeanwhile:  # his hash was made anew, or another password set, as we compared
        return await _tried(ask, body)


async def _tried(ask: Ask, body: LogIn) -> User | None:
    services, name = ask.services, body.username
    async with services.database.read() as session:
        against = await password_hash(session, services.scope, name)
    tried = await try_password(body.password, against)  # takes long: nothing is held meanwhile
    async with services.database.transaction() as session:
        return await authenticate(session, services.scope, name, tried, at=services.clock())


async def _open(ask: Ask, user: User) -> OpenedSession:
    services, address = ask.services, ask.request.remote or ""
    scope = Scope(tenant_id=services.tenant_id, user_id=user.id)
    async with services.database.transaction() as session:
        opened = await open_session(session, scope, user.id, address=address, at=services.clock())
        about = ("session", opened.session_id)
        await deeds.note(ask, session, "sign_in", about=about, scope=scope)
    return opened


def _welcome(ask: Ask, user: User, opened: OpenedSession) -> web.Response:
    token = csrf_token_of(ask.services.session_key, opened.session_id)
    told = SessionShown(user=shown(user), csrf_token=token, expires_at=opened.expires_at)
    response = web.Response(
        body=told.model_dump_json().encode(), content_type="application/json", charset="utf-8"
    )
    response.set_cookie(
        COOKIE,
        opened.secret,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=ask.services.secure,
        max_age=int((opened.expires_at - ask.services.clock()).total_seconds()),
    )
    return response


async def _end_previous(ask: Ask) -> None:
    """Signing in anew replaces the browser's earlier session, another user's too."""
    before = visitor(ask.request)
    if before is not None and before.session_id is not None:
        await _end(ask, before)


async def _end(ask: Ask, who: Visitor) -> None:
    services = ask.services
    if who.session_id is None:
        raise NotSignedIn("A bearer token has no session to end.")
    async with services.database.transaction() as session:
        await close_session(session, who.scope, who.session_id, at=services.clock())
        about = ("session", who.session_id)
        await deeds.note(ask, session, "sign_out", about=about, scope=who.scope)
    ask.request.app[PUSH].close_session(who.key)
    await _leave_the_board(ask, who)


async def _leave_the_board(ask: Ask, who: Visitor) -> None:
    """Best effort: with the engine away the session is over all the same."""
    if who.user.extension is None:
        return
    bus, by = ask.services.bus, who.agent_id
    endpoint = f"agent-{who.user.extension}"
    await asyncio.gather(
        bus.request(SignOut(agent_id=who.agent_id, by=by)),
        bus.request(RevokePhoneCredential(endpoint=endpoint, by=by)),
    )


OPERATIONS = (
    Operation(
        method="POST",
        path="/session",
        handler=sign_in,
        policy=PUBLIC,
        answer=SessionShown,
        refusals=(401, 429),
    ),
    Operation(method="GET", path="/session", handler=show_session, policy=SIGNED_IN),
    Operation(method="DELETE", path="/session", handler=sign_out, policy=SIGNED_IN, status=204),
)
