"""Trouble: brings the faults of a scenario about, each at its own random times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from acd.board import Roster
from acd.simulation.agenda import Agenda
from acd.simulation.brain import Brain
from acd.simulation.drawing import redrawn
from acd.simulation.faults import Faults
from acd.simulation.people import HOUR, Crowd
from acd.simulation.switch import Switch
from acd.simulation.truth import Phone
from acd.simulation.watch import Watch
from acd.simulation.wire import Wire
from cti.events import LinkLost

CLOCK_STEPS = (-3600.0, 3600.0, -40.0, -1.0)


class Trouble:
    """Plans each fault anew after it happened; `happened` counts them."""

    def __init__(
        self,
        *,
        agenda: Agenda,
        chance: Random,
        faults: Faults,
        wire: Wire,
        brain: Brain,
        crowd: Crowd,
        switch: Switch,
        watch: Watch,
    ) -> None:
        self._agenda, self._chance, self._faults = agenda, chance, faults
        self._wire, self._brain, self._crowd = wire, brain, crowd
        self._switch, self._watch = switch, watch
        self.publish: Callable[[Roster], None] = brain.configure
        self.happened: Counter[str] = Counter()

    def begin(self) -> None:
        """Plan the first of each."""
        faults = self._faults
        self._plan("lost", faults.lost, self._lose)
        self._plan("late", faults.late, self._stall)
        self._plan("cut", faults.cut, self._cut)
        self._plan("restart", faults.restart, self._crash)
        self._plan("clock", faults.clock, self._step_clock)
        self._plan("phones", faults.phones, self._phone_vanishes)
        self._plan("settings", faults.settings, self._set_otherwise)

    def _plan(self, name: str, an_hour: float, deed: Callable[[], None]) -> None:
        if an_hour:
            wait = self._chance.expovariate(an_hour / HOUR)
            self._agenda.after(wait, self._happen, name, an_hour, deed)

    def _happen(self, name: str, an_hour: float, deed: Callable[[], None]) -> None:
        if not self._crowd.open:
            return
        self._plan(name, an_hour, deed)
        self.happened[name] += 1
        deed()

    def _lose(self) -> None:
        """Let a few events vanish; the link proves dead within seconds."""
        self._wire.lose(self._chance.randint(1, 6))
        self._agenda.after(self._chance.uniform(0.05, 5.0), self._cut)

    def _stall(self) -> None:
        self._wire.stand_still(self._chance.uniform(0.1, 6.0))

    def _cut(self) -> None:
        if not self._wire.cut():
            return
        self._agenda.after(self._chance.uniform(0.0, 0.5), self._notice, self._wire.link)
        self._agenda.after(self._chance.uniform(0.5, 8.0), self._connect, self._wire.link)

    def _notice(self, link: int) -> None:
        if self._wire.link == link and self._brain.alive:
            self._brain.hear(LinkLost(at=self._agenda.stamp()))

    def _connect(self, link: int) -> None:
        if self._wire.link == link and self._brain.alive:
            self._wire.resync(self._brain.next_epoch())

    def _crash(self) -> None:
        """Kill the engine; another begins from what the store knows."""
        if not self._brain.alive:
            return
        self._brain.die()
        self._wire.cut()
        self._wire.renew()
        self._agenda.after(self._chance.uniform(0.5, 10.0), self._begin_again)

    def _begin_again(self) -> None:
        self._brain.begin()
        self._wire.resync(self._brain.next_epoch())
        self._crowd.come_back()

    def _step_clock(self) -> None:
        """Step the clock of the day; not in the middle of an event's way, to keep stamps fair."""
        if self._wire.under_way:
            self._agenda.after(0.01, self._step_clock)
            return
        self._agenda.step_day(self._chance.choice(CLOCK_STEPS))

    def _set_otherwise(self) -> None:
        self.publish(redrawn(self._brain.roster, self._chance))

    def _phone_vanishes(self) -> None:
        phone = self._chance.choice(list(self._switch.phones.values()))
        if phone.registered:
            self._switch.register(phone, registered=False)
            back = self._chance.uniform(1.0, 60.0)
            self._agenda.after(back, self._comes_back, phone)

    def _comes_back(self, phone: Phone) -> None:
        self._switch.register(phone, registered=True)
