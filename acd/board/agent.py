"""Agents as the board knows them: what each holds, and what he may be asked."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from acd.board.settings import AgentSettings, Seat, WrapUpKind, WrapUpRule
from acd.notices import AgentState
from acd.routing.occupancy import Occupancy
from cti.events import DeviceState

if TYPE_CHECKING:
    from acd.board.model import Queue, Stamp
    from acd.board.rings import Ring

_UNREACHABLE = frozenset({DeviceState.UNKNOWN, DeviceState.INVALID, DeviceState.UNAVAILABLE})


@dataclass(slots=True)
class WrapUp:
    """After-call work; `ends_at` is for people, the timer runs on the clock."""

    call_id: UUID
    rule: WrapUpRule
    due: float = 0.0  # clock reading of its end, where it has one
    ends_at: datetime | None = None
    extended: bool = False

    @property
    def forced(self) -> bool:
        """Tell whether it lasts until its time is over, whatever the agent wants."""
        return self.rule.kind is WrapUpKind.TIMED_FORCED

    @property
    def may_extend(self) -> bool:
        """Tell whether the agent may ask for more time."""
        return self.rule.extension_seconds > 0 and self.ends_at is not None and not self.extended


@dataclass(slots=True, eq=False)
class Agent:
    """One agent; what he does is read off what he holds, never set by hand."""

    settings: AgentSettings  # as in force: the roster's, with the queues he serves now
    since: datetime
    own: AgentSettings | None = None  # as the roster has them
    picked: tuple[str, ...] | None = None  # queues of his own he wants to serve
    assigned: tuple[str, ...] | None = None  # queues a supervisor gave him
    set_by: tuple[str, str] = ("", "")  # id and name of who set `wanted` for him
    wanted: AgentState = AgentState.OFFLINE  # offline, ready or not_ready when free
    reason: str = ""
    chosen: bool = False  # `wanted` was chosen while busy
    phone: DeviceState = DeviceState.UNKNOWN
    heard: dict[Stamp, None] = field(default_factory=dict)  # of his phone, lately
    offer: UUID | None = None
    talking: dict[UUID, None] = field(default_factory=dict)  # oldest first
    wrap_up: WrapUp | None = None
    owed: WrapUp | None = None  # begins when nothing else is in his hands
    asked: bool = False  # for time after the call, where that is left to him
    reason_ends_at: datetime | None = None
    reasons_today: dict[str, int] = field(default_factory=dict)  # times entered, by code
    reason_before: str = ""  # that he had when we went down: the same is not counted again
    missed: int = 0  # rings in a row in vain
    resting: bool = False  # has just missed a call: others go first, for this step
    desks: set[str] = field(default_factory=set)  # where a desktop of his is open
    desk_closed: bool = False  # he had one, and it is gone
    microphone: bool = True
    reserved: bool = False  # for outbound work
    holding: bool = False
    dialling: bool = False  # his own call is being set up
    unconfirmed: int = 0  # offers in a row that never rang
    idle_clock: float = 0.0
    places: dict[str, Seat] = field(default_factory=dict)  # his place in each of his queues
    queues: list[Queue] = field(default_factory=list)
    rings: list[tuple[int, Ring]] = field(default_factory=list)  # the most urgent queues first
    lines: tuple[array[int], ...] = ()  # slots of those rings, by how urgent the queues are
    slot: int = 0  # among the agents of the floor
    turns: dict[str, float] = field(default_factory=dict)  # by queue; see acd.routing.order
    occupancy: Occupancy = field(default_factory=Occupancy)
    working: bool | None = None  # on calls, idle, or not ready (None), as occupancy counts it
    state: AgentState = AgentState.OFFLINE  # as last settled
    shown: tuple[AgentState, str] = (AgentState.OFFLINE, "")
    index: tuple[bool, str, float] = (False, "", 0.0)  # free, why not, idle since
    mirrored: tuple[bool, str] | None = None
    agent_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.agent_id = self.settings.agent_id  # the same in whatever settings follow

    @property
    def device(self) -> str:
        """Return his phone."""
        return self.settings.device

    @property
    def free(self) -> bool:
        """Tell whether the queues' indexes hold him as free."""
        return self.index[0]

    @property
    def busy(self) -> bool:
        """Tell whether a call is in his hands or on its way to them."""
        return self.offer is not None or bool(self.talking)

    @property
    def phone_ready(self) -> bool:
        """Tell whether the phone is registered and reachable."""
        return self.phone not in _UNREACHABLE

    @property
    def in_hand(self) -> UUID | None:
        """Return the call he rings for, talks on or wraps up."""
        if self.offer is not None:
            return self.offer
        if self.talking:
            return next(iter(self.talking))
        return self.wrap_up.call_id if self.wrap_up else None

    @property
    def consulting(self) -> UUID | None:
        """Return his second call, while the first one is kept."""
        return next(reversed(self.talking)) if len(self.talking) > 1 else None

    @property
    def own_queues(self) -> tuple[str, ...]:
        """Return the queues he may choose among."""
        own = self.own.queues if self.own else self.settings.queues
        return own if self.assigned is None else self.assigned

    def trouble(self) -> str:
        """Return by code why no call can come, however ready he is; empty when all is well."""
        if self.phone in _UNREACHABLE:
            return "phone_not_registered"
        if self.desk_closed:
            return "desk_closed"
        return "" if self.microphone else "microphone_lost"

    def obstacle(self) -> str:
        """Return by code why a ready agent cannot be offered a call now."""
        if self.dialling:
            return "dialling"
        if self.reserved:
            return "reserved_for_outbound"
        if self.resting:
            return "missed_it_just_now"
        in_use = self.phone is not DeviceState.NOT_INUSE
        return self.trouble() or ("phone_in_use" if in_use else "")

    def state_now(self) -> AgentState:
        """Read the state off what the agent holds."""
        if self.offer is not None:
            return AgentState.OFFERED
        if len(self.talking) > 1:
            return AgentState.CONSULTING
        if self.talking:
            return AgentState.HOLDING if self.holding else AgentState.TALKING
        return AgentState.WRAP_UP if self.wrap_up else self.wanted

    @property
    def awaited(self) -> bool:
        """Tell whether it makes sense to keep a call for him: he will be free sooner or later."""
        return self.wanted is AgentState.READY and not self.trouble()

    def reason_now(self, state: AgentState) -> str:
        """Return by code what goes with the state: why not ready, or ready after a missed call."""
        if state is AgentState.NOT_READY:
            return self.reason
        return "missed_call" if state is AgentState.READY and self.missed else ""

    def offerable(self) -> bool:
        """Tell whether a call may be held out to him now."""
        return self.state_now() is AgentState.READY and not self.obstacle()
