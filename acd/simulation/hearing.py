"""Hearing: keeps what anyone must conclude from events and commands, independent of the board."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import inf
from typing import Literal, TypeAlias
from uuid import UUID

from acd.board import Brief, KnownCall, KnownCallback, Moment, QueueSettings, Roster
from acd.board.settings import NO_BRIEF
from acd.simulation.able import must, place_of
from acd.simulation.counts import Counts
from acd.simulation.desks import A_TICK, Desks
from acd.simulation.following import FOLLOWS
from acd.simulation.heard import Desk, HeardCall, Line
from acd.simulation.owing import Owing
from cti import events as cti

End: TypeAlias = Literal["answered", "abandoned", "overflowed", "left"]

HELD_SECONDS = 3.0  # a cancelled ring is followed by the caller's end, or by his return
STEPPED = 60.0  # seconds by which the time of day and the clock differ only when it was stepped


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
        self.fresh_at = 0.0  # clock of the last resync
        self.owing = Owing(self)
        self.newcomers: list[HeardCall] = []  # who came to wait in this step
        self.losers: dict[str, UUID] = {}  # whom a colleague forestalled; to be told in this step
        self.remembered: dict[UUID, KnownCall] = {}
        self._briefs: dict[UUID, Brief] = {}
        self._number = 0
        self._doubts: list[HeardCall | Desk] = []
        self.rules = {}
        self.configure(roster)

    def configure(self, roster: Roster) -> None:
        """Take the roster as it is from now on."""
        before, self.rules = self.rules, {queue.name: queue for queue in roster.queues}
        self.desks.configure(roster)
        self.lines = {name: self.lines.get(name) or Line() for name in self.rules}
        for name, rules in self.rules.items():
            if before.get(name, rules) != rules:
                self._place_anew(name, rules)

    def _place_anew(self, name: str, rules: QueueSettings) -> None:
        """Let everybody stand where the queue's new settings place him."""
        owed = [each.place for each in self.owing.owed.values()]
        for call in [*self.calls.values(), *owed]:
            if call.queue != name or call.stage != "waiting":
                continue
            stood = call.call_id in self.lines[name]
            self.lines[name].drop(call)
            call.place, call.spoken = place_of(call, rules, call.began, call.place[2]), -inf
            call.by_hours = call.by_hours and bool(rules.hours.periods)
            if stood:
                self.lines[name].add(call)
        for call in owed:
            call.by_hours = bool(rules.hours.periods) if call.queue == name else call.by_hours
        self.desks.touched[name] = None

    def begin(self, owed: Iterable[KnownCallback], moment: Moment) -> None:
        """Begin anew: what the store would remember is kept until the next resync."""
        self.remembered = self.known()
        self.calls.clear()
        self.held.clear()
        self.stale = True
        self.counts = Counts()
        self._briefs.clear()
        self.lines = {name: Line() for name in self.rules}
        self.desks.begin()
        self._doubts.clear()
        self.owing.begin(owed, moment)

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
            if call.serves is None or call.stage != "menu"
        }

    def hear(self, event: cti.Event, moment: Moment) -> None:
        """Take in one event, each once and in order."""
        follows = FOLLOWS.get(type(event))
        if follows is not None:
            follows(self, event, moment)

    def brief(self, call_id: UUID, brief: Brief) -> None:
        """Keep what is known of a caller who is not heard of yet."""
        self._briefs[call_id] = brief

    def lost(self, event: cti.Event) -> None:
        """Note that the board will not hear this: whom it concerns is in doubt until a resync."""
        call = self.calls.get(getattr(event, "call_id", UUID(int=0)))
        self.counts.sure = False
        self._doubt_desk(getattr(event, "device", ""))
        if call is None:
            return
        self.doubt(call)
        self.owing.doubt(call)
        self.leave_line(call)
        for device in call.talkers:
            self._doubt_desk(device)
        for agent_id in call.asked:
            self.doubt(self.desks.by_id[agent_id])

    def doubt(self, one: HeardCall | Desk) -> None:
        """Believe nothing of it until the next resync."""
        one.doubt = True
        self._doubts.append(one)
        if isinstance(one, Desk):
            one.vain = None

    def doubt_no_more(self) -> None:
        """Believe again what is heard."""
        for one in self._doubts:
            one.doubt = False
        self._doubts.clear()

    def waiter(self, call_id: UUID) -> HeardCall:
        """Return who stands in line by that id: a caller, or a callback."""
        call = self.calls.get(call_id)
        return call if call is not None else self.owing.owed[call_id].place

    def must(self, desk: Desk, call: HeardCall, clock: float) -> bool:
        """Tell whether nothing could keep the waiting call from this agent any more."""
        own = {call.brief.owner, call.brief.last_agent} - {""}
        awaited = any(self._awaited(agent_id, call.queue, clock) for agent_id in own)
        call.unkept = inf if awaited else min(call.unkept, clock)
        awaited = clock - call.unkept < A_TICK  # a timer that is due at once lets it go on
        return must(desk, call, self.rules[call.queue], clock, awaited=awaited)

    def _awaited(self, agent_id: str, queue: str, clock: float) -> bool:
        desk = self.desks.by_id[agent_id]
        just_now = clock - desk.stands_since < A_TICK
        return desk.doubt or just_now or (queue in desk.queues and desk.awaited())

    def next_number(self) -> int:
        """Return the number of the next wait."""
        self._number += 1
        return self._number

    def early_brief(self, call_id: UUID) -> Brief:
        """Return, once, what was told of a caller before he was heard of."""
        return self._briefs.pop(call_id, NO_BRIEF)

    def open_offer(self, desk: Desk, call: HeardCall) -> None:
        """Hold the call out to the agent."""
        call.asked[desk.agent_id] = None
        desk.offer, desk.tried = call.call_id, True
        self.leave_line(call)

    def close_offer(self, call: HeardCall, agent_id: str = "") -> None:
        """Take the offer back, on both sides; from one agent, or from all."""
        for each in [agent_id] if agent_id else list(call.asked):
            call.asked.pop(each, None)
            desk = self.desks.by_id[each]
            if desk.offer == call.call_id:
                desk.offer = None
                self.desks.touch(desk)

    def hold(self, call: HeardCall, moment: Moment) -> None:
        """Keep a caller back whose ring was cancelled."""
        call.held_until = moment.clock + HELD_SECONDS
        self.leave_line(call)
        self.held[call.call_id] = call

    def stand(self, call: HeardCall) -> None:
        """Let the caller stand in line, from the place he always had."""
        self.held.pop(call.call_id, None)
        call.unkept = inf
        if call.stage == "waiting" and not (call.asked or call.lent or call.doubt):
            line = self.lines.get(call.queue)
            if line is not None:
                line.add(call)
                self.desks.touched[call.queue] = None

    def _doubt_desk(self, device: str) -> None:
        desk = self.desks.by_device.get(device)
        if desk is not None:
            self.doubt(desk)

    def leave_line(self, call: HeardCall) -> None:
        """Hold the call back from offers."""
        self.held.pop(call.call_id, None)
        line = self.lines.get(call.queue)
        if line is not None:
            line.drop(call)

    def enter(self, call: HeardCall, queue: str, *, since: datetime, moment: Moment) -> None:
        """Begin a wait; the place is by priority, then by when it began."""
        number = self.next_number()
        began = moment.clock - max(0.0, (moment.at - since).total_seconds())
        rules = self.rules.get(queue)
        call.stage, call.queue, call.queued_at = "waiting", queue, since
        call.through.add(queue)
        call.led = False
        call.began, call.spoken = began, -inf
        call.place = place_of(call, rules, began, number)
        self.counts.offered(queue)
        self.stand(call)

    def leave_queue(
        self, call: HeardCall, how: End, moment: Moment, *, at: datetime | None = None
    ) -> None:
        """End the wait, if there is one, and count how; `at` is when that happened."""
        if call.stage != "waiting":
            return
        self.leave_line(call)
        call.stage = "menu"
        waited, rules = _waited(call, moment, at or moment.at), self.rules.get(call.queue)
        if how == "answered":
            in_target = rules is not None and waited <= rules.target_seconds
            self.counts.answered(call.queue, in_target=in_target)
        elif how == "abandoned":
            short = rules is not None and waited <= rules.short_abandon_seconds
            self.counts.abandoned(call.queue, short=short)
        elif how == "overflowed":
            self.counts.overflowed(call.queue)
        else:
            self.counts.left(call.queue)

    def divert(self, call: HeardCall, more: tuple[str, int], moment: Moment) -> None:
        """Let the caller be sent on by his queue."""
        self.leave_queue(call, "overflowed", moment)
        call.stage, call.more = "diverted", more

    def not_diverted(self, call: HeardCall) -> None:
        """Let the caller wait on, from the place he had."""
        self.counts.overflowed(call.queue, back=True)
        call.stage, call.more = "waiting", ("", 0)
        self.stand(call)

    def joined(self, call: HeardCall, device: str, moment: Moment) -> None:
        """Let the phone be in the call."""
        del moment
        call.talkers[device] = None
        desk = self.desks.by_device.get(device)
        if desk is None:
            return
        other = self.calls.get(desk.offer) if desk.offer else None
        if other is not None:
            self.close_offer(other, desk.agent_id)
            self.stand(other)
        desk.dialled = desk.reserved_until = -inf
        desk.vain = 0
        desk.talks[call.call_id] = None
        self.desks.touch(desk)

    def parted(self, call: HeardCall, device: str, moment: Moment) -> None:
        """Let the phone be out of the call."""
        if device not in call.talkers:
            return
        del call.talkers[device]
        desk = self.desks.by_device.get(device)
        if desk is None:
            return
        desk.talks.pop(call.call_id, None)
        self.desks.call_left(desk, call, moment)
        self.desks.touch(desk)


def _waited(call: HeardCall, moment: Moment, at: datetime) -> float:
    """Return how long the wait was; the clock's word counts where the time of day was stepped."""
    by_clock = moment.clock - call.began
    by_wall = (at - call.queued_at).total_seconds() if call.queued_at else by_clock
    return by_wall if abs(by_wall - by_clock) < STEPPED else by_clock
