"""Owing: the callbacks that follow from what was heard, each standing in line like a caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING
from uuid import UUID

from acd import commands as ask
from acd.board import KnownCallback, Moment
from acd.board.settings import CallbackRule
from acd.effects import DialCallback, KeepCallback
from acd.simulation.able import place_of
from acd.simulation.heard import HeardCall

if TYPE_CHECKING:
    from acd.simulation.hearing import Hearing

_OVER = frozenset({"done", "failed", "expired", "cancelled", "served"})


@dataclass(slots=True, eq=False)
class Owed:
    """One callback: `place` is the call that stands in line for it."""

    place: HeardCall
    expires: float  # clock
    attempt: UUID | None = None  # the call made for it
    stands: float = -inf  # clock reading from which it is to be in line
    reached: set[str] = field(default_factory=set)  # agent, customer: in this attempt
    attempts: set[int] = field(default_factory=set)


class Owing:
    """Every callback that is owed."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self.owed: dict[UUID, Owed] = {}
        self._late: dict[UUID, Owed] = {}  # to stand in line later

    def begin(self, known: Iterable[KnownCallback], moment: Moment) -> None:
        """Begin anew with what the store remembers."""
        self.owed.clear()
        self._late.clear()
        for each in known:
            self._recall(each, moment)

    def promise(self, command: ask.RequestCallback, moment: Moment) -> None:
        """Let a callback stand where its caller stood."""
        hearing = self._hearing
        caller = hearing.calls.get(command.call_id) if command.call_id else None
        if caller is None or command.callback_id in self.owed:
            return
        hearing.leave_queue(caller, "left", moment)
        place = HeardCall(call_id=command.callback_id, inbound=False, stage="waiting")
        place.queue, place.priority, place.place = caller.queue, caller.priority, caller.place
        place.began, place.brief, place.queued_at = caller.began, caller.brief, caller.queued_at
        rules = hearing.rules[place.queue]
        place.by_hours = bool(rules.hours.periods)
        if caller.doubt:
            hearing.doubt(place)
        owed = Owed(place=place, expires=moment.clock + rules.callback.expires_seconds)
        self.owed[command.callback_id] = owed
        hearing.stand(place)

    def dialled(self, dial: DialCallback) -> None:
        """Take the callback out of line: a call is made for it."""
        owed = self.owed[dial.kept.callback_id]
        owed.attempt = dial.call_id
        owed.reached.clear()
        owed.attempts.add(dial.attempt)
        self._late.pop(dial.kept.callback_id, None)
        self._hearing.leave_line(owed.place)

    def kept(self, keep: KeepCallback, moment: Moment) -> None:
        """Learn how an attempt ended, and when the callback is to stand in line again."""
        kept = keep.kept
        owed = self.owed.get(kept.callback_id)
        if owed is None:
            return
        if keep.ended is not None and owed.attempt is not None:
            self._forget_attempt(owed.attempt, moment)
            owed.attempt = None
        if kept.state in _OVER:
            self._hearing.leave_line(owed.place)
            del self.owed[kept.callback_id]
            self._late.pop(kept.callback_id, None)
        elif keep.ended is not None:
            later = (kept.not_before - kept.at).total_seconds() if kept.not_before else 0.0
            self._stand_at(owed, moment.clock + max(0.0, later), moment)

    def stand_again(self) -> None:
        """Let those stand in line who may have been in doubt."""
        for callback_id, owed in self.owed.items():
            if owed.attempt is None and callback_id not in self._late:
                self._hearing.stand(owed.place)

    def sweep(self, moment: Moment, slack: float) -> None:
        """Let those stand in line whose time has come."""
        for callback_id, owed in list(self._late.items()):
            if owed.stands + slack < moment.clock:
                del self._late[callback_id]
                self._hearing.stand(owed.place)

    def of(self, call: HeardCall) -> Owed | None:
        """Return the callback a call was made for, if it is still its attempt."""
        owed = self.owed.get(call.serves) if call.serves else None
        return owed if owed is not None and owed.attempt == call.call_id else None

    def doubt(self, call: HeardCall) -> None:
        """Note that something of a call made for a callback was lost."""
        owed = self.of(call)
        if owed is not None:
            self._hearing.doubt(owed.place)

    def _stand_at(self, owed: Owed, clock: float, moment: Moment) -> None:
        owed.stands = clock
        if clock <= moment.clock:
            self._hearing.stand(owed.place)
        else:
            self._late[owed.place.call_id] = owed

    def _forget_attempt(self, call_id: UUID, moment: Moment) -> None:
        call = self._hearing.calls.get(call_id)
        if call is None:
            return
        if call.doubt:  # it vanished unheard of
            for device in list(call.talkers):
                self._hearing.parted(call, device, moment)
        if not call.talkers and call.stage == "menu":
            self._hearing.close_offer(call)
            del self._hearing.calls[call_id]

    def _recall(self, known: KnownCallback, moment: Moment) -> None:
        hearing = self._hearing
        began = moment.clock - max(0.0, (moment.at - known.waits_since).total_seconds())
        place = HeardCall(call_id=known.callback_id, inbound=False, stage="waiting")
        rules = hearing.rules.get(known.queue)
        place.queue, place.priority, place.began = known.queue, known.priority, began
        place.queued_at = known.waits_since
        place.by_hours = rules is not None and bool(rules.hours.periods)
        place.place = place_of(place, rules, began, hearing.next_number())
        rule = rules.callback if rules is not None else CallbackRule()
        left = max(0.0, (known.expires_at - moment.at).total_seconds())
        left = min(left, float(rule.expires_seconds))
        owed = Owed(place=place, expires=moment.clock + left)
        self.owed[known.callback_id] = owed
        if known.attempt is not None:
            owed.attempt = known.attempt[0]
            made = HeardCall(call_id=owed.attempt, inbound=False, serves=known.callback_id)
            made.queue, made.queued_at = known.queue, known.waits_since
            made.priority = known.priority
            hearing.calls[owed.attempt] = made
            return
        later = known.not_before or moment.at
        pause = max(0.0, (later - moment.at).total_seconds())
        pause = min(pause, float(rule.retry_seconds))
        self._stand_at(owed, moment.clock + pause, moment)
