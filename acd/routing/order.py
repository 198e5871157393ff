"""The order in which a queue's strategy asks its free agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Score(StrEnum):
    """What is compared first, before how long an agent has been idle."""

    NOTHING = "nothing"
    FIXED = "fixed"  # known as soon as the ring is: tier, skill levels, other skills
    TURN = "turn"  # grows with each call the agent was offered
    OCCUPANCY = "occupancy"


SCORES: Mapping[str, Score] = {
    "longest_idle": Score.NOTHING,
    "least_occupied": Score.OCCUPANCY,
    "round_robin": Score.TURN,
    "ordered_tiers": Score.FIXED,
    "weighted": Score.TURN,
    "best_skill": Score.FIXED,
    "least_flexible": Score.FIXED,
    "ring_all": Score.NOTHING,
}


def fixed_score(
    strategy: str, *, tier: int, levels: Mapping[str, int], named: Sequence[str], queues: int
) -> float:
    """Return the part of an agent's score that never changes; the least is asked first.

    `named` are the skills the call asks for. Best skill: the sum of the levels in them.
    Least flexible: how many other skills he has, then in how many queues he serves.
    """
    if strategy == "ordered_tiers":
        return float(tier)
    if strategy == "best_skill":
        return -float(sum(levels.get(skill, 0) for skill in named))
    if strategy == "least_flexible":
        others = sum(1 for skill, level in levels.items() if level > 0 and skill not in named)
        return others + min(queues, 999) / 1000.0
    return 0.0
