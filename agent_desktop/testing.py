"""The in-memory twin of the engine, as the desktop knows it through the bus."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from acd.bus import Bus
from acd.commands import Accepted, Command, GetSnapshot, Refused, Reply
from acd.notices import (
    AgentChanged,
    AgentRow,
    AgentState,
    CallChanged,
    CallRow,
    CallState,
    Notice,
    QueueChanged,
    QueueRow,
    ScreenPopped,
)
from agent_desktop.mirror import Mirror

_Command = TypeVar("_Command", bound=BaseModel)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeEngine:
    """Keeps the rows it tells, answers every command, and notes what it was given."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.given: list[Command] = []
        self.refuse: Callable[[Command], Refused | None] = lambda _: None
        self._rows = Mirror()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Answer commands from now on."""
        self._task = asyncio.create_task(self.bus.serve(self._obey))

    async def stop(self) -> None:
        """Answer no more, as an engine that died."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def tell(self, notice: Notice) -> int:
        """Change the board and publish; returns the notice's number."""
        self._rows.change(notice)
        return (await self.bus.publish(notice)).seq

    def of(self, kind: type[_Command]) -> list[_Command]:
        """Return what was given of this kind, in order."""
        return [command for command in self.given if isinstance(command, kind)]

    async def _obey(self, command: Command) -> Reply:
        self.given.append(command)
        if (refusal := self.refuse(command)) is not None:
            return refusal
        if isinstance(command, GetSnapshot):
            epoch, seq = self.bus.position()
            self._rows.epoch, self._rows.seq = epoch, seq
            snapshot = self._rows.snapshot(agent_id=None, now=NOW)
            return Accepted(snapshot=snapshot.model_dump(mode="json"))
        return Accepted()


def agent(agent_id: str, *, extension: str = "1001", state: str = "ready") -> AgentChanged:
    """Say how an agent stands."""
    return AgentChanged(
        agent=AgentRow(
            agent_id=agent_id,
            name=f"agent {extension}",
            extension=extension,
            state=AgentState(state),
            since=NOW,
            queues=["service"],
            own_queues=["service"],
        )
    )


def queue(name: str = "service", *, waiting: int = 0) -> QueueChanged:
    """Say how a queue stands."""
    return QueueChanged(queue=QueueRow(name=name, title=name, waiting=waiting))


def call(call_id: UUID, *, agent_id: str = "", number: str = "+8613800138000") -> CallChanged:
    """Say how a call stands: talking with an agent, or waiting."""
    return CallChanged(
        call=CallRow(
            call_id=call_id,
            state=CallState.TALKING if agent_id else CallState.WAITING,
            direction="inbound",
            caller_number=number,
            queue="service",
            agent_id=agent_id,
            started_at=NOW,
        )
    )


def pop(call_id: UUID, agent_id: str) -> ScreenPopped:
    """Offer a call of a known customer to an agent."""
    return ScreenPopped(
        agent_id=agent_id,
        call_id=call_id,
        queue="service",
        caller_number="+8613800138000",
        ring_seconds=20,
        card={"known": True, "matches": [{"name": "张三"}]},
    )
