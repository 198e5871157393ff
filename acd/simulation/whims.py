"""Whims: what agents and supervisors do of their own accord, at random times."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from acd import commands as ask
from acd.simulation.agenda import Agenda
from acd.simulation.people import HOUR, Crowd
from acd.simulation.scenario import Scenario

LEAD = "lead"


class Whims:
    """Plans each agent's whims anew after each."""

    def __init__(
        self, *, agenda: Agenda, scenario: Scenario, crowd: Crowd, chance: Random
    ) -> None:
        self._agenda, self._scenario, self._crowd = agenda, scenario, crowd
        self._chance = chance
        habits = scenario.habits
        self._whims: list[tuple[float, Callable[[str], None]]] = [
            (habits.breaks_an_hour, self._takes_a_break),
            (habits.leaves_an_hour, self._leaves),
            (habits.dials_an_hour, self._dials),
        ]
        if habits.whims:
            self._whims += [
                (1.0, self._closes_the_window),
                (1.0, self._loses_the_microphone),
                (1.0, self._chooses_queues),
                (0.5, self._is_assigned),
                (0.5, self._is_forced),
                (2.0, self._works_outbound),
                (20.0, self._wants_more_time),
                (2.0, self._wishes_after_wrap_up),
            ]

    def begin(self) -> None:
        """Plan the first whims of everybody."""
        for agent in self._scenario.roster.agents:
            for an_hour, whim in self._whims:
                self._plan(an_hour, whim, agent.agent_id)

    def _plan(self, an_hour: float, whim: Callable[[str], None], agent_id: str) -> None:
        if an_hour:
            wait = self._chance.expovariate(an_hour / HOUR)
            self._agenda.after(wait, self._has_one, an_hour, whim, agent_id)

    def _has_one(self, an_hour: float, whim: Callable[[str], None], agent_id: str) -> None:
        if self._crowd.open:
            self._plan(an_hour, whim, agent_id)
            whim(agent_id)

    def _takes_a_break(self, agent_id: str) -> None:
        self._crowd.wishes[agent_id] = "not_ready"
        self._crowd.give(ask.SetNotReady(agent_id=agent_id, reason="break"))
        pause = self._scenario.habits.pause.take(self._chance)
        self._agenda.after(pause, self._crowd.sign_in, agent_id)

    def _leaves(self, agent_id: str) -> None:
        self._crowd.wishes[agent_id] = "offline"
        self._crowd.give(ask.SignOut(agent_id=agent_id))
        pause = self._scenario.habits.pause.take(self._chance)
        self._agenda.after(pause, self._crowd.sign_in, agent_id)

    def _dials(self, agent_id: str) -> None:
        self._crowd.give(ask.DialOut(agent_id=agent_id, number="13900139000"))

    def _closes_the_window(self, agent_id: str) -> None:
        for is_open in (True, False):
            self._crowd.give(ask.ReportDesk(agent_id=agent_id, source="web", open=is_open))
        again = ask.ReportDesk(agent_id=agent_id, source="web", open=True)
        self._agenda.after(self._chance.uniform(0.5, 30.0), self._crowd.give, again)

    def _loses_the_microphone(self, agent_id: str) -> None:
        self._crowd.give(ask.ReportMicrophone(agent_id=agent_id, works=False))
        again = ask.ReportMicrophone(agent_id=agent_id, works=True)
        self._agenda.after(self._chance.uniform(0.5, 30.0), self._crowd.give, again)

    def _chooses_queues(self, agent_id: str) -> None:
        agent = next(a for a in self._scenario.roster.agents if a.agent_id == agent_id)
        some = tuple(name for name in agent.queues if self._chance.random() < 0.5)  # noqa: PLR2004 - a coin
        self._crowd.give(ask.ChooseQueues(agent_id=agent_id, queues=some))
        again = ask.ChooseQueues(agent_id=agent_id)
        self._agenda.after(self._chance.uniform(5.0, 120.0), self._crowd.give, again)

    def _is_assigned(self, agent_id: str) -> None:
        queues = self._scenario.roster.queues
        some = tuple(queue.name for queue in queues if self._chance.random() < 0.5)  # noqa: PLR2004 - a coin
        self._crowd.give(ask.AssignQueues(agent_id=agent_id, queues=some, by=LEAD))
        again = ask.AssignQueues(agent_id=agent_id, by=LEAD)
        self._agenda.after(self._chance.uniform(5.0, 120.0), self._crowd.give, again)

    def _is_forced(self, agent_id: str) -> None:
        self._crowd.give(ask.SetNotReady(agent_id=agent_id, reason="meeting", by=LEAD))
        ready = ask.SetReady(agent_id=agent_id, by=LEAD)
        self._agenda.after(self._chance.uniform(1.0, 60.0), self._crowd.give, ready)

    def _works_outbound(self, agent_id: str) -> None:
        seconds = self._chance.randint(1, 60)
        self._crowd.give(ask.ReserveForOutbound(agent_id=agent_id, seconds=seconds))
        if self._chance.random() < 0.5:  # noqa: PLR2004 - a coin
            release = ask.ReleaseOutbound(agent_id=agent_id)
            self._agenda.after(self._chance.uniform(0.0, 70.0), self._crowd.give, release)

    def _wants_more_time(self, agent_id: str) -> None:
        for _ in range(2):  # the second time is once too often
            self._crowd.give(ask.ExtendWrapUp(agent_id=agent_id))

    def _wishes_after_wrap_up(self, agent_id: str) -> None:
        ready = self._chance.random() < 0.5  # noqa: PLR2004 - a coin
        if ready:
            self._crowd.give(ask.SetReady(agent_id=agent_id, after_wrap_up=True))
            return
        wish = ask.SetNotReady(agent_id=agent_id, reason="later", after_wrap_up=True)
        self._crowd.give(wish)
        self._agenda.after(self._chance.uniform(5.0, 60.0), self._crowd.sign_in, agent_id)
