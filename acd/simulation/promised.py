"""Promises about callbacks: dialled once, for an agent who is there, and not after their time."""

from __future__ import annotations

from acd import commands as ask
from acd import effects as fx
from acd.board import Moment
from acd.simulation.evidence import SLACK, Evidence
from acd.simulation.heard import HeardCall
from acd.simulation.offered import Offered
from acd.simulation.result import Broken


class Promised:
    """Sees every callback that is promised, written down and dialled."""

    def __init__(self, evidence: Evidence, offered: Offered) -> None:
        self._evidence, self._hearing, self._offered = evidence, evidence.hearing, offered

    def foresee(self, effect: fx.DialCallback) -> None:
        """Know the call that is to be made before an agent is shown it."""
        made = HeardCall(call_id=effect.call_id, inbound=False, queue=effect.kept.queue)
        made.serves = effect.kept.callback_id
        made.queued_at = effect.kept.waits_since
        owed = self._hearing.owing.owed.get(effect.kept.callback_id)
        if owed is not None:
            made.brief, made.priority = owed.place.brief, owed.place.priority
        self._hearing.calls[effect.call_id] = made

    def promised(self, command: ask.RequestCallback, moment: Moment) -> None:
        """Learn that a caller keeps his place."""
        call = self._hearing.calls.get(command.call_id) if command.call_id else None
        if call is not None and call.brief.do_not_call:
            raise Broken("who wants no calls is not called", f"{call.call_id}")
        self._evidence.seen["callbacks promised"] += 1
        self._hearing.owing.promise(command, moment)

    def kept(self, keep: fx.KeepCallback, moment: Moment) -> None:
        """Learn how a callback stands."""
        self._evidence.note(moment, keep)
        self._hearing.owing.kept(keep, moment)

    def dialled(self, dial: fx.DialCallback, moment: Moment) -> None:
        """Hold it against the promises that somebody is to be rung for a callback."""
        self._evidence.note(moment, dial)
        self._evidence.checks += 1
        self._evidence.seen["callbacks dialled"] += 1
        hearing, callback_id = self._hearing, dial.kept.callback_id
        owed, desk = hearing.owing.owed.get(callback_id), hearing.desks.by_id[dial.agent_id]
        if hearing.stale:
            raise Broken("nothing is offered without a link", f"{callback_id}")
        if owed is None:
            raise Broken("a callback is dialled once", f"{callback_id} is over")
        if owed.attempt is not None or dial.attempt in owed.attempts:
            raise Broken("a callback is dialled once", f"{callback_id} is being dialled")
        if desk.offer != dial.call_id:
            raise Broken("nobody is dialled without an agent", f"{callback_id}")
        if moment.clock > owed.expires + SLACK:
            raise Broken("a callback expires", f"{callback_id} expired before")
        self._offered.check_desk(owed.place, desk, moment)
        hearing.owing.dialled(dial)
