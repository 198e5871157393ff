"""The watch: holds the board to its promises at every step, by what was heard and what is so."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any
from uuid import UUID

from acd import commands as ask
from acd import effects as fx
from acd import notices
from acd.board import Board, KnownCall, KnownCallback, Moment, Roster
from acd.board.settings import OverflowKind, Strategy
from acd.simulation.able import may, must
from acd.simulation.diverting import why_kept
from acd.simulation.heard import Desk, HeardCall
from acd.simulation.hearing import Hearing
from acd.simulation.mirrors import Mirrors
from acd.simulation.result import Broken
from acd.simulation.worked import Worked
from cti import events as cti

SWEEP = 256  # steps between two looks at everything
SLACK = 0.05  # seconds a timer may be early by rounding, or late
DIAL_SECONDS = 5.0
LEAST_SECONDS = 5  # between two announcements, whatever the queue wants
SAME_PLACE = 0.002  # seconds
_WAITS = frozenset({notices.CallState.WAITING, notices.CallState.OFFERED})


class Watch:
    """Raises `Broken` at the first promise that is not kept.

    Hears what the board hears just before it does, and sees all that the board asks for.
    `truly_waiting` returns who waits in truth, to be held against the board at each sweep.
    """

    def __init__(self, roster: Roster) -> None:
        self.hearing = Hearing(roster)
        self.agents: dict[str, notices.AgentRow] = {}
        self.calls: dict[UUID, notices.CallRow] = {}
        self.trace: deque[tuple[float, object]] = deque(maxlen=80)
        self.truly_waiting: Callable[[], Iterable[UUID]] = tuple
        self.set_aside: Callable[[str], None] = lambda _agent_id: None
        self.worked = Worked()
        self.checks = 0
        self.offers = 0
        self.seen: Counter[str] = Counter()  # of what is rare, how often it was checked
        self.mirrors = Mirrors()
        self._together: list[tuple[UUID, frozenset[str]]] = []  # who rings at the same time
        self._board: Board | None = None
        self._steps = 0
        self._leaving: list[Desk] = []
        self._passed: list[tuple[HeardCall, str]] = []
        self._asked_for: set[UUID] = set()  # calls that agents asked to be moved or ended
        self._wishes: dict[type, Callable[[Any, Moment], None]] = {
            fx.PopScreen: self._popped,
            fx.OfferCall: self._offered,
            fx.WithdrawPop: self._withdrawn,
            fx.ReturnToWait: self._redirected,
            fx.MoveCall: self._asked_by_agent,
            fx.HangUpCall: self._asked_by_agent,
            fx.DivertCall: self._diverted,
            fx.KeepCallback: self._kept,
            fx.DialCallback: self._dialled,
            fx.PlayComfort: self._spoken,
            fx.Tell: self._told,
        }

    def begin(self, board: Board, owed: Iterable[KnownCallback], moment: Moment) -> None:
        """Watch a board that begins anew with these callbacks."""
        self._board = board
        self.hearing.begin(owed, moment)
        self.agents.clear()
        self.calls.clear()

    def known(self) -> list[KnownCall]:
        """Return what a store would remember of the live calls."""
        return list(self.hearing.known().values())

    def before(self, event: cti.Event, moment: Moment) -> None:
        """Hear an event."""
        self.trace.append((moment.clock, event))
        if isinstance(event, cti.LinkLost):
            self.mirrors.cut_off(self.hearing, moment)
        self.hearing.hear(event, moment)
        if isinstance(event, cti.Resynced):
            self.mirrors.renewed()

    def foresee(self, effects: Sequence[fx.Effect]) -> None:
        """Learn what belongs together of what the board asks for in this step."""
        self._together.clear()
        for effect in effects:
            if isinstance(effect, fx.OfferCall) and effect.beside:
                asked = frozenset((effect.agent_id, *effect.beside))
                self._together.append((effect.call_id, asked))
            elif isinstance(effect, fx.DialCallback):
                made = HeardCall(call_id=effect.call_id, inbound=False, queue=effect.kept.queue)
                made.serves = effect.kept.callback_id
                made.queued_at = effect.kept.waits_since
                owed = self.hearing.owing.owed.get(effect.kept.callback_id)
                if owed is not None:
                    made.brief, made.priority = owed.place.brief, owed.place.priority
                self.hearing.calls[effect.call_id] = made

    def obeyed(self, command: ask.Command, reply: ask.Reply, moment: Moment) -> None:
        """Learn of a command and its answer."""
        self.trace.append((moment.clock, command))
        self.hearing.desks.obey(command, reply, moment)
        if isinstance(command, ask.RequestCallback) and isinstance(reply, ask.Accepted):
            self._promised(command, moment)
        if isinstance(command, ask.SignOut):
            self._leaving.append(self.hearing.desks.by_id[command.agent_id])
        if isinstance(command, ask.TransferCall | ask.HangUp):
            self._asked_for.add(command.call_id)

    def configured(self, roster: Roster, moment: Moment) -> None:
        """Learn that the board works by another roster from now on."""
        self.trace.append((moment.clock, "configured anew"))
        self.seen["settings changed"] += 1
        self.hearing.configure(roster)

    def not_offered(self, call_id: UUID, moment: Moment) -> None:
        """Learn that Asterisk refused the redirect."""
        self.trace.append((moment.clock, f"redirect of {call_id} refused"))
        call = self.hearing.calls.get(call_id)
        if call is not None and call.asked:
            self.hearing.close_offer(call)
            if call.stage == "waiting":
                self.hearing.hold(call, moment)

    def asked(self, effect: fx.Effect, moment: Moment) -> None:
        """See what the board asks for."""
        wish = self._wishes.get(type(effect))
        if wish is not None:
            wish(effect, moment)

    def after(self, moment: Moment) -> None:
        """Look at what must be so now that the step is done."""
        self._asked_for.clear()
        hearing = self.hearing
        for desk in self._leaving:
            if desk.offer is not None and desk.wish == "offline":
                raise Broken("who leaves is offered nothing", f"{desk.agent_id} {desk.offer}")
        self._leaving.clear()
        for other, words in self._passed:  # unless he was offered in the same step
            if other.stage == "waiting" and not other.asked and not self._is_served(other):
                raise Broken("nobody is overtaken", words)
        self._passed.clear()
        self._one_won()
        for name in hearing.desks.touched:
            self._work_conserved(name, moment)
        hearing.desks.touched.clear()
        self._steps += 1
        if self._steps >= SWEEP and (self._board is None or self._board.has_told_all):
            self.sweep(moment)

    def _popped(self, pop: fx.PopScreen, moment: Moment) -> None:
        self.trace.append((moment.clock, pop))
        call, desk = self.hearing.calls.get(pop.call_id), self.hearing.desks.by_id[pop.agent_id]
        if call is None:
            raise Broken("no ghost call", f"{pop.agent_id} was shown {pop.call_id}, which is over")
        if call.call_id in desk.talks:
            return  # he is in it already, unasked: it is only shown
        if not (call.doubt or desk.doubt):
            self._check_single(call, desk)
        self.hearing.open_offer(desk, call)

    def _check_single(self, call: HeardCall, desk: Desk) -> None:
        self.checks += 1
        if desk.offer is not None:
            raise Broken(
                "no agent is offered two",
                f"{desk.agent_id} is offered {call.call_id} and {desk.offer}",
            )
        if desk.talks:
            raise Broken("no agent is offered two", f"{desk.agent_id} talks already")
        asked = {desk.agent_id, *call.asked}
        rings = [ring for call_id, ring in self._together if call_id == call.call_id]
        if call.asked and not any(asked <= ring for ring in rings):
            raise Broken(
                "no caller is offered to two", f"{call.call_id} is offered to {sorted(asked)}"
            )

    def _offered(self, offer: fx.OfferCall, moment: Moment) -> None:
        self.offers += 1
        self.checks += 1
        call = self.hearing.calls[offer.call_id]
        if self.hearing.stale:
            raise Broken("nothing is offered without a link", f"{call.call_id}")
        if not call.doubt and offer.transfer is None and call.stage != "waiting":
            raise Broken("a talk is never torn", f"{call.call_id} is {call.stage}")
        if offer.beside:
            self._check_number(call, 1 + len(offer.beside))
        for agent_id in (offer.agent_id, *offer.beside):
            desk = self.hearing.desks.by_id[agent_id]
            self._check_desk(call, desk, moment, handed=offer.transfer is not None)

    def _check_desk(
        self, call: HeardCall, desk: Desk, moment: Moment, *, handed: bool = False
    ) -> None:
        if call.doubt or desk.doubt:
            return
        why = desk.why_not(moment.clock + SLACK)
        if why:
            raise Broken("only who is free is offered", f"{desk.agent_id} {why}")
        if handed:
            return
        if call.queue not in desk.queues:
            raise Broken("only members are offered", f"{desk.agent_id} is not in {call.queue}")
        self._check_place(call, desk, moment)

    def _check_number(self, call: HeardCall, asked: int) -> None:
        rules = self.hearing.rules[call.queue]
        self.seen["rings of all"] += 1
        if rules.strategy is not Strategy.RING_ALL or asked > rules.ring_all_limit:
            raise Broken("no caller is offered to two", f"{call.call_id} rings at {asked} phones")

    def _check_place(self, call: HeardCall, desk: Desk, moment: Moment) -> None:
        line = self.hearing.lines.get(call.queue)
        rules = self.hearing.rules[call.queue]
        if not may(desk, call, rules, moment.clock + SLACK):
            raise Broken("only who is able is offered", f"{desk.agent_id} for {call.call_id}")
        for place, before in line.ahead_of(call.place, SAME_PLACE) if line is not None else ():
            other = self.hearing.waiter(before)
            if must(desk, other, rules, moment.clock - SLACK):
                self._passed.append((other, f"{call.call_id} goes before {before} at {place}"))

    def _withdrawn(self, withdrawn: fx.WithdrawPop, moment: Moment) -> None:
        self.trace.append((moment.clock, withdrawn))
        call = self.hearing.calls.get(withdrawn.call_id)
        self.hearing.losers.pop(withdrawn.agent_id, None)
        if call is None or withdrawn.agent_id not in call.asked:
            return
        self.hearing.close_offer(call, withdrawn.agent_id)
        if not call.asked:
            self.hearing.stand(call)

    def _redirected(self, back: fx.ReturnToWait, moment: Moment) -> None:
        self.trace.append((moment.clock, back))
        self.checks += 1
        call = self.hearing.calls.get(back.call_id)
        if call is not None and call.stage == "talking" and not call.doubt:
            raise Broken("a talk is never torn", f"{call.call_id} is sent back to wait")

    def _asked_by_agent(self, effect: fx.MoveCall | fx.HangUpCall, moment: Moment) -> None:
        self.trace.append((moment.clock, effect))
        self.checks += 1
        call = self.hearing.calls.get(effect.call_id)
        half = call is None or (call.serves is not None and call.stage != "talking")
        if effect.call_id not in self._asked_for and not (call and call.doubt) and not half:
            raise Broken("a talk is never torn", f"nobody asked to end {effect.call_id}")

    def _diverted(self, divert: fx.DivertCall, moment: Moment) -> None:
        self.trace.append((moment.clock, divert))
        self.checks += 1
        call = self.hearing.calls.get(divert.call_id)
        if call is None:
            raise Broken("no ghost call", f"{divert.call_id} is sent on and is over")
        rules = self.hearing.rules[divert.queue]
        why = "" if call.doubt else why_kept(self.hearing, call, divert, moment)
        if why:
            raise Broken("only who cannot be served is sent on", f"{call.call_id}: {why}")
        if divert.kind is OverflowKind.CALLBACK:
            return  # he is asked, and waits on
        links = (
            link
            for link in rules.overflow
            if (link.kind, link.target) == (divert.kind, divert.target)
        )
        link = next((link for link in links if divert.reason in link.reasons), None)
        self.hearing.divert(call, (divert.target, link.priority if link else 0))

    def not_diverted(self, call_id: UUID, moment: Moment) -> None:
        """Learn that Asterisk did not send a caller on."""
        self.trace.append((moment.clock, f"diversion of {call_id} refused"))
        call = self.hearing.calls.get(call_id)
        if call is not None and call.stage == "diverted":
            self.hearing.not_diverted(call)

    def _told(self, tell: fx.Tell, moment: Moment) -> None:
        notice = tell.notice
        if isinstance(notice, notices.AgentChanged):
            self._agent_told(notice.agent, moment)
        elif isinstance(notice, notices.CallChanged):
            self.calls[notice.call.call_id] = notice.call
        elif isinstance(notice, notices.CallGone):
            self.calls.pop(notice.call_id, None)
        elif isinstance(notice, notices.QueueChanged):
            self._queue_told(notice.queue)

    def _agent_told(self, row: notices.AgentRow, moment: Moment) -> None:
        before = self.agents.get(row.agent_id)
        self.agents[row.agent_id] = row
        self.worked.told(row, moment.clock)
        desk = self.hearing.desks.by_id[row.agent_id]
        self.hearing.desks.touch(desk)
        if row.state is notices.AgentState.NOT_READY and desk.wish == "ready" and desk.tried:
            desk.wish = "not_ready"  # he let it ring, or it could not be brought to him
            self.set_aside(row.agent_id)
        ended = before is not None and before.state is notices.AgentState.WRAP_UP
        if ended and row.state is not notices.AgentState.WRAP_UP:
            self._wrap_up_ended(desk, row, moment)

    def _wrap_up_ended(self, desk: Desk, row: notices.AgentRow, moment: Moment) -> None:
        self.checks += 1
        early = desk.wrap_until > moment.clock + SLACK
        if early and not (desk.doubt or desk.talks or desk.offer):
            raise Broken("a wrap-up lasts as long as it should", f"{row.agent_id} was cut short")
        if not desk.talks and desk.offer is None:
            desk.wrap_until = -inf

    def _one_won(self) -> None:
        losers, by_id = self.hearing.losers, self.hearing.desks.by_id
        for agent_id, call_id in losers.items():
            if not by_id[agent_id].doubt:
                raise Broken("of several one wins", f"{agent_id} was not told of {call_id}")
        losers.clear()

    def _is_served(self, place: HeardCall) -> bool:
        owed = self.hearing.owing.owed.get(place.call_id)
        return place.inbound is False and (owed is None or owed.attempt is not None)

    def _promised(self, command: ask.RequestCallback, moment: Moment) -> None:
        call = self.hearing.calls.get(command.call_id) if command.call_id else None
        if call is not None and call.brief.do_not_call:
            raise Broken("who wants no calls is not called", f"{call.call_id}")
        self.seen["callbacks promised"] += 1
        self.hearing.owing.promise(command, moment)

    def _kept(self, keep: fx.KeepCallback, moment: Moment) -> None:
        self.trace.append((moment.clock, keep))
        self.hearing.owing.kept(keep, moment)

    def _dialled(self, dial: fx.DialCallback, moment: Moment) -> None:
        self.trace.append((moment.clock, dial))
        self.checks += 1
        self.seen["callbacks dialled"] += 1
        hearing, callback_id = self.hearing, dial.kept.callback_id
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
        self._check_desk(owed.place, desk, moment)
        hearing.owing.dialled(dial)

    def _spoken(self, comfort: fx.PlayComfort, moment: Moment) -> None:
        self.checks += 1
        self.trace.append((moment.clock, comfort))
        self.seen["announcements"] += 1
        call = self.hearing.calls.get(comfort.call_id)
        if call is None:
            raise Broken("no ghost call", f"{comfort.call_id} hears words and is over")
        if call.doubt:
            return
        if call.stage != "waiting" or call.asked:
            where = f"offered to {sorted(call.asked)}" if call.asked else call.stage
            raise Broken("no announcement disturbs", f"{call.call_id} is {where}")
        every = max(self.hearing.rules[call.queue].comfort.every_seconds, LEAST_SECONDS)
        if moment.clock - call.spoken < every - SLACK:
            raise Broken("no announcement disturbs", f"{call.call_id} heard one just now")
        call.spoken = moment.clock

    def _queue_told(self, row: notices.QueueRow) -> None:
        self.checks += 1
        if self._board is None:
            return
        figures = self._board.figures(row.name)
        done = figures.answered + figures.abandoned + figures.left + figures.overflowed
        if figures.offered != done + row.waiting:
            raise Broken(
                "offered = answered + abandoned + overflowed + left + waiting",
                f"{row.name}: {figures}, waiting {row.waiting}",
            )

    def _work_conserved(self, name: str, moment: Moment) -> None:
        hearing = self.hearing
        line = hearing.lines.get(name)
        if hearing.stale or not line:
            return
        self.checks += 1
        clock, rules = moment.clock - SLACK, hearing.rules[name]
        for desk in hearing.desks.members[name]:
            if not desk.free(clock) or desk.doubt:
                continue
            for call_id in line.calls():
                if must(desk, hearing.waiter(call_id), rules, clock):
                    raise Broken(
                        "nobody waits while somebody is free",
                        f"{desk.agent_id} is free and {call_id} waits in {name}",
                    )

    def sweep(self, moment: Moment) -> None:
        """Look at everything: who waits, held callers, wrap-ups that should be over."""
        hearing, self._steps = self.hearing, 0
        for call in list(hearing.held.values()):
            if call.held_until + SLACK < moment.clock:
                hearing.stand(call)
        for desk in hearing.desks.by_id.values():
            if desk.dialled + DIAL_SECONDS + SLACK < moment.clock:
                desk.dialled = -inf
        hearing.owing.sweep(moment, SLACK)
        for name in hearing.lines:
            self._work_conserved(name, moment)
        if not hearing.stale:
            self._nobody_lost()
        self._rows_true()

    def _nobody_lost(self) -> None:
        for call_id in self.truly_waiting():
            self.checks += 1
            call, row = self.hearing.calls.get(call_id), self.calls.get(call_id)
            if call is None or call.doubt or call.stage != "waiting":
                continue  # not heard yet, or lost on the way: the next resync finds it
            if row is None or row.state not in _WAITS:
                state = row.state if row else "unknown"
                raise Broken("no call is lost", f"{call_id} waits and is {state} on the board")

    def _rows_true(self) -> None:
        if self._board is None or not self._board.has_told_all:
            return
        self.checks += 1
        if {row.call_id: row for row in self._board.calls()} != self.calls:
            raise Broken("what is told is so", "calls differ from what was told")
        if {row.agent_id: row for row in self._board.agents()} != self.agents:
            raise Broken("what is told is so", "agents differ from what was told")
