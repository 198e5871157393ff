"""Hearing: keeps what anyone must conclude from events and commands, independent of the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import inf
from typing import Any
from uuid import UUID

from acd.board import Brief, KnownCall, Moment, QueueSettings, Roster
from acd.board.settings import NO_BRIEF
from acd.simulation.able import place_of
from acd.simulation.counts import Counts
from acd.simulation.desks import Desks
from acd.simulation.heard import Desk, HeardCall, Line
from cti import events as cti

HELD_SECONDS = 3.0  # a cancelled ring is followed by the caller's end, or by his return
_IN_A_CALL = frozenset(
    {
        cti.DeviceState.INUSE,
        cti.DeviceState.BUSY,
        cti.DeviceState.ONHOLD,
        cti.DeviceState.RINGINUSE,
    }
)


class Hearing:
    """Calls, desks and lines as they follow from what was heard."""

    def __init__(self, roster: Roster) -> None:
        self.calls: dict[UUID, HeardCall] = {}
        self.desks = Desks(roster)
        self.lines: dict[str, Line] = {}
        self.rules: dict[str, QueueSettings] = {}
        self.held: dict[UUID, HeardCall] = {}
        self.counts = Counts()
        self.stale = True
        self._known: dict[UUID, KnownCall] = {}
        self._briefs: dict[UUID, Brief] = {}
        self._number = 0
        self._doubts: list[HeardCall | Desk] = []
        self.configure(roster)
        self._handlers: dict[type, Callable[[Any, Moment], None]] = {
            cti.CallOffered: self._call_offered,
            cti.CallQueued: self._call_queued,
            cti.AgentMissedCall: self._agent_missed,
            cti.CallAnswered: self._call_answered,
            cti.AgentLeft: self._agent_left,
            cti.CallAbandoned: self._call_over,
            cti.CallEnded: self._call_over,
            cti.DeviceChanged: self._device_changed,
            cti.LinkLost: self._link_lost,
            cti.Resynced: self._resynced,
        }

    def configure(self, roster: Roster) -> None:
        """Take the roster as it is from now on."""
        self.rules = {queue.name: queue for queue in roster.queues}
        self.desks.configure(roster)
        self.lines = {name: self.lines.get(name) or Line() for name in self.rules}

    def begin(self) -> None:
        """Begin anew: what the store would remember is kept until the next resync."""
        self._known = self.known()
        self.calls.clear()
        self.held.clear()
        self.stale = True
        self.counts = Counts()
        self._briefs.clear()
        self.lines = {name: Line() for name in self.rules}
        self.desks.begin()
        self._doubts.clear()

    def known(self) -> dict[UUID, KnownCall]:
        """Return what the store would remember of the live calls."""
        return {
            call.call_id: KnownCall(
                call_id=call.call_id,
                queue=call.queue,
                queued_at=call.queued_at,
                priority=call.priority,
                answered_at=call.answered_at,
                brief=call.brief,
            )
            for call in self.calls.values()
        }

    def hear(self, event: cti.Event, moment: Moment) -> None:
        """Take in one event, each once and in order."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event, moment)

    def brief(self, call_id: UUID, brief: Brief) -> None:
        """Keep what is known of a caller who is not heard of yet."""
        self._briefs[call_id] = brief

    def lost(self, event: cti.Event) -> None:
        """Note that the board will not hear this: whom it concerns is in doubt until a resync."""
        call = self.calls.get(getattr(event, "call_id", UUID(int=0)))
        desk = self.desks.by_device.get(getattr(event, "device", ""))
        for one in (call, desk):
            if one is not None:
                one.doubt = True
                self._doubts.append(one)
        if call is not None:
            self._leave_line(call)
            for device in call.talkers:
                self._doubt_desk(device)
            offered = self.desks.by_id.get(call.offer)
            if offered is not None:
                self._doubt_desk(offered.settings.device)

    def open_offer(self, desk: Desk, call: HeardCall) -> None:
        """Hold the call out to the agent."""
        call.offer, desk.offer, desk.tried = desk.agent_id, call.call_id, True
        self._leave_line(call)

    def close_offer(self, call: HeardCall) -> None:
        """Take the offer back, on both sides."""
        desk = self.desks.by_id.get(call.offer)
        call.offer = ""
        if desk is not None and desk.offer == call.call_id:
            desk.offer = None
            self.desks.touch(desk)

    def hold(self, call: HeardCall, moment: Moment) -> None:
        """Keep a caller back whose ring was cancelled."""
        call.held_until = moment.clock + HELD_SECONDS
        self._leave_line(call)
        self.held[call.call_id] = call

    def stand(self, call: HeardCall) -> None:
        """Let the caller stand in line, from the place he always had."""
        self.held.pop(call.call_id, None)
        if call.stage == "waiting" and not call.offer and not call.doubt:
            line = self.lines.get(call.queue)
            if line is not None:
                line.add(call)
                self.desks.touched[call.queue] = None

    def _doubt_desk(self, device: str) -> None:
        desk = self.desks.by_device.get(device)
        if desk is not None:
            desk.doubt = True
            self._doubts.append(desk)

    def _leave_line(self, call: HeardCall) -> None:
        self.held.pop(call.call_id, None)
        line = self.lines.get(call.queue)
        if line is not None:
            line.drop(call)

    def _call_offered(self, event: cti.CallOffered, moment: Moment) -> None:
        call = HeardCall(call_id=event.call_id, inbound=event.direction is cti.Direction.INBOUND)
        call.brief = self._briefs.pop(event.call_id, NO_BRIEF)
        self.calls[event.call_id] = call
        if event.device:
            self._joined(call, event.device, moment)

    def _call_queued(self, event: cti.CallQueued, moment: Moment) -> None:
        call = self.calls.get(event.call_id)
        if call is None:
            return
        if call.stage == "diverted" and call.queue == event.queue:
            return
        if call.stage == "waiting" and call.queue == event.queue:
            if not call.offer:
                self.stand(call)
            return
        self.leave_queue(call, "left")
        self.close_offer(call)
        queue, more = call.more
        call.more = ("", 0)
        call.priority = event.priority + (more if queue == event.queue else 0)
        self.enter(call, event.queue, since=event.at, moment=moment)

    def enter(self, call: HeardCall, queue: str, *, since: datetime, moment: Moment) -> None:
        """Begin a wait; the place is by priority, then by when it began."""
        self._number += 1
        began = moment.clock - max(0.0, (moment.at - since).total_seconds())
        rules = self.rules.get(queue)
        call.stage, call.queue, call.queued_at = "waiting", queue, since
        call.through.add(queue)
        call.began = began
        call.place = place_of(call, rules, began, self._number)
        self.counts.offered(queue)
        self.stand(call)

    def leave_queue(self, call: HeardCall, how: str) -> None:
        """End the wait, if there is one, and count how."""
        if call.stage == "waiting":
            self._leave_line(call)
            self.counts.done(call.queue, how)
            call.stage = "menu"

    def divert(self, call: HeardCall, more: tuple[str, int]) -> None:
        """Let the caller be sent on by his queue."""
        self.leave_queue(call, "overflowed")
        call.stage, call.more = "diverted", more

    def not_diverted(self, call: HeardCall) -> None:
        """Let the caller wait on, from the place he had."""
        self.counts.undo(call.queue, "overflowed")
        call.stage, call.more = "waiting", ("", 0)
        self.stand(call)

    def _agent_missed(self, event: cti.AgentMissedCall, moment: Moment) -> None:
        call, desk = self.calls.get(event.call_id), self.desks.by_device.get(event.device)
        if call is None or desk is None or call.offer != desk.agent_id:
            return
        self.close_offer(call)
        if event.reason is cti.MissReason.CANCELLED:
            if call.stage == "waiting":
                self.hold(call, moment)
            return
        self.stand(call)

    def _call_answered(self, event: cti.CallAnswered, moment: Moment) -> None:
        call = self.calls.get(event.call_id)
        if call is None:
            return
        self.leave_queue(call, "answered" if event.device in self.desks.by_device else "left")
        self.close_offer(call)
        call.stage = "talking"
        call.through.clear()
        call.answered_at = call.answered_at or event.at
        self._joined(call, event.device, moment)

    def _joined(self, call: HeardCall, device: str, moment: Moment) -> None:
        del moment
        call.talkers[device] = None
        desk = self.desks.by_device.get(device)
        if desk is None:
            return
        other = self.calls.get(desk.offer) if desk.offer else None
        if other is not None:
            self.close_offer(other)
            self.stand(other)
        desk.dialled = desk.reserved_until = -inf
        desk.talks[call.call_id] = None
        self.desks.touch(desk)

    def _agent_left(self, event: cti.AgentLeft, moment: Moment) -> None:
        call = self.calls.get(event.call_id)
        if call is not None:
            self._parted(call, event.device, moment)

    def _parted(self, call: HeardCall, device: str, moment: Moment) -> None:
        if device not in call.talkers:
            return
        del call.talkers[device]
        desk = self.desks.by_device.get(device)
        if desk is None:
            return
        desk.talks.pop(call.call_id, None)
        self.desks.call_left(desk, call, moment)
        self.desks.touch(desk)

    def _call_over(self, event: cti.CallAbandoned | cti.CallEnded, moment: Moment) -> None:
        call = self.calls.get(event.call_id)
        if call is None:
            return
        self.close_offer(call)
        self.leave_queue(call, "abandoned")
        if isinstance(event, cti.CallEnded):
            for device in list(call.talkers):
                self._parted(call, device, moment)
            del self.calls[event.call_id]

    def _device_changed(self, event: cti.DeviceChanged, moment: Moment) -> None:
        del moment
        desk = self.desks.by_device.get(event.device)
        if desk is not None:
            desk.phone = event.state
            self.desks.touch(desk)

    def _link_lost(self, event: cti.LinkLost, moment: Moment) -> None:
        del event, moment
        self.stale = True

    def _resynced(self, event: cti.Resynced, moment: Moment) -> None:
        self.stale = False
        for one in self._doubts:
            one.doubt = False
        self._doubts.clear()
        live = {call.call_id: call for call in event.calls}
        for call in self.calls.values():
            if call.call_id not in live:
                self.close_offer(call)
                self._leave_line(call)
                call.doubt = True  # its end is told next
        for desk in self.desks.by_id.values():
            desk.phone = event.devices.get(desk.settings.device, cti.DeviceState.UNKNOWN)
            desk.dialled = -inf
            self.desks.touch(desk)
        for found in event.calls:
            self._renew(found, event, moment)
        self._known.clear()

    def _renew(self, live: cti.LiveCall, event: cti.Resynced, moment: Moment) -> None:
        call = self.calls.get(live.call_id) or self._found(live, moment)
        talking = live.stage is cti.CallStage.TALKING
        for device in list(call.talkers):
            in_use = event.devices.get(device) in _IN_A_CALL
            if not talking or not (device == live.device or in_use):
                self._parted(call, device, moment)
        if talking:
            by_agent = live.device in self.desks.by_device
            self.leave_queue(call, "answered" if by_agent else "left")
            self.close_offer(call)
            call.stage, call.answered_at = "talking", call.answered_at or moment.at
            self._joined(call, live.device or live.channel, moment)
        elif live.stage is cti.CallStage.MENU:
            self.close_offer(call)
            self.leave_queue(call, "left")
        else:
            self._waits_again(call, live, moment)

    def _waits_again(self, call: HeardCall, live: cti.LiveCall, moment: Moment) -> None:
        queue = live.queue or call.queue
        rings = self.desks.by_device.get(live.device)
        if rings is not None and call.offer == rings.agent_id:
            return
        self.close_offer(call)
        if call.stage == "waiting" and call.queue != queue:
            self.leave_queue(call, "left")
        if call.stage != "waiting":
            self.enter(call, queue, since=live.started_at or moment.at, moment=moment)
        else:
            self.stand(call)

    def _found(self, live: cti.LiveCall, moment: Moment) -> HeardCall:
        known = self._known.get(live.call_id)
        inbound = live.direction is cti.Direction.INBOUND
        call = HeardCall(call_id=live.call_id, inbound=inbound)
        early = self._briefs.pop(live.call_id, NO_BRIEF)
        call.brief = known.brief if known is not None else early
        self.calls[live.call_id] = call
        call.queue = live.queue or (known.queue if known else "")
        if known is not None and known.queue and known.queued_at is not None:
            call.priority, call.answered_at = known.priority, known.answered_at
            self.enter(call, known.queue, since=known.queued_at, moment=moment)
            if known.answered_at is not None:
                self.leave_queue(call, "answered")
        return call
