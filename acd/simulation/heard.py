"""What whoever hears the same events must know of calls and agents; kept apart from the board."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Literal
from uuid import UUID

from acd.board import AgentSettings
from cti.events import DeviceState

Wish = Literal["offline", "ready", "not_ready"]
Place = tuple[float, float, int]  # less priority, time, number: the least goes first


@dataclass(slots=True, eq=False)
class HeardCall:
    """One live call."""

    call_id: UUID
    inbound: bool = True
    stage: Literal["menu", "waiting", "talking"] = "menu"
    queue: str = ""
    priority: int = 0
    place: Place = (0.0, 0.0, 0)
    offer: str = ""  # agent
    held_until: float = 0.0  # clock; a cancelled ring is followed by the caller's end or return
    talkers: dict[str, None] = field(default_factory=dict)  # devices
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    doubt: bool = False  # something of it was lost on the way


@dataclass(slots=True, eq=False)
class Desk:
    """One agent."""

    settings: AgentSettings
    wish: Wish = "offline"
    phone: DeviceState = DeviceState.UNKNOWN
    offer: UUID | None = None
    tried: bool = False  # offered a call since he was ready last
    talks: dict[UUID, None] = field(default_factory=dict)
    wrap_until: float = -inf  # clock; inf until he clicks
    dialled: float = -inf
    doubt: bool = False

    @property
    def agent_id(self) -> str:
        """Return his id."""
        return self.settings.agent_id

    def sit_down(self) -> None:
        """Be as at the beginning."""
        self.wish, self.phone, self.offer, self.tried = "offline", DeviceState.UNKNOWN, None, False
        self.talks.clear()
        self.wrap_until = self.dialled = -inf
        self.doubt = False

    def free(self, clock: float) -> bool:
        """Tell whether a call may be held out to him."""
        return (
            self.wish == "ready"
            and self.phone is DeviceState.NOT_INUSE
            and self.offer is None
            and not self.talks
            and self.wrap_until <= clock
            and self.dialled == -inf
        )


class Line:
    """Who waits in one queue and may be offered, in order."""

    def __init__(self) -> None:
        self._order: list[tuple[Place, UUID]] = []
        self._places: dict[UUID, Place] = {}

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, call_id: object) -> bool:
        return call_id in self._places

    def add(self, call: HeardCall) -> None:
        """Let the call stand at its place."""
        if call.call_id not in self._places:
            self._places[call.call_id] = call.place
            insort(self._order, (call.place, call.call_id))

    def drop(self, call: HeardCall) -> None:
        """Take the call out."""
        place = self._places.pop(call.call_id, None)
        if place is not None:
            del self._order[bisect_left(self._order, (place, call.call_id))]

    def calls(self) -> list[UUID]:
        """Return all, the first in front."""
        return [call_id for _, call_id in self._order]

    def first(self) -> tuple[Place, UUID] | None:
        """Return who is in front."""
        return self._order[0] if self._order else None
