"""The agent's own state, phone and wrap-up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from acd.commands import (
    AskWrapUp,
    ChooseQueues,
    Command,
    DialOut,
    ExtendWrapUp,
    FinishWrapUp,
    ReportMicrophone,
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
from crm_core.queues import queue_titles


class QueueTitle(BaseModel):
    """What people call a queue."""

    name: str
    title: str
    title_en: str


class Me(BaseModel):
    """Who I am and how I stand on the board; `agent` is null for one without a phone.

    `titles` are those of all queues there are or were: records of calls know their names alone.
    """

    user: UserShown
    agent: AgentRow | None
    queues: list[QueueRow]
    titles: list[QueueTitle]
    stale_since: datetime | None
    server_time: datetime


class StateWanted(Body):
    """The state I want; a reason belongs to not_ready alone, queues (mine) to being there."""

    state: Literal["ready", "not_ready", "offline"]
    reason: Code | None = None
    queues: Annotated[list[Code], Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _reason_fits(self) -> Self:
        if (self.reason is not None) != (self.state == "not_ready"):
            message = "a reason is given with not_ready, and with it alone"
            raise ValueError(message)
        if self.queues is not None and self.state == "offline":
            message = "queues are chosen by one who comes, not by one who goes"
            raise ValueError(message)
        return self


class QueuesWanted(Body):
    """Which of my queues I serve; none: all of them."""

    queues: Annotated[list[Code], Field(max_length=100)]


class WrapUpWanted(Body):
    """Whether I want time after this call."""

    wanted: bool = True


class MicrophoneFound(Body):
    """Whether my desktop has a microphone that works."""

    works: bool


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
        titles=await _titles(ask),
        stale_since=mirror.stale_since,
        server_time=ask.services.clock(),
    )


async def _titles(ask: Ask) -> list[QueueTitle]:
    async with ask.services.database.read() as session:
        titles = await queue_titles(session, ask.visitor.scope)
    return [
        QueueTitle(name=name, title=title, title_en=title_en)
        for name, (title, title_en) in titles.items()
    ]


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
    queues = tuple(body.queues or ())
    if body.state == "offline":
        return [SignOut(agent_id=me, by=me)]
    if body.state == "ready":
        return [SignIn(agent_id=me, queues=queues, by=me), SetReady(agent_id=me, by=me)]
    away = SetNotReady(agent_id=me, reason=body.reason or "", by=me)
    return [SignIn(agent_id=me, queues=queues, by=me), away]


async def choose_queues(ask: Ask, *, body: QueuesWanted) -> Taken:
    """Serve only some of my queues until I leave; the very next call obeys."""
    me = ask.visitor.agent_id
    chosen = ChooseQueues(agent_id=me, queues=tuple(body.queues), by=me)
    return await give(ask.services, chosen)


async def ask_wrap_up(ask: Ask, *, body: WrapUpWanted) -> Taken:
    """Ask for time after the call in hand, where the queue leaves that to me."""
    me = ask.visitor.agent_id
    return await give(ask.services, AskWrapUp(agent_id=me, wanted=body.wanted, by=me))


async def extend_wrap_up(ask: Ask, *, body: Nothing) -> Taken:
    """Give my after-call work more time, once."""
    del body
    me = ask.visitor.agent_id
    return await give(ask.services, ExtendWrapUp(agent_id=me, by=me))


async def report_microphone(ask: Ask, *, body: MicrophoneFound) -> Taken:
    """Say whether I can be heard; without a microphone no call is offered to me."""
    me = ask.visitor.agent_id
    return await give(ask.services, ReportMicrophone(agent_id=me, works=body.works, by=me))


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
    *(
        Operation(
            method="POST", path=path, handler=handler, policy=_DESK, status=202, refusals=(409,)
        )
        for path, handler in (
            ("/me/queues", choose_queues),
            ("/me/wrap-up/ask", ask_wrap_up),
            ("/me/wrap-up/extend", extend_wrap_up),
            ("/me/microphone", report_microphone),
        )
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
