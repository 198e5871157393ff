"""What whoever hears the same events must know of calls and agents; kept apart from the board."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Literal, TypeAlias
from uuid import UUID

from acd.board import AgentSettings, Brief, WrapUpRule
from acd.board.settings import NO_BRIEF
from cti.events import DeviceState

Wish: TypeAlias = Literal["offline", "ready", "not_ready"]
CallStage: TypeAlias = Literal["menu", "waiting", "diverted", "talking"]
Place: TypeAlias = tuple[float, float, int]  # less priority, time, number: the least goes first

NO_WRAP_UP = WrapUpRule()


@dataclass(slots=True, eq=False)
class HeardCall:
    """One live call."""

    call_id: UUID
    inbound: bool = True
    stage: CallStage = "menu"
    queue: str = ""
    priority: int = 0
    place: Place = (0.0, 0.0, 0)
    began: float = 0.0  # clock
    brief: Brief = NO_BRIEF
    asked: dict[str, None] = field(default_factory=dict)  # agents it is held out to
    lent: bool = False  # app_queue has him
    held_until: float = 0.0  # clock; a cancelled ring is followed by the caller's end or return
    talkers: dict[str, None] = field(default_factory=dict)  # devices
    through: set[str] = field(default_factory=set)  # queues, since somebody spoke with him
    own: int = 0  # priority without what an overflow gave
    more: tuple[str, int] = ("", 0)  # priority that an overflow gives, and in which queue
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    serves: UUID | None = None  # the callback it was made for
    by_hours: bool = False  # a callback that is not dialled while its queue is closed
    spoken: float = -inf  # clock of the last announcement
    offered_at: float = -inf  # clock
    unkept: float = inf  # clock since which the customer's own agent was seen not to be had
    let_ring: set[str] = field(default_factory=set)  # agents
    together: bool = False  # it was held out to several at once
    led: bool = False  # its queue's overflow had its say
    doubt: bool = False  # something of it was lost on the way


def waits_in(call: HeardCall, queue: str) -> bool:
    """Tell whether the caller, or the callback, has a place in the queue."""
    return call.stage == "waiting" and call.queue == queue


@dataclass(slots=True, eq=False)
class Desk:
    """One agent."""

    settings: AgentSettings
    wish: Wish = "offline"
    phone: DeviceState = DeviceState.UNKNOWN
    offer: UUID | None = None
    tried: bool = False  # offered a call since he was ready last
    talks: dict[UUID, None] = field(default_factory=dict)
    rule: WrapUpRule = NO_WRAP_UP  # of the wrap-up that runs
    owed: WrapUpRule | None = None  # begins when nothing else is in his hands
    wrap_until: float = -inf  # clock; inf until he clicks
    asked: bool = False  # for time after the call
    extended: bool = False  # the wrap-up that runs
    stands: tuple[bool, tuple[str, ...]] = (False, ())  # whether he is awaited, and where
    stands_since: float = -inf  # clock
    vain: int | None = 0  # rings in a row; None: not known
    too_often: bool = False  # he let it ring as often as he may, and is to be set aside
    dialled: float = -inf
    reserved_until: float = -inf
    windows: set[str] = field(default_factory=set)
    window_closed: bool = False
    microphone: bool = True
    picked: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    doubt: bool = False

    @property
    def agent_id(self) -> str:
        """Return his id."""
        return self.settings.agent_id

    @property
    def queues(self) -> tuple[str, ...]:
        """Return the queues he serves now."""
        own = self.assigned or self.settings.queues
        return tuple(name for name in own if name in self.picked) or own

    def why_not(self, clock: float) -> str:
        """Return why no call may be held out to him at that reading; empty when one may."""
        if self.wish != "ready":
            return f"is {self.wish}"
        if self.phone is not DeviceState.NOT_INUSE:
            return f"has a phone that is {self.phone}"
        if self.wrap_until > clock:
            return "is in wrap-up"
        if self.reserved_until > clock:
            return "does outbound work"
        return "" if self.microphone and not self.window_closed else "has no desktop"

    def awaited(self) -> bool:
        """Tell whether he will be free sooner or later."""
        return self.wish == "ready" and self.microphone and not self.window_closed

    def free(self, clock: float) -> bool:
        """Tell whether he has nothing in hand and may be offered a call."""
        idle = self.offer is None and not self.talks and self.dialled == -inf
        return idle and not self.why_not(clock)


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

    def ahead_of(self, place: Place, same: float) -> Iterator[tuple[Place, UUID]]:
        """Yield who stands before that place by more than `same` seconds."""
        for other, call_id in self._order:
            before = other[0] < place[0] or (other[0] == place[0] and other[1] < place[1] - same)
            if not before:
                return
            yield other, call_id
