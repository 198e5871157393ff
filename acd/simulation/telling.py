"""Telling: what happens on channels, as the events that cti would make of it."""

from __future__ import annotations

from collections.abc import Callable

from acd.simulation.agenda import Agenda
from acd.simulation.truth import Caller, Phone, Stage
from cti import events as cti


class Teller:
    """Stamps each event with the time of day, and tells it."""

    def __init__(self, agenda: Agenda, tell: Callable[[cti.Event], None]) -> None:
        self._agenda, self._tell = agenda, tell
        self._legs = 0

    @property
    def legs_are_even(self) -> bool:
        """Tell whether an even number of legs was told of: a coin that needs no chance."""
        return not self._legs % 2

    def offered(self, caller: Caller, device: str) -> None:
        """Tell that a call began."""
        self._tell(
            cti.CallOffered(
                at=self._agenda.stamp(),
                call_id=caller.call_id,
                channel=caller.channel,
                uniqueid=caller.dial.uniqueid if caller.dial else caller.number,
                direction=caller.direction,
                caller_number=caller.number,
                caller_name="",
                dialled_number="4000",
                device=device,
            )
        )

    def queued(self, caller: Caller, *, fallback: bool) -> None:
        """Tell that the caller waits."""
        self._tell(
            cti.CallQueued(
                at=self._agenda.stamp(),
                call_id=caller.call_id,
                channel=caller.channel,
                queue=caller.queue,
                priority=caller.priority,
                fallback=fallback,
            )
        )

    def ringing(self, caller: Caller, device: str) -> None:
        """Tell that a device rings for the call."""
        self._legs += 1
        self._tell(
            cti.AgentRinging(
                at=self._agenda.stamp(),
                call_id=caller.call_id,
                device=device,
                channel=f"{device}-{self._legs:08x}",
            )
        )

    def answered(self, caller: Caller, device: str) -> None:
        """Tell that a device is in the call."""
        self._legs += 1
        self._tell(
            cti.CallAnswered(
                at=self._agenda.stamp(),
                call_id=caller.call_id,
                device=device,
                channel=f"{device}-{self._legs:08x}",
            )
        )

    def missed(self, caller: Caller, phone: Phone, reason: cti.MissReason) -> None:
        """Tell that a phone did not take the call."""
        at, call_id = self._agenda.stamp(), caller.call_id
        told = cti.AgentMissedCall(at=at, call_id=call_id, device=phone.device, reason=reason)
        self._tell(told)

    def held(self, caller: Caller, phone: Phone, *, held: bool) -> None:
        """Tell that the caller is on hold, or taken back."""
        at, call_id = self._agenda.stamp(), caller.call_id
        self._tell(cti.CallHeld(at=at, call_id=call_id, device=phone.device, held=held))

    def transferred(self, caller: Caller, to: str, by: str) -> None:
        """Tell that the call is handed on."""
        at, kind = self._agenda.stamp(), cti.TransferKind.BLIND
        told = cti.CallTransferred(at=at, call_id=caller.call_id, kind=kind, by=by, to=to)
        self._tell(told)

    def left(self, caller: Caller, *devices: str) -> None:
        """Tell, in one moment, that devices are out of the call."""
        at = self._agenda.stamp()
        for device in devices:
            self._tell(cti.AgentLeft(at=at, call_id=caller.call_id, device=device))

    def state(self, phone: Phone) -> None:
        """Tell the phone's state when it changed."""
        state = phone.state()
        if state is not phone.shown:
            phone.shown = state
            at = self._agenda.stamp()
            self._tell(cti.DeviceChanged(at=at, device=phone.device, state=state))


def outcome_of(stage: Stage) -> cti.Outcome:
    """Return how a call ended that ended there."""
    if stage is Stage.TALKING:
        return cti.Outcome.ANSWERED
    if stage is Stage.CALLING_OUT:
        return cti.Outcome.NO_ANSWER
    menu = stage is Stage.MENU
    return cti.Outcome.ABANDONED_IN_MENU if menu else cti.Outcome.ABANDONED_IN_QUEUE
