"""Benched: who waits for calls since which turn, side by side, for the benches he sits on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acd.board.agent import Agent


class Benched:
    """The agents of the floor, each at his slot, and the turn by which he is on the benches.

    A bench refers to its agents by slot and turn: plain values, which the collector need not
    look at; at 10,000 agents there are 150,000 of them, made anew all the time.
    """

    __slots__ = ("_empty", "_last", "agents", "turns")

    def __init__(self) -> None:
        self.agents: list[Agent | None] = [None]  # the slot of all who are not on the floor
        self.turns: list[int] = [0]  # 0: he is on no bench
        self._last = 0
        self._empty: list[int] = []  # slots of agents who are gone

    def add(self, agent: Agent) -> None:
        """Give the agent a slot."""
        if self._empty:
            agent.slot = self._empty.pop()
            self.agents[agent.slot] = agent
            return
        agent.slot = len(self.agents)
        self.agents.append(agent)
        self.turns.append(0)

    def drop(self, agent: Agent) -> None:
        """Take the slot back from an agent who is gone."""
        self.agents[agent.slot], self.turns[agent.slot] = None, 0
        self._empty.append(agent.slot)
        agent.slot = 0

    def sit(self, agent: Agent) -> int:
        """Let the agent be on the benches from now on; return his turn there."""
        self._last += 1
        self.turns[agent.slot] = self._last
        return self._last
