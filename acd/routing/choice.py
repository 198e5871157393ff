"""A choice: one agent for one call, with everything that was weighed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

_KEPT = "choice"  # the key of a record's payload

SHOWN = 5  # candidates, rivals and passed-over agents kept with each choice


class Rule(StrEnum):
    """The rule that decided an offer."""

    LONGEST_IDLE = "longest_idle"  # a call came, several agents were free
    LEAST_OCCUPIED = "least_occupied"
    ROUND_ROBIN = "round_robin"
    ORDERED_TIERS = "ordered_tiers"
    WEIGHTED = "weighted"
    BEST_SKILL = "best_skill"
    LEAST_FLEXIBLE = "least_flexible"
    RING_ALL = "ring_all"
    FIRST_IN_LINE = "first_in_line"  # an agent came free, callers were waiting
    OWNER = "owner"  # who looks after the customer
    LAST_AGENT = "last_agent"  # who spoke with the customer last
    TRANSFER = "transfer"  # another agent handed the call over
    RUNG_BY_FALLBACK = "rung_by_fallback"  # Asterisk's own queue rang the phone


class Candidate(NamedTuple):
    """An agent who could take the call; the least score is asked first, then the longest idle."""

    score: float  # what the strategy compares: tier, turns, occupancy in percent, ...
    since: float  # clock reading since which he is idle
    turn: int  # in the order in which agents came free
    slot: int  # his place on the board
    agent_id: str
    name: str


Weighed: TypeAlias = tuple[float, float, int, int, str, str]  # a candidate as a bench has him


class PassedOver(NamedTuple):
    """An agent who is ready and yet was not asked, and why."""

    agent_id: str
    name: str
    why: str  # a code, or the skill that is missing in words


class WaitingCall(NamedTuple):
    """The head of one line; the least goes first, and no two have the same rank."""

    rank: tuple[float, ...]
    call_id: UUID
    queue: str
    priority: int
    came: float  # clock reading since which it waits


class Choice(NamedTuple):
    """One agent for one call, with everything that was weighed."""

    call_id: UUID
    agent_id: str
    agent_name: str
    queue: str
    rule: Rule
    strategy: str = ""  # of the queue
    step: int = 1  # of the call's wait, from 1
    steps: int = 1
    needs: str = ""  # what this step asks for, in words; empty: anyone
    waited_seconds: float = 0.0
    idle_seconds: float = 0.0
    priority: int = 0
    free_agents: int = 1  # of the queue
    candidates: tuple[Weighed, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    busy: tuple[tuple[str, int], ...] = ()  # members by state, e.g. ("talking", 3)
    rivals: tuple[WaitingCall, ...] = ()  # heads of the agent's other lines
    together: tuple[str, ...] = ()  # other agents whose phones ring at once, by name
    by: str = ""  # agent who handed the call over
    by_name: str = ""
    clock: float = 0.0  # reading at which it was made

    @property
    def weighed(self) -> tuple[Candidate, ...]:
        """Return the candidates with the names of their parts."""
        return tuple([Candidate(*each) for each in self.candidates])

    def in_words(self) -> str:
        """Say it to the agent and to the supervisor in one sentence."""
        return _SENTENCES[self.rule](self) + _aside(self)

    def as_kept(self) -> dict[str, object]:
        """Return the payload of the call's record, short; `in_full` tells what it says.

        Values in the order of the fields; the store writes ids as text and tuples as lists.
        """
        return {_KEPT: self[1:]}

    def as_json(self) -> dict[str, object]:
        """Return plain values by name, with the sentence."""
        return {
            "agent_id": self.agent_id,
            "agent_name": self.agent_name,
            "queue": self.queue,
            "rule": str(self.rule),
            "strategy": self.strategy,
            "step": self.step,
            "steps": self.steps,
            "needs": self.needs,
            "waited_seconds": self.waited_seconds,
            "idle_seconds": self.idle_seconds,
            "priority": self.priority,
            "free_agents": self.free_agents,
            "candidates": [
                {
                    "agent_id": each.agent_id,
                    "name": each.name,
                    "idle_seconds": self.clock - each.since,
                    "score": each.score,
                }
                for each in self.weighed
            ],
            "passed_over": [
                {"agent_id": agent_id, "name": name, "why": why}
                for agent_id, name, why in self.passed_over
            ],
            "busy": [list(each) for each in self.busy],
            "rivals": [
                {
                    "call_id": str(each.call_id),
                    "queue": each.queue,
                    "priority": each.priority,
                    "waited_seconds": self.clock - each.came,
                }
                for each in self.rivals
            ],
            "together": list(self.together),
            "by": self.by,
            "by_name": self.by_name,
            "words": self.in_words(),
        }


def in_full(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record's payload says by name; one that is no short choice as it is."""
    kept = payload.get(_KEPT)
    if not isinstance(kept, list | tuple):
        return dict(payload)
    named = dict(zip(Choice._fields[1:], kept, strict=False))
    for name, part_of in _PARTS.items():
        named[name] = tuple([part_of(*part) for part in named.get(name, ())])
    named["busy"] = tuple([tuple(each) for each in named.get("busy", ())])
    named["rule"] = Rule(named["rule"])
    return Choice(_NO_CALL, **named).as_json()


