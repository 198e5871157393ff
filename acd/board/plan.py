"""The plan of a wait: which rings of agents may take the call, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from acd.board.settings import Brief, QueueSettings, RequirementStep
from acd.routing import RequirementError, parse


@dataclass(frozen=True, slots=True)
class Phase:
    """One ring: who may take the call, and for how many seconds; None is until the end."""

    seconds: float | None
    needs: tuple[str, ...] = ()  # one of these met; empty: anyone of the queue
    only: tuple[str, ...] = ()  # these agents alone, whatever their skills
    named: tuple[str, ...] = ()  # skills that the call asked for up to here
    words: str = field(init=False, compare=False)  # what it needs; empty: nothing

    def __post_init__(self) -> None:
        words = " or ".join(f"({need})" if " " in need else need for need in self.needs)
        object.__setattr__(self, "words", words)


ANYONE = (Phase(None),)


def plan(
    settings: QueueSettings, brief: Brief, *, awaited: Callable[[str], bool]
) -> tuple[Phase, ...]:
    """Return the phases of a wait: the caller's own agents, then the steps, each ring wider.

    `awaited` tells of an agent's id whether it makes sense to wait for him.
    """
    steps = brief.steps or settings.steps
    general = of_steps(steps) if steps else ANYONE
    if not (brief.owner or brief.last_agent):
        return general
    return (*_personal(settings, brief, awaited), *general)


@lru_cache(maxsize=10_000)
def of_steps(steps: tuple[RequirementStep, ...]) -> tuple[Phase, ...]:
    """Return the phases of steps; who may take the call in one may do so in all that follow.

    A step that cannot be read is left out: a caller must not wait for ever over a word.
    After a last step that has an end comes anyone.
    """
    phases: list[Phase] = []
    needs: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    for step in steps:
        if not step.needs.strip():
            break
        skills = _skills(step.needs)
        if skills is None:
            continue
        needs = tuple(dict.fromkeys((*needs, step.needs)))
        named = tuple(dict.fromkeys((*named, *skills)))
        phases.append(Phase(step.seconds, needs, named=named))
        if step.seconds is None:
            return tuple(phases)
    return (*phases, Phase(None, named=named))


def _personal(
    settings: QueueSettings, brief: Brief, awaited: Callable[[str], bool]
) -> list[Phase]:
    phases: list[Phase] = []
    only: tuple[str, ...] = ()
    for agent_id, seconds in (
        (brief.owner, settings.owner_seconds),
        (brief.last_agent, settings.last_agent_seconds),
    ):
        if agent_id and seconds > 0 and agent_id not in only and awaited(agent_id):
            only = (*only, agent_id)
            phases.append(Phase(seconds, only=only))
    return phases


def _skills(needs: str) -> tuple[str, ...] | None:
    try:
        return parse(needs).skills
    except RequirementError:
        return None
