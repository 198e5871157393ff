"""One run: puts the world together around a board, lets it go on, and sums it up."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from uuid import UUID

from acd.board import Board, Roster
from acd.simulation.agenda import BEGIN, Agenda
from acd.simulation.brain import Brain
from acd.simulation.fallback import Fallback
from acd.simulation.faults import NO_FAULTS
from acd.simulation.people import Crowd
from acd.simulation.result import Broken, Result, TooLong
from acd.simulation.scenario import Scenario, seeded
from acd.simulation.switch import Switch
from acd.simulation.tally import Tally, gini
from acd.simulation.trouble import Trouble
from acd.simulation.truth import Phone, Stage
from acd.simulation.watch import Watch
from acd.simulation.whims import Whims
from acd.simulation.wire import Wire
from cti.events import Event

DRY_SECONDS = 4 * 3600.0  # within which everybody must be gone once nobody comes any more
START_SECONDS = 1.0


class Simulation:
    """A world that is ready to go; `run` lets it."""

    def __init__(self, scenario: Scenario, *, make_board: Callable[..., Board] = Board) -> None:
        self.scenario = scenario
        chance = seeded("world", scenario.seed)
        roster, lags = scenario.roster, scenario.lags
        self.agenda = agenda = Agenda(scenario.script.begin if scenario.script else BEGIN)
        self.watch = Watch(roster)
        self.wire = Wire(agenda, seeded("wire", scenario.seed), scenario.faults, lags)
        self.switch = Switch(agenda, self.wire.tell)
        self.tally = Tally(roster, agenda)
        self.crowd = Crowd(
            agenda=agenda,
            scenario=scenario,
            switch=self.switch,
            tally=self.tally,
            chance=chance,
        )
        self.brain = Brain(
            agenda=agenda,
            chance=seeded("brain", scenario.seed),
            lags=lags,
            switch=self.switch,
            watch=self.watch,
            roster=roster,
            refused=scenario.faults.refused,
            make_board=make_board,
            dial=self.crowd.dial,
            dial_back=self.crowd.call_back,
        )
        self.fallback = Fallback(agenda, self.switch, roster)
        self.whims = Whims(
            agenda=agenda,
            scenario=scenario,
            crowd=self.crowd,
            chance=seeded("whims", scenario.seed),
        )
        self.trouble = Trouble(
            agenda=agenda,
            chance=seeded("trouble", scenario.seed),
            faults=scenario.faults,
            wire=self.wire,
            brain=self.brain,
            crowd=self.crowd,
            switch=self.switch,
            watch=self.watch,
        )
        self._connect()

    def _connect(self) -> None:
        switch, wire, watch = self.switch, self.wire, self.watch
        switch.people = self.crowd
        switch.phones = {
            agent.device: Phone(device=agent.device, agent_id=agent.agent_id)
            for agent in self.scenario.roster.agents
        }
        wire.switch, wire.hear, wire.doubt = switch, self.brain.hear, self._lose
        wire.dies = self._link_dies
        wire.shown = self.crowd.dialler.shown
        self.crowd.brain = self.brain
        watch.truly_waiting = self._truly_waiting
        self.fallback.beating = self._beating
        self.brain.paused = self.fallback.pause
        self.fallback.ringing = self._fallback_rings
        watch.told.set_aside = self.crowd.set_aside
        self.trouble.publish = self._publish

    def run(self, *, most_seconds: float = inf, strict: bool = False) -> Result:
        """Let the world go on as long as the scenario says, then until everybody is gone.

        Raises `TooLong` after so many seconds of computing; when `strict`, `Broken` instead
        of telling of it in the result.
        """
        began = time.perf_counter()
        self._give_up_at = began + most_seconds
        broken = self._go()
        if broken is not None and strict:
            raise broken
        return self._sum_up(time.perf_counter() - began, broken)

    def _go(self) -> Broken | None:
        agenda = self.agenda
        self.crowd.begin()
        self.whims.begin()
        self.trouble.begin()
        if self.scenario.faults != NO_FAULTS:
            self.fallback.begin()
        self.wire.resync(self.brain.next_epoch())
        try:
            while self._goes_on():
                agenda.step()
            self._run_dry()
        except Broken as broken:
            return broken
        return None

    def _goes_on(self) -> bool:
        """Tell whether somebody may come yet; raises `TooLong`."""
        agenda, script = self.agenda, self.scenario.script
        if not agenda.done % 1_000 and time.perf_counter() > self._give_up_at:
            raise TooLong(f"after {agenda.done:,} events, {agenda.seconds / 3600:.1f} hours in")
        if script is None:
            return agenda.done < self.scenario.events
        ahead = agenda.ahead()
        return ahead is not None and ahead < script.lasts

    def _run_dry(self) -> None:
        """Let nobody come any more; in the end no call may be left on the board."""
        agenda, end = self.agenda, self.agenda.seconds + DRY_SECONDS
        self.crowd.open = False
        while (ahead := agenda.ahead()) is not None and ahead < end and self._has_work():
            agenda.step()
        end = agenda.seconds + 60.0
        while (ahead := agenda.ahead()) is not None and ahead < end:
            agenda.step()
        if owed := self.brain.ledger.owed():
            raise Broken("no callback is forgotten", f"{owed[0].callback_id} is owed for ever")
        if self.switch.callers:
            left = [str(c.call_id) for c in self.switch.callers.values()]
            raise Broken("no call is lost", f"nobody ever served {left[:3]}")
        if self.brain.alive and (ghosts := self.brain.board.calls()):
            raise Broken("no ghost call", f"{len(ghosts)} calls are left on the board")

    def _lose(self, event: Event) -> None:
        self.watch.hearing.lost(event)
        self.crowd.dialler.lost(getattr(event, "call_id", UUID(int=0)))

    def _link_dies(self) -> None:
        self.crowd.dialler.cut(self.brain.ledger.open())

    def _beating(self) -> bool:
        return self.brain.alive and self.wire.up

    def _publish(self, roster: Roster) -> None:
        self.crowd.dialler.configure({queue.name: queue for queue in roster.queues})
        self.fallback.configure(roster)
        self.brain.configure(roster)

    def _fallback_rings(self, phone: Phone) -> None:
        self.watch.mirrors.rings(self.watch.hearing, phone.device, self.agenda.moment())

    def _seen(self) -> dict[str, int]:
        kept = self.brain.ledger.states()
        return {
            **self.watch.seen,
            **{f"callbacks {state}": count for state, count in kept.items()},
            "customers rung": self.crowd.dialler.rung.total(),
            "fallback callers": self.fallback.taken,
            "fallback rings": self.fallback.rung,
        }

    def _has_work(self) -> bool:
        return bool(self.switch.callers) or bool(self.brain.ledger.owed())

    def _truly_waiting(self) -> list[UUID]:
        stages = (Stage.WAITING, Stage.RINGING)
        callers = self.switch.callers.values()
        return [c.call_id for c in callers if c.stage in stages and c.queue]

    def _sum_up(self, took: float, broken: Broken | None) -> Result:
        agenda, watch = self.agenda, self.watch
        return Result(
            seed=self.scenario.seed,
            events=agenda.done,
            simulated_seconds=agenda.seconds,
            took_seconds=took,
            queues=self.tally.results(),
            occupancy=watch.told.worked.occupancy(),
            fairness=gini(watch.told.worked.occupancies()),
            checks=watch.checks,
            offers=watch.offers,
            happened=dict(self.trouble.happened),
            seen=self._seen(),
            broken=str(broken) if broken else "",
            promise=broken.promise if broken else "",
            trace=tuple(f"{clock:.6f} {what}" for clock, what in watch.trace) if broken else (),
        )


def simulate(scenario: Scenario, *, make_board: Callable[..., Board] = Board) -> Result:
    """Run a scenario from beginning to end."""
    return Simulation(scenario, make_board=make_board).run()
