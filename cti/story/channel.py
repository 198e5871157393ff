"""One channel of a call: whose it is, and how far it got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from cti.events import MissReason


class Phase(IntEnum):
    """How far a called phone got in the call."""

    IDLE = 0
    RINGING = 1
    ANSWERED = 2
    GONE = 3


@dataclass(slots=True, eq=False)
class Channel:
    """What is known of one channel; `party` is False for those with nobody at their end."""

    uniqueid: str
    name: str
    linkedid: str
    began: datetime
    party: bool
    device: str
    number: str = ""
    caller_name: str = ""
    context: str = ""
    exten: str = ""  # the first one that is no letter of the dialplan's own
    born: bool = False  # its beginning was seen
    state_told: bool = False  # messages say how far it is
    came_in: bool = False  # it called us; False when we called it
    phase: Phase = Phase.IDLE
    dialled_at: datetime | None = None
    rang_at: datetime | None = None
    up_at: datetime | None = None
    joined_at: datetime | None = None  # a person is with the caller
    left_at: datetime | None = None  # handed the call on, or was taken out of it
    ended_at: datetime | None = None
    asked_at: datetime | None = None  # its own phone hung up
    left_bridge_at: datetime | None = None
    dial_status: str = ""
    asked_cause: int = 0
    cause: int = 0
    bridge: str = ""
    place: tuple[str, str] = ("", "")  # context and extension where it is now
    dialler: Channel | None = None
    held: bool = False

    @property
    def over_at(self) -> datetime | None:
        """When the channel was no more part of the call, if it is not."""
        if self.left_at is not None and self.ended_at is not None:
            return min(self.left_at, self.ended_at)
        return self.left_at or self.ended_at

    def rang(self) -> bool:
        """Tell whether the phone truly rang, and was not merely tried."""
        if self.dialled_at is None:
            return False
        if not self.state_told:
            return self.joined_at is not None or self.dial_status in {*_PATIENT, "BUSY"}
        return self.rang_at is not None or self.joined_at is not None or self.up_at is not None

    def hung_up(self) -> bool:
        """Tell whether its own phone ended it; a refusal we sent looks alike but for its cause."""
        refused = self.came_in and self.up_at is None and self.asked_cause in _REFUSALS
        return self.asked_at is not None and not refused

    def why_missed(self) -> MissReason:
        """Return why the phone did not take the call."""
        cause = self.asked_cause or self.cause
        if self.dial_status == "CANCEL" or cause == _ELSEWHERE:
            return MissReason.CANCELLED
        if cause in _REASON_OF_CAUSE and (self.asked_at or self.dial_status not in _PATIENT):
            return _REASON_OF_CAUSE[cause]
        return _REASON_OF_STATUS.get(self.dial_status, MissReason.CANCELLED)


_REFUSALS = frozenset({1, 2, 3, 17, 20, 21, 22, 27, 28, 34, 38, 41, 42, 44, 50, 52, 57, 58})
_ELSEWHERE = 26  # Q.850: answered elsewhere
_PATIENT = frozenset({"NOANSWER", "CANCEL"})
_REASON_OF_CAUSE = {
    1: MissReason.UNAVAILABLE,
    3: MissReason.UNAVAILABLE,
    17: MissReason.BUSY,
    18: MissReason.NO_ANSWER,
    19: MissReason.NO_ANSWER,
    20: MissReason.UNAVAILABLE,
    21: MissReason.REJECTED,
    27: MissReason.UNAVAILABLE,
    34: MissReason.UNAVAILABLE,
    38: MissReason.UNAVAILABLE,
    41: MissReason.UNAVAILABLE,
    42: MissReason.UNAVAILABLE,
    58: MissReason.UNAVAILABLE,
}
_REASON_OF_STATUS = {
    "NOANSWER": MissReason.NO_ANSWER,
    "BUSY": MissReason.BUSY,
    "CONGESTION": MissReason.UNAVAILABLE,
    "CHANUNAVAIL": MissReason.UNAVAILABLE,
    "CANCEL": MissReason.CANCELLED,
    "DONTCALL": MissReason.REJECTED,
    "TORTURE": MissReason.REJECTED,
}


def reason_of(status: str) -> MissReason:
    """Return why a phone was missed, from a DIALSTATUS alone."""
    return _REASON_OF_STATUS.get(status, MissReason.UNAVAILABLE)
