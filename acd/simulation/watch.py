"""The watch: holds the board to its promises at every step, by what was heard and what is so."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any
from uuid import UUID

from acd import commands as ask
from acd import effects as fx
from acd.board import Board, KnownCall, KnownCallback, Moment, Roster
from acd.board.comfort import LONGEST_POSITION
from acd.simulation.evidence import SLACK, Evidence
from acd.simulation.heard import Desk, HeardCall, waits_in
from acd.simulation.hearing import Hearing
from acd.simulation.mirrors import Mirrors
from acd.simulation.offered import Offered
from acd.simulation.promised import Promised
from acd.simulation.result import Broken
from acd.simulation.sent_on import SentOn
from acd.simulation.told import WAITS, Told
from cti import events as cti

SWEEP = 256  # steps between two looks at everything
DIAL_SECONDS = 5.0
LEAST_SECONDS = 5  # between two announcements, whatever the queue wants


class Watch:
    """Raises `Broken` at the first promise that is not kept.

    Hears what the board hears just before it does, and sees all that the board asks for.
    `truly_waiting` returns who waits in truth, to be held against the board at each sweep.
    """

    def __init__(self, roster: Roster) -> None:
        self.hearing = Hearing(roster)
        self.evidence = Evidence(self.hearing)
        self.told = Told(self.evidence)
        self.truly_waiting: Callable[[], Iterable[UUID]] = tuple
        self.mirrors = Mirrors()
        self._offered = Offered(self.evidence)
        self._promised = Promised(self.evidence, self._offered)
        self._sent_on = SentOn(self.evidence, self.told)
        self._steps = 0
        self._leaving: list[Desk] = []
        self._asked_for: set[UUID] = set()  # calls that agents asked to be moved or ended
        self._wishes: dict[type, Callable[[Any, Moment], None]] = {
            fx.PopScreen: self._offered.popped,
            fx.OfferCall: self._offered.offered,
            fx.WithdrawPop: self._offered.withdrawn,
            fx.ReturnToWait: self._redirected,
            fx.MoveCall: self._asked_by_agent,
            fx.HangUpCall: self._asked_by_agent,
            fx.DivertCall: self._sent_on.diverted,
            fx.KeepCallback: self._promised.kept,
            fx.DialCallback: self._promised.dialled,
            fx.PlayComfort: self._spoken,
            fx.Tell: self.told.told,
        }

    @property
    def trace(self) -> deque[tuple[float, object]]:
        """Return what happened last."""
        return self.evidence.trace

    @property
    def seen(self) -> Counter[str]:
        """Return of what is rare how often it was checked."""
        return self.evidence.seen

    @property
    def checks(self) -> int:
        """Return how often a promise was checked."""
        return self.evidence.checks

    @property
    def offers(self) -> int:
        """Return how many callers were held out to agents."""
        return self._offered.count

    def begin(self, board: Board, owed: Iterable[KnownCallback], moment: Moment) -> None:
        """Watch a board that begins anew with these callbacks."""
        self.hearing.begin(owed, moment)
        self.told.begin(board, moment)
        self._sent_on.begin()

    def known(self) -> list[KnownCall]:
        """Return what a store would remember of the live calls."""
        return list(self.hearing.known().values())

    def before(self, event: cti.Event, moment: Moment) -> None:
        """Hear an event."""
        self.evidence.note(moment, event)
        if isinstance(event, cti.LinkLost):
            self.mirrors.cut_off(self.hearing, moment)
        self.hearing.hear(event, moment)
        if isinstance(event, cti.Resynced):
            self.mirrors.renewed()
            self._sent_on.renewed(list(self.hearing.rules), moment)

    def foresee(self, effects: Sequence[fx.Effect]) -> None:
        """Learn what belongs together of what the board asks for in this step."""
        self._offered.foresee(effects)
        for effect in effects:
            if isinstance(effect, fx.DialCallback):
                self._promised.foresee(effect)

    def obeyed(self, command: ask.Command, reply: ask.Reply, moment: Moment) -> None:
        """Learn of a command and its answer."""
        self.evidence.note(moment, command)
        if isinstance(command, ask.ExtendWrapUp) and isinstance(reply, ask.Accepted):
            self._extended(self.hearing.desks.by_id[command.agent_id])
        if isinstance(command, ask.ReserveForOutbound) and isinstance(reply, ask.Accepted):
            self._reserved(self.hearing.desks.by_id[command.agent_id], moment)
        self.hearing.desks.obey(command, reply, moment)
        if isinstance(command, ask.RequestCallback) and isinstance(reply, ask.Accepted):
            self._promised.promised(command, moment)
        if isinstance(command, ask.SignOut):
            self._leaving.append(self.hearing.desks.by_id[command.agent_id])
        if isinstance(command, ask.TransferCall | ask.HangUp):
            self._asked_for.add(command.call_id)

    def configured(self, roster: Roster, moment: Moment) -> None:
        """Learn that the board works by another roster from now on."""
        self.evidence.note(moment, "configured anew")
        self.seen["settings changed"] += 1
        self.hearing.configure(roster)
        self._sent_on.renewed(list(self.hearing.rules), moment)

    def not_offered(self, call_id: UUID, moment: Moment) -> None:
        """Learn that Asterisk refused the redirect."""
        self.evidence.note(moment, f"redirect of {call_id} refused")
        call = self.hearing.calls.get(call_id)
        if call is not None and call.asked:
            self.hearing.close_offer(call)
            if call.stage == "waiting":
                self.hearing.hold(call, moment)

    def not_diverted(self, call_id: UUID, moment: Moment) -> None:
        """Learn that Asterisk did not send a caller on."""
        self.evidence.note(moment, f"diversion of {call_id} refused")
        self._sent_on.not_diverted(self.hearing.calls.get(call_id))

    def asked(self, effect: fx.Effect, moment: Moment) -> None:
        """See what the board asks for."""
        wish = self._wishes.get(type(effect))
        if wish is not None:
            wish(effect, moment)

    def after(self, moment: Moment) -> None:
        """Look at what must be so now that the step is done."""
        self._asked_for.clear()
        hearing = self.hearing
        hearing.desks.note(moment)
        for desk in self._leaving:
            if desk.offer is not None and desk.wish == "offline":
                raise Broken("who leaves is offered nothing", f"{desk.agent_id} {desk.offer}")
        self._leaving.clear()
        self._offered.after(moment)
        self._sent_on.after()
        self.told.after()
        for name in hearing.desks.touched:
            self._work_conserved(name, moment)
        hearing.desks.touched.clear()
        self._steps += 1
        if self._steps >= SWEEP and self.told.all_told():
            self.sweep(moment)

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
        self._sent_on.sweep(moment)
        self._offered.sweep(moment)
        if not hearing.stale:
            self._nobody_lost()
        self.told.check_all()

    def _extended(self, desk: Desk) -> None:
        self.evidence.checks += 1
        self.seen["wrap-ups extended"] += 1
        may = desk.rule.extension_seconds > 0 and not desk.extended
        if not may and not desk.doubt:
            raise Broken("a wrap-up is extended once, where its rule says so", desk.agent_id)
        desk.extended = True

    def _reserved(self, desk: Desk, moment: Moment) -> None:
        self.evidence.checks += 1
        self.seen["outbound work"] += 1
        gives_way = desk.settings.blended and desk.free(moment.clock + SLACK)
        if not gives_way and not desk.doubt:
            raise Broken("outbound work takes only blended agents who are free", desk.agent_id)

    def _redirected(self, back: fx.ReturnToWait, moment: Moment) -> None:
        self.evidence.note(moment, back)
        self.evidence.checks += 1
        call = self.hearing.calls.get(back.call_id)
        if call is not None and call.stage == "talking" and not call.doubt:
            raise Broken("a talk is never torn", f"{call.call_id} is sent back to wait")

    def _asked_by_agent(self, effect: fx.MoveCall | fx.HangUpCall, moment: Moment) -> None:
        self.evidence.note(moment, effect)
        self.evidence.checks += 1
        call = self.hearing.calls.get(effect.call_id)
        half = call is None or (call.serves is not None and call.stage != "talking")
        if effect.call_id not in self._asked_for and not (call and call.doubt) and not half:
            raise Broken("a talk is never torn", f"nobody asked to end {effect.call_id}")

    def _spoken(self, comfort: fx.PlayComfort, moment: Moment) -> None:
        self.evidence.checks += 1
        self.evidence.note(moment, comfort)
        self.seen["announcements"] += 1
        call = self.hearing.calls.get(comfort.call_id)
        if call is None:
            raise Broken("no ghost call", f"{comfort.call_id} hears words and is over")
        if call.doubt:
            return
        self._check_position(call, comfort.names)
        if call.stage != "waiting" or call.asked:
            where = f"offered to {sorted(call.asked)}" if call.asked else call.stage
            raise Broken("no announcement disturbs", f"{call.call_id} is {where}")
        every = max(self.hearing.rules[call.queue].comfort.every_seconds, LEAST_SECONDS)
        if moment.clock - call.spoken < every - SLACK:
            raise Broken("no announcement disturbs", f"{call.call_id} heard one just now")
        call.spoken = moment.clock

    def _check_position(self, call: HeardCall, names: Sequence[str]) -> None:
        """Count who stands before the caller: callers, and callbacks that keep their places."""
        said = next((name for name in names if name.startswith("position-")), "")
        owed = [each.place for each in self.hearing.owing.owed.values()]
        line = [c for c in (*self.hearing.calls.values(), *owed) if waits_in(c, call.queue)]
        if not said or any(each.doubt for each in line):
            return
        place = 1 + sum(each.place < call.place for each in line)
        if said != f"position-{place if place <= LONGEST_POSITION else 'many'}":
            raise Broken("what is said is so", f"{call.call_id} is told {said} at place {place}")

    def _work_conserved(self, name: str, moment: Moment) -> None:
        hearing = self.hearing
        line = hearing.lines.get(name)
        if hearing.stale or not line:
            return
        self.evidence.checks += 1
        clock = moment.clock - SLACK
        for desk in hearing.desks.members[name]:
            if not desk.free(clock) or desk.doubt:
                continue
            for call_id in line.calls():
                if hearing.must(desk, hearing.waiter(call_id), clock):
                    raise Broken(
                        "nobody waits while somebody is free",
                        f"{desk.agent_id} is free and {call_id} waits in {name}",
                    )

    def _nobody_lost(self) -> None:
        for call_id in self.truly_waiting():
            self.evidence.checks += 1
            call, row = self.hearing.calls.get(call_id), self.told.calls.get(call_id)
            if call is None or call.doubt or call.stage != "waiting":
                continue  # not heard yet, or lost on the way: the next resync finds it
            if row is None or row.state not in WAITS:
                state = row.state if row else "unknown"
                raise Broken("no call is lost", f"{call_id} waits and is {state} on the board")
