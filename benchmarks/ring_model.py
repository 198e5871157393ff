"""A ring of skills by our rule and nothing else: what the board does, without news and lags."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import NamedTuple


class Asked(NamedTuple):
    """A call: when it comes, the skill it asks for, and how long it lasts; seconds."""

    at: float
    skill: int
    talk: float


def waits_in_ring(calls: Sequence[Asked], agents: int, skills: int) -> list[float]:
    """Return how long each call waits, in order of coming.

    Agent n has the skills n and n + 1 of the ring. A call takes the agent who has been free the
    longest of those who can; an agent who comes free takes who came first of his two lines.
    """
    ring = _Ring(calls, agents, skills)
    for number, call in enumerate(calls):
        ring.go_on(call.at)
        ring.come(number, call)
    ring.go_on(float("inf"))
    return ring.waits


class _Ring:
    """Benches by skill, longest free first; an entry is good while its stamp is the agent's."""

    def __init__(self, calls: Sequence[Asked], agents: int, skills: int) -> None:
        self._calls, self._skills = calls, skills
        self._benches: list[deque[tuple[int, int]]] = [deque() for _ in range(skills)]
        self._lines: list[deque[int]] = [deque() for _ in range(skills)]
        self._leave: list[tuple[float, int, int]] = []  # when, call, agent
        self._stamps, self._stamp = [0] * agents, 0
        self.waits = [0.0] * len(calls)
        for agent in range(agents):
            self._sit(agent)

    def go_on(self, end: float) -> None:
        """Let every talk end that ends by then."""
        while self._leave and self._leave[0][0] <= end:
            now, _, agent = heappop(self._leave)
            waiting = [self._lines[skill][0] for skill in self._own(agent) if self._lines[skill]]
            if waiting:
                number = min(waiting)
                self._lines[self._calls[number].skill].popleft()
                self._take(number, agent, now)
            else:
                self._sit(agent)

    def come(self, number: int, call: Asked) -> None:
        """Let a call come: an agent takes it, or it waits."""
        bench = self._benches[call.skill]
        while bench and self._stamps[bench[0][1]] != bench[0][0]:
            bench.popleft()
        if bench:
            self._take(number, bench.popleft()[1], call.at)
        else:
            self._lines[call.skill].append(number)

    def _own(self, agent: int) -> tuple[int, int]:
        return agent % self._skills, (agent + 1) % self._skills

    def _sit(self, agent: int) -> None:
        self._stamp += 1
        self._stamps[agent] = self._stamp
        for skill in self._own(agent):
            self._benches[skill].append((self._stamp, agent))

    def _take(self, number: int, agent: int, now: float) -> None:
        call, self._stamps[agent] = self._calls[number], 0
        self.waits[number] = now - call.at
        heappush(self._leave, (now + call.talk, number, agent))
