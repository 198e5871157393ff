"""What a supervisor does to an agent: set the state, give queues, take him for outbound work."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from acd.commands import (
    AssignQueues,
    Command,
    ReleaseOutbound,
    ReserveForOutbound,
    SetNotReady,
    SetReady,
    SignOut,
)
from agent_desktop.api import deeds
from agent_desktop.api.engine import Taken, give
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body, Code, Nothing
from agent_desktop.errors import NotFound
from agent_desktop.feed import FEED
from agent_desktop.policy import requires


class StateForced(Body):
    """The state the agent is to be in, at once or after the call in his hands."""

    state: Literal["ready", "not_ready"]
    reason: Code | None = None

    @model_validator(mode="after")
    def _reason_fits(self) -> Self:
        if (self.reason is not None) != (self.state == "not_ready"):
            message = "a reason is given with not_ready, and with it alone"
            raise ValueError(message)
        return self


class QueuesGiven(Body):
    """The queues the agent serves until he leaves, his own or not; none: his own."""

    queues: Annotated[list[Code], Field(max_length=100)]


class Reserved(Body):
    """How long an agent is taken for outbound work at most, in seconds."""

    seconds: Annotated[int, Field(ge=1, le=600)] = 60


async def force_state(ask: Ask, *, agent_id: UUID, body: StateForced) -> Taken:
    """Set an agent ready or not ready; a call in his hands goes on."""
    about, by, name = str(agent_id), ask.visitor.agent_id, _name(ask)
    command: Command = SetReady(agent_id=about, by=by, by_name=name)
    if body.state == "not_ready":
        command = SetNotReady(agent_id=about, reason=body.reason or "", by=by, by_name=name)
    return await _do(ask, agent_id, "force_state", command, body.model_dump(exclude_none=True))


async def assign_queues(ask: Ask, *, agent_id: UUID, body: QueuesGiven) -> Taken:
    """Let an agent serve these queues until he leaves; the very next call obeys."""
    command = AssignQueues(
        agent_id=str(agent_id),
        queues=tuple(body.queues),
        by=ask.visitor.agent_id,
        by_name=_name(ask),
    )
    return await _do(ask, agent_id, "assign_queues", command, body.model_dump())


async def log_out(ask: Ask, *, agent_id: UUID, body: Nothing) -> Taken:
    """Log an agent out: a call in his hands goes on, no other comes."""
    del body
    command = SignOut(agent_id=str(agent_id), by=ask.visitor.agent_id, by_name=_name(ask))
    return await _do(ask, agent_id, "log_out", command, {})


async def reserve(ask: Ask, *, agent_id: UUID, body: Reserved) -> Taken:
    """Take a blended agent for an outbound call; refused unless he is free, and no call waits."""
    command = ReserveForOutbound(
        agent_id=str(agent_id),
        seconds=body.seconds,
        by=ask.visitor.agent_id,
        by_name=_name(ask),
    )
    return await _do(ask, agent_id, "reserve_for_outbound", command, body.model_dump())


async def release(ask: Ask, *, agent_id: UUID, body: Nothing) -> Taken:
    """Give an agent who was taken for an outbound call back to his queues."""
    del body
    command = ReleaseOutbound(agent_id=str(agent_id), by=ask.visitor.agent_id, by_name=_name(ask))
    return await _do(ask, agent_id, "release_outbound", command, {})


async def _do(
    ask: Ask, agent_id: UUID, action: str, command: Command, after: dict[str, object]
) -> Taken:
    if str(agent_id) not in ask.request.app[FEED].mirror.agents:
        raise NotFound
    async with ask.services.database.transaction() as session:
        await deeds.note(ask, session, action, about=("agent", agent_id), after=after)
    return await give(ask.services, command)


def _name(ask: Ask) -> str:
    return ask.visitor.user.display_name


_LEAD = requires("agent", "force_state")

OPERATIONS = tuple(
    Operation(
        method="POST",
        path=f"/agents/{{agent_id}}/{path}",
        handler=handler,
        policy=_LEAD,
        status=202,
        refusals=(409,),
    )
    for path, handler in (
        ("state", force_state),
        ("queues", assign_queues),
        ("log-out", log_out),
        ("reserve", reserve),
        ("release", release),
    )
)
