"""What is truly so in the simulated world: callers and phones."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from acd.effects import DialCallback
from cti.events import DeviceState, Direction


class Stage(Enum):
    """Where a caller's channel is."""

    MENU = "menu"
    WAITING = "waiting"
    RINGING = "ringing"
    CALLING_OUT = "calling_out"  # the customer's phone rings, for a callback
    TALKING = "talking"
    GONE = "gone"


@dataclass(slots=True, eq=False)
class Phone:
    """An agent's phone: one line, no second call."""

    device: str
    agent_id: str
    registered: bool = True
    rings: Caller | None = None
    talks: Caller | None = None
    shown: DeviceState = DeviceState.NOT_INUSE

    @property
    def busy(self) -> bool:
        """Tell whether a call rings or is talked on."""
        return self.rings is not None or self.talks is not None

    def state(self) -> DeviceState:
        """Return what Asterisk says of the phone."""
        if self.talks is not None:
            return DeviceState.INUSE
        if self.rings is not None:
            return DeviceState.RINGING
        return DeviceState.NOT_INUSE if self.registered else DeviceState.UNAVAILABLE


@dataclass(slots=True, eq=False)
class Caller:
    """A caller, or the other side of a call that an agent began."""

    call_id: UUID
    channel: str
    number: str
    began: float
    direction: Direction = Direction.INBOUND
    queue: str = ""
    priority: int = 0
    stage: Stage = Stage.MENU
    phone: Phone | None = None  # talks
    rings: list[Phone] = field(default_factory=list)
    turn: int = 0  # goes on with each change; what was planned before is off
    talk_seconds: float = 0.0
    wrap_up_seconds: float = -1.0  # of the agent afterwards; below 0 it is drawn
    patience: float = 0.0
    queued: float = 0.0  # when the wait in this queue began
    entered: float = 0.0  # when he came into the wait last
    fallback: bool = False  # app_queue has him
    withdrawn: bool = False  # app_queue is asked to let him go
    dial: DialCallback | None = None  # the callback it is made for
    customer: bool = False  # in a callback: he has answered
    outside: str = ""  # device of the world outside that talks too
    waited: float = -1.0  # until the first answer or the giving up
    waits: list[float] = field(default_factory=list)

    @property
    def device(self) -> str:
        """Return the phone that talks or, of those that ring, the first."""
        phone = self.phone or next(iter(self.rings), None)
        return phone.device if phone is not None else ""