def _candidate(*kept: Any) -> Candidate:
    if len(kept) == len(Candidate._fields):
        return Candidate(*kept)
    agent_id, name, seconds, score = kept  # as it was kept before the clock was
    return Candidate(score, -seconds, 0, 0, agent_id, name)


def _rival(*kept: Any) -> WaitingCall:
    if not isinstance(kept[0], str):
        return WaitingCall(*kept)
    call_id, queue, priority, seconds, rank = kept  # as it was kept before the clock was
    return WaitingCall(rank, call_id, queue, priority, -seconds)


def clock_words(seconds: float) -> str:
    """Write a duration as people read it: 0:41, 3:12, 1:02:05."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _among(choice: Choice, what: str) -> str:
    if choice.free_agents == 1:
        idle = clock_words(choice.idle_seconds)
        return f"Only free agent in {choice.queue}, idle {idle}{_step(choice)}"
    return f"{what} of {choice.free_agents} free agents in {choice.queue}{_step(choice)}"


def _longest_idle_words(choice: Choice) -> str:
    return _among(choice, f"Longest idle ({clock_words(choice.idle_seconds)})")


def _least_occupied_words(choice: Choice) -> str:
    share = choice.candidates[0][0] if choice.candidates else 0.0
    return _among(choice, f"Least occupied ({share:.0f} % of ready time)")


def _round_robin_words(choice: Choice) -> str:
    return _among(choice, "Next in turn")


def _ordered_tiers_words(choice: Choice) -> str:
    tier = choice.candidates[0][0] if choice.candidates else 0.0
    return _among(choice, f"Tier {tier:.0f}, longest idle in it")


def _weighted_words(choice: Choice) -> str:
    return _among(choice, "Next by weight")


def _best_skill_words(choice: Choice) -> str:
    levels = -choice.candidates[0][0] if choice.candidates else 0.0
    return _among(choice, f"Best skill (levels {levels:.0f} in all)")


def _least_flexible_words(choice: Choice) -> str:
    others = choice.candidates[0][0] if choice.candidates else 0.0
    return _among(choice, f"Fewest other skills ({int(others)})")


def _ring_all_words(choice: Choice) -> str:
    if not choice.together:
        return _among(choice, "One phone rings")
    return f"Rings with {', '.join(choice.together)} in {choice.queue}{_step(choice)}"


def _first_in_line_words(choice: Choice) -> str:
    waited = clock_words(choice.waited_seconds)
    return f"First in line in {choice.queue} after {waited}{_step(choice)}"


def _owner_words(choice: Choice) -> str:
    return f"Looks after this customer, asked first in {choice.queue}"


def _last_agent_words(choice: Choice) -> str:
    return f"Spoke with this customer last, asked first in {choice.queue}"


def _transfer_words(choice: Choice) -> str:
    return f"Handed over by {choice.by_name}"


def _fallback_words(choice: Choice) -> str:
    return f"Rung by the fallback queue of {choice.queue or 'Asterisk'}"


def _step(choice: Choice) -> str:
    if choice.steps == 1 and not choice.needs:
        return ""
    return f", step {choice.step} of {choice.steps} ({choice.needs or 'anyone'})"


def _aside(choice: Choice) -> str:
    if not choice.passed_over:
        return "."
    names = ", ".join(f"{agent.name} ({agent.why})" for agent in choice.passed_over)
    return f"; passed over: {names}."


_NO_CALL = UUID(int=0)
_PARTS: Mapping[str, Callable[..., tuple[Any, ...]]] = {
    "candidates": _candidate,
    "passed_over": PassedOver,
    "rivals": _rival,
}
_SENTENCES: dict[Rule, Callable[[Choice], str]] = {
    Rule.LONGEST_IDLE: _longest_idle_words,
    Rule.LEAST_OCCUPIED: _least_occupied_words,
    Rule.ROUND_ROBIN: _round_robin_words,
    Rule.ORDERED_TIERS: _ordered_tiers_words,
    Rule.WEIGHTED: _weighted_words,
    Rule.BEST_SKILL: _best_skill_words,
    Rule.LEAST_FLEXIBLE: _least_flexible_words,
    Rule.RING_ALL: _ring_all_words,
    Rule.FIRST_IN_LINE: _first_in_line_words,
    Rule.OWNER: _owner_words,
    Rule.LAST_AGENT: _last_agent_words,
    Rule.TRANSFER: _transfer_words,
    Rule.RUNG_BY_FALLBACK: _fallback_words,
}
