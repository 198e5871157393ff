"""The simulated Asterisk: owns the channels, does what it is asked to, and tells what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from acd.board.settings import OverflowKind
from acd.simulation.agenda import Agenda
from acd.simulation.parties import People
from acd.simulation.result import Broken
from acd.simulation.telling import Teller, outcome_of
from acd.simulation.truth import Caller, Phone, Stage
from cti import events as cti

CARRIER = "PJSIP/carrier"
_GONE = "the channel is gone"


class Refused(Exception):  # noqa: N818 - errors are named for what happened
    """Asterisk does not do what it was asked to."""


class Switch:
    """Truth of all channels; every change is told as the events that cti would make of it."""

    def __init__(self, agenda: Agenda, tell: Callable[[cti.Event], None]) -> None:
        self._agenda, self._tell = agenda, tell
        self.told = Teller(agenda, tell)
        self.people: People
        self.callers: dict[UUID, Caller] = {}
        self.channels: dict[str, Caller] = {}
        self.phones: dict[str, Phone] = {}

    def arrive(self, caller: Caller, device: str = "") -> None:
        """Let a new call begin; `device` is the agent's own phone when he dials."""
        self.callers[caller.call_id] = caller
        self.channels[caller.channel] = caller
        self.told.offered(caller, device)

    def wait(self, caller: Caller, *, fallback: bool = False) -> None:
        """Let the caller come to wait in his queue, or come back to the wait."""
        self.turn(caller, Stage.WAITING)
        caller.fallback, caller.entered = fallback, self._agenda.seconds
        caller.withdrawn = False
        self.told.queued(caller, fallback=fallback)
        self.people.waits(caller)

    def offer(
        self,
        channel: str,
        devices: Sequence[str],
        seconds: float,
        *,
        by: str = "",
        unlucky: bool = False,
    ) -> None:
        """Take the caller out of whatever he is in and ring phones; raises `Refused`."""
        caller = self._living("" if unlucky else channel)
        if caller.stage is Stage.RINGING:
            self.stop_ringing(caller, cti.MissReason.CANCELLED)
        elif caller.stage is Stage.TALKING:
            self._hand_on(caller, devices[0], by)
        caller.fallback = False
        self.ring(caller, [self.phones[device] for device in devices], seconds)

    def ring(self, caller: Caller, phones: Sequence[Phone], seconds: float) -> None:
        """Ring the phones; one that cannot ring is told as missed at once."""
        for phone in phones:
            if phone.busy:
                self.told.missed(caller, phone, cti.MissReason.BUSY)
            elif not phone.registered:
                self.told.missed(caller, phone, cti.MissReason.UNAVAILABLE)
        caller.rings = [phone for phone in phones if phone.registered and not phone.busy]
        if not caller.rings:
            self._untaken(caller)
            return
        self.turn(caller, Stage.RINGING)
        for phone in caller.rings:
            self._begin_ring(caller, phone)
        self._agenda.after(seconds, self._rung_out, caller, caller.turn)
        for phone in list(caller.rings):
            self.people.rings(phone, caller, seconds)

    def stop_ringing(self, caller: Caller, reason: cti.MissReason) -> None:
        """Take the ring off the phones; where the caller goes is for others to say."""
        rings, caller.rings = caller.rings, []
        for phone in rings:
            phone.rings = None
            self.told.missed(caller, phone, reason)
            self.told.state(phone)

    def reject(self, phone: Phone) -> None:
        """Let the agent press the ring away; other phones ring on."""
        caller = phone.rings
        if caller is None:
            return
        phone.rings = None
        caller.rings.remove(phone)
        self.told.missed(caller, phone, cti.MissReason.REJECTED)
        self.told.state(phone)
        if not caller.rings:
            self._untaken(caller)

    def answer(self, phone: Phone) -> None:
        """Join phone and caller; whether the others are told before or after is open."""
        caller, phone.rings = phone.rings, None
        if caller is None:
            return
        caller.rings.remove(phone)
        if not self.told.legs_are_even:
            self.stop_ringing(caller, cti.MissReason.CANCELLED)
        caller.phone, phone.talks, caller.fallback = phone, caller, False
        alone = caller.dial is not None and not caller.customer
        self.turn(caller, Stage.CALLING_OUT if alone else Stage.TALKING)
        self.told.state(phone)
        self.told.answered(caller, phone.device)
        self.stop_ringing(caller, cti.MissReason.CANCELLED)
        (self.people.agent_is_there if alone else self.people.talks)(phone, caller)

    def withdraw(self, channel: str) -> None:
        """Ask app_queue for a caller; it looks at that between two rings."""
        self._living(channel).withdrawn = True

    def say(self, channel: str) -> None:
        """Play an announcement to a caller who waits; raises `Refused`.

        It takes him off a phone that rings, or out of a talk, if he is there.
        """
        caller = self._living(channel)
        if caller.stage is Stage.RINGING:
            self.stop_ringing(caller, cti.MissReason.CANCELLED)
            self.turn(caller, Stage.WAITING)
        elif caller.stage is not Stage.WAITING:
            raise Broken("no announcement disturbs", f"{caller.call_id} is {caller.stage.value}")

    def keep_place(self, caller: Caller) -> None:
        """Let a caller hang up who is to be called back."""
        self.turn(caller, Stage.MENU)
        self.hang_up(caller)

    def hold(self, phone: Phone, *, held: bool) -> None:
        """Put the caller on hold, or take him back."""
        if phone.talks is None:
            return
        self.told.held(phone.talks, phone, held=held)

    def hang_up(self, caller: Caller, party: cti.Party = cti.Party.CALLER) -> None:
        """End the call for everybody in it."""
        if caller.stage is Stage.GONE:
            return
        stage, at = caller.stage, self._agenda.stamp()
        if stage is Stage.RINGING:
            self.stop_ringing(caller, cti.MissReason.CANCELLED)
        if stage in {Stage.RINGING, Stage.WAITING} and caller.queue:
            self._tell(cti.CallAbandoned(at=at, call_id=caller.call_id, queue=caller.queue))
        if stage in {Stage.TALKING, Stage.CALLING_OUT}:
            self._part(caller)
        self.turn(caller, Stage.GONE)
        self.callers.pop(caller.call_id, None)
        self.channels.pop(caller.channel, None)
        self._tell(
            cti.CallEnded(
                at=at,
                call_id=caller.call_id,
                outcome=outcome_of(stage),
                hung_up_by=party,
                cause=16,
            )
        )
        self.people.gone(caller, answered=stage is Stage.TALKING)

    def return_to_wait(self, channel: str) -> None:
        """Put the caller back into the wait; raises `Refused`."""
        caller = self._living(channel)
        if caller.stage is Stage.RINGING:
            self.stop_ringing(caller, cti.MissReason.CANCELLED)
        elif caller.stage is Stage.TALKING:
            self._part(caller)
        self._wait_after_all(caller)

    def move(self, channel: str, kind: str, to: str, by: str) -> None:
        """Send a talking caller to a queue or to a number outside; raises `Refused`."""
        caller = self._living(channel)
        if caller.stage is not Stage.TALKING:
            raise Refused("the call moved on before")
        self._hand_on(caller, to, by)
        if kind == "queue":
            caller.queue, caller.queued = to, self._agenda.seconds
            self.wait(caller)
            return
        self.turn(caller, Stage.TALKING)
        self._join_outside(caller)
        self.people.talks_outside(caller)

    def divert(self, channel: str, kind: OverflowKind, target: str) -> None:
        """Send a waiting caller where his queue says; raises `Refused`."""
        caller = self._living(channel)
        if caller.stage is Stage.RINGING:
            self.stop_ringing(caller, cti.MissReason.CANCELLED)
        elif caller.stage is not Stage.WAITING:
            raise Refused("the call moved on before")
        if kind is OverflowKind.CALLBACK:
            self.people.asked_for_callback(caller)
            return
        self.people.diverted(caller, caller.queue)
        if kind is OverflowKind.HANG_UP:
            self.hang_up(caller, cti.Party.SYSTEM)
        elif kind is OverflowKind.QUEUE:
            caller.queue, caller.queued = target, self._agenda.seconds
            self.wait(caller)
        elif kind is OverflowKind.NUMBER:
            self.turn(caller, Stage.TALKING)
            self._join_outside(caller)
            self.people.talks_outside(caller)
        else:
            self.turn(caller, Stage.MENU)
            self._agenda.after(8.0, self.hang_up, caller)

    def dial(self, caller: Caller, phone: Phone) -> None:
        """Let an agent call out: his own phone is rung and answers by itself."""
        if phone.busy or not phone.registered:
            return
        caller.stage, caller.phone, phone.talks = Stage.TALKING, phone, caller
        self.arrive(caller, phone.device)
        self.told.state(phone)
        self.told.answered(caller, phone.device)
        self._join_outside(caller)
        self.people.talks(phone, caller)

    def register(self, phone: Phone, *, registered: bool) -> None:
        """Let a phone come or go; a call on it goes on."""
        phone.registered = registered
        self.told.state(phone)

    def _rung_out(self, caller: Caller, turn: int) -> None:
        if caller.turn == turn and caller.stage is Stage.RINGING:
            self.stop_ringing(caller, cti.MissReason.NO_ANSWER)
            self._untaken(caller)

    def _begin_ring(self, caller: Caller, phone: Phone) -> None:
        phone.rings = caller
        self.told.ringing(caller, phone.device)
        self.told.state(phone)

    def _untaken(self, caller: Caller) -> None:
        """Nobody took it: the caller waits on; a callback whose customer was not rung is over."""
        if caller.fallback:
            self.turn(caller, Stage.WAITING)  # app_queue tells nothing of it
        elif caller.dial is not None and not caller.customer:
            self.hang_up(caller, cti.Party.SYSTEM)
        else:
            self._wait_after_all(caller)

    def _wait_after_all(self, caller: Caller) -> None:
        if caller.dial is not None and not caller.queue:
            caller.queue, caller.queued = caller.dial.kept.queue, self._agenda.seconds
        self.wait(caller)

    def _hand_on(self, caller: Caller, to: str, by: str) -> None:
        self.told.transferred(caller, to, by)
        self._part(caller)

    def _part(self, caller: Caller) -> None:
        """Take every phone out of the talk."""
        phone, caller.phone = caller.phone, None
        outside, caller.outside = caller.outside, ""
        self.told.left(caller, *filter(None, (outside, phone.device if phone else "")))
        if phone is None:
            return
        phone.talks = None
        self.told.state(phone)
        self.people.left(phone, caller)

    def _join_outside(self, caller: Caller) -> None:
        caller.outside = CARRIER
        self.told.answered(caller, CARRIER)

    def _living(self, channel: str) -> Caller:
        caller = self.channels.get(channel)
        if caller is None:
            raise Refused(_GONE)
        return caller

    def turn(self, caller: Caller, stage: Stage) -> None:
        """Let the caller be there from now on; what was planned before is off."""
        caller.turn += 1
        caller.stage = stage
