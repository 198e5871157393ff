"""The call tracker: facts of the wire in, the story of each call out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from cti import facts
from cti.events import Event, LiveCall, TransferKind
from cti.facts import Fact
from cti.found import OpenCall, SnapshotTaken
from cti.records import CallRecord, MissedCall
from cti.story import bridging, dialling, ending, handing_on, lines, resync, switching, waiting
from cti.story.call import ExpectedTransfer
from cti.story.endpoints import Endpoints
from cti.story.world import World

_Handler: TypeAlias = Callable[[World, Any], None]

LINES = ("PJSIP/trunk", "PJSIP/demo-caller")  # our own dialplan's ways to the outside


class CallTracker:
    """Understands the facts of one Asterisk, live or from a recording; pure.

    `apply` returns the events a fact leads to, in order. For every call come first one
    `CallOffered` and last one `CallEnded`; in between each phone rings before it
    answers, leaves after it answered, and is told as missed when it rang in vain. The
    same fact twice changes nothing. Whatever ended is let go of: memory grows only
    with the calls that are alive.
    """

    def __init__(
        self, *, phones: Iterable[str] = (), lines: Iterable[str] = LINES, system: str = ""
    ) -> None:
        self.endpoints = Endpoints(phones=phones, lines=lines)
        self.faults = 0  # facts that could not be understood; each cost itself alone
        self.last_fault: Exception | None = None
        self._world = World(self.endpoints, system)
        self._missed: list[MissedCall] = []

    def apply(self, fact: Fact) -> list[Event]:
        """Take one fact; return what it means."""
        world = self._world
        world.now = fact.at
        try:
            _HANDLERS[type(fact)](world, fact)
        except Exception as error:  # noqa: BLE001 - one odd call must not cost the others theirs
            self.faults += 1
            self.last_fault = error
        world.last_sign = max(world.last_sign, fact.at)
        return world.teller.take()

    def heard(self, at: datetime) -> None:
        """Note that Asterisk was alive then, whatever it said (a pong, say).

        Calls that a crash ended are told to have ended at the last sign of life.
        """
        self._world.last_sign = max(self._world.last_sign, at)

    def records(self) -> list[CallRecord]:
        """Return the records of the calls that ended since the last time, and forget them."""
        records, self._world.records = self._world.records, []
        return records

    def open_records(self, at: datetime) -> list[CallRecord]:
        """Return what is known of the calls that are open at `at`, each marked incomplete."""
        world = self._world
        for call in list(world.call_of.values()):
            world.offer_call(call)
        world.teller.take()
        return [ending.open_record(call, self.endpoints, at) for call in world.calls.values()]

    def expect_transfer(
        self, call_id: UUID, *, by: str, to: str, kind: TransferKind | str = TransferKind.BLIND
    ) -> None:
        """Know that the caller is about to be moved on from the device `by`.

        When that phone leaves while the call goes on, it is told as a transfer.
        """
        call = self._world.calls.get(call_id)
        if call is not None:
            known = kind in set(TransferKind)
            sort = TransferKind(kind) if known else TransferKind.BLIND
            call.expected = ExpectedTransfer(by, to, sort, self._world.last_sign)

    def restore(self, open_calls: Iterable[OpenCall], *, booted: str = "") -> None:
        """Know, after our own restart, which calls were open; the next snapshot settles them.

        `booted` is `Resynced.booted` of the last epoch before, to tell Asterisk's
        restarts from our own.
        """
        self._world.restored = {call.call_id: call for call in open_calls}
        self._world.restored_booted = booted

    def apart(self) -> CallTracker:
        """Return another tracker of the same Asterisk, with phones and lines as known now."""
        other = CallTracker(system=self._world.system)
        other.endpoints = other._world.endpoints = deepcopy(self.endpoints)
        return other

    def learn(self, missed: Iterable[MissedCall]) -> None:
        """Know, before a snapshot is applied, what Asterisk's log tells of calls nobody heard."""
        world = self._world
        for call in missed:
            if world.was_told(call.call_id):
                continue
            self._missed.append(call)
            if call.record is None:
                known = world.restored.get(call.call_id)
                world.restored[call.call_id] = resync.open_call(call, known)

    def missed(self) -> list[MissedCall]:
        """Hand over what was learned of calls nobody heard, and forget it."""
        missed, self._missed = self._missed, []
        return missed

    def resync(self, snapshot: SnapshotTaken) -> list[Event]:
        """Take a snapshot: one `Resynced`, then the ends of calls that have vanished."""
        return self.apply(snapshot)

    def live_calls(self) -> list[LiveCall]:
        """Return the calls that are alive now, as a `Resynced` would tell them."""
        return [resync.live(call) for call in self._world.calls.values() if call.offered]

    @property
    def open_calls(self) -> int:
        """How many calls are alive."""
        return len(self._world.calls)

    @property
    def open_channels(self) -> int:
        """How many channels are alive, Local ones too."""
        return len(self._world.channels)


def _began(world: World, fact: facts.ChannelBegan) -> None:
    if not world.known(fact.channel) and switching.counts_anew(world, fact.channel):
        switching.lose_older(world, fact.at)
    lines.began(world, fact)


_HANDLERS: dict[type, _Handler] = {
    facts.ChannelBegan: _began,
    facts.ChannelChanged: lines.changed,
    facts.CallerNamed: lines.caller_named,
    facts.HangupAsked: lines.hangup_asked,
    facts.ChannelGone: lines.gone,
    facts.DialBegan: dialling.began,
    facts.DialEnded: dialling.ended,
    facts.BridgeEntered: bridging.entered,
    facts.BridgeLeft: bridging.left,
    facts.ChannelHeld: lines.held,
    facts.QueueEntered: waiting.entered,
    facts.QueueLeft: waiting.left,
    facts.MemberCalled: waiting.member_called,
    facts.MemberConnected: waiting.member_connected,
    facts.MemberFinished: waiting.member_finished,
    facts.OfferFailed: waiting.offer_failed,
    facts.CallDiverted: waiting.diverted,
    facts.VoicemailLeft: waiting.voicemail_left,
    facts.BlindTransferred: handing_on.blind,
    facts.AttendedTransferred: handing_on.attended,
    facts.CallParked: handing_on.parked,
    facts.CallUnparked: handing_on.unparked,
    facts.CallPickedUp: handing_on.picked_up,
    facts.ChannelsLinked: handing_on.linked,
    facts.DeviceSeen: lines.device_seen,
    facts.SwitchBooted: switching.booted,
    facts.SwitchStopping: switching.stopping,
    SnapshotTaken: resync.resync,
}
