"""Worked: how long each agent was in each state, by the rows the board told."""

from __future__ import annotations

from collections import defaultdict

from acd.notices import AgentRow, AgentState

_BUSY = (AgentState.TALKING, AgentState.HOLDING, AgentState.CONSULTING, AgentState.WRAP_UP)
_FREE = (AgentState.READY, AgentState.OFFERED)


class Worked:
    """Seconds by agent and state."""

    def __init__(self) -> None:
        self._now: dict[str, tuple[AgentState, float]] = {}
        self._spent: dict[str, dict[AgentState, float]] = defaultdict(lambda: defaultdict(float))

    def told(self, row: AgentRow, clock: float) -> None:
        """Note that the agent's row is now this."""
        state, since = self._now.get(row.agent_id, (AgentState.OFFLINE, clock))
        self._spent[row.agent_id][state] += clock - since
        self._now[row.agent_id] = (row.state, clock)

    def occupancies(self) -> list[float]:
        """Return for each agent who was there busy / (busy + free), after-call work included."""
        found = []
        for spent in self._spent.values():
            busy = sum(spent[state] for state in _BUSY)
            whole = busy + sum(spent[state] for state in _FREE)
            if whole > 0:
                found.append(busy / whole)
        return found

    def occupancy(self) -> float:
        """Return the same over all agents together."""
        busy = sum(spent[state] for spent in self._spent.values() for state in _BUSY)
        free = sum(spent[state] for spent in self._spent.values() for state in _FREE)
        return busy / (busy + free) if busy + free else 0.0
