"""The agent's own state, phone and wrap-up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, StringConstraints, model_validator

from acd.commands import (
    Command,
    DialOut,
    FinishWrapUp,
    SetNotReady,
    SetReady,
    SignIn,
    SignOut,
)
from acd.notices import AgentRow, QueueRow
from agent_desktop.api import deeds
from agent_desktop.api.engine import Taken, give
from agent_desktop.api.numbers import dialable
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body, Code, Nothing
from agent_desktop.api.session import UserShown, shown
from agent_desktop.feed import FEED
from agent_desktop.mirror import Mirror
from agent_desktop.policy import SIGNED_IN, requires


class Me(BaseModel):
    """Who I am and how I stand on the board; `agent` is null for one without a phone."""

    user: UserShown
    agent: AgentRow | None
    queues: list[QueueRow]
    stale_since: datetime | None
    server_time: datetime


class StateWanted(Body):
    """The state I want; a reason belongs to not_ready alone."""

    state: Literal["ready", "not_ready", "offline"]
    reason: Code | None = None

    @model_validator(mode="after")
    def _reason_fits(self) -> Self:
        if (self.reason is not None) != (self.state == "not_ready"):
            message = "a reason is given with not_ready, and with it alone"
            raise ValueError(message)
        return self


class NumberToDial(Body):
    """A number as people write it."""

    number: Annotated[str, StringConstraints(min_length=2, max_length=40)]


async def show_me(ask: Ask) -> Me:
    """Tell who I am, my place on the board and my queues."""
    mirror = ask.request.app[FEED].mirror
    who = ask.visitor
    return Me(
        user=shown(who.user),
        agent=mirror.agents.get(who.agent_id),
        queues=_my_queues(mirror, who.agent_id),
        stale_since=mirror.stale_since,
        server_time=ask.services.clock(),
    )


def _my_queues(mirror: Mirror, agent_id: str) -> list[QueueRow]:
    agent = mirror.agents.get(agent_id)
    rows = mirror.queues.values()
    return [row for row in rows if agent is None or row.name in agent.queues]


async def set_state(ask: Ask, *, body: StateWanted) -> Taken:
    """Say whether I take calls; the board tells when it is so."""
    me = ask.visitor.agent_id
    for command in _commands(body, me):
        await give(ask.services, command)
    return Taken()


def _commands(body: StateWanted, me: str) -> list[Command]:
    """Signing in twice is harmless, so each wish brings the agent to the board first."""
    if body.state == "offline":
        return [SignOut(agent_id=me, by=me)]
    if body.state == "ready":
        return [SignIn(agent_id=me, by=me), SetReady(agent_id=me, by=me)]
    reason = body.reason or ""
    return [SignIn(agent_id=me, by=me), SetNotReady(agent_id=me, reason=reason, by=me)]


async def finish_wrap_up(ask: Ask, *, body: Nothing) -> Taken:
    """End my after-call work now."""
    del body
    me = ask.visitor.agent_id
    return await give(ask.services, FinishWrapUp(agent_id=me, by=me))


async def dial(ask: Ask, *, body: NumberToDial) -> Taken:
    """Ring my phone, then the number."""
    me, number = ask.visitor.agent_id, dialable(body.number, field="number")
    async with ask.services.database.transaction() as session:
        await deeds.note(ask, session, "dial", about=("number", number))
    return await give(ask.services, DialOut(agent_id=me, number=number, by=me))


_DESK = requires("desktop", "use")

OPERATIONS = (
    Operation(method="GET", path="/me", handler=show_me, policy=SIGNED_IN),
    Operation(
        method="POST",
        path="/me/state",
        handler=set_state,
        policy=_DESK,
        status=202,
        refusals=(409,),
    ),
    Operation(
        method="POST",
        path="/me/wrap-up/finish",
        handler=finish_wrap_up,
        policy=_DESK,
        status=202,
        refusals=(409,),
    ),
    Operation(
        method="POST",
        path="/me/dial",
        handler=dial,
        policy=requires("call", "dial"),
        most_a_minute=30,
        status=202,
        refusals=(409,),
    ),
)
