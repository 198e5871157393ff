"""A choice: one agent for one call, with everything that was weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from uuid import UUID

SHOWN = 5  # candidates and rivals kept with each choice; the rest is counted


class Rule(StrEnum):
    """The rule that decided an offer."""

    LONGEST_IDLE = "longest_idle"  # a call came, several agents were free
    FIRST_IN_LINE = "first_in_line"  # an agent came free, callers were waiting
    TRANSFER = "transfer"  # another agent handed the call over
    RUNG_BY_FALLBACK = "rung_by_fallback"  # Asterisk's own queue rang the phone


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An agent who could take the call, and for how long he has been free."""

    agent_id: str
    name: str
    idle_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PassedOver:
    """An agent who is ready and yet was not asked, and why."""

    agent_id: str
    name: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingCall:
    """The head of one queue's line; the least `rank` goes first."""

    call_id: UUID
    queue: str
    priority: int
    waited_seconds: float
    rank: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One agent for one call, with everything that was weighed."""

    call_id: UUID
    agent_id: str
    agent_name: str
    queue: str
    rule: Rule
    waited_seconds: float = 0.0
    idle_seconds: float = 0.0
    free_agents: int = 1
    candidates: tuple[Candidate, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    busy: tuple[tuple[str, int], ...] = ()  # members by state, e.g. ("talking", 3)
    rivals: tuple[WaitingCall, ...] = ()  # heads of the agent's other queues
    by: str = ""  # agent who handed the call over
    by_name: str = ""

    def in_words(self) -> str:
        """Say it to the agent and to the supervisor in one sentence."""
        return _SENTENCES[self.rule](self) + _aside(self)

    def as_json(self) -> dict[str, object]:
        """Return plain values for the record of the call."""
        record = asdict(self)
        record["call_id"] = str(self.call_id)
        record["rivals"] = [
            {"call_id": str(rival.call_id), "queue": rival.queue, "priority": rival.priority}
            for rival in self.rivals
        ]
        record["words"] = self.in_words()
        return record


def longest_idle(candidates: Sequence[Candidate]) -> Candidate:
    """Choose the agent who has been free the longest; the first wins a tie."""
    return max(candidates, key=lambda candidate: candidate.idle_seconds)


def first_in_line(heads: Sequence[WaitingCall]) -> WaitingCall:
    """Choose the call that goes first among the heads of several lines."""
    return min(heads, key=lambda head: head.rank)


def clock_words(seconds: float) -> str:
    """Write a duration as people read it: 0:41, 3:12, 1:02:05."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _longest_idle_words(choice: Choice) -> str:
    idle = clock_words(choice.idle_seconds)
    if choice.free_agents == 1:
        return f"Only free agent in {choice.queue}, idle {idle}"
    return f"Longest idle ({idle}) of {choice.free_agents} free agents in {choice.queue}"


def _first_in_line_words(choice: Choice) -> str:
    return f"First in line in {choice.queue} after {clock_words(choice.waited_seconds)}"


def _transfer_words(choice: Choice) -> str:
    return f"Handed over by {choice.by_name}"


def _fallback_words(choice: Choice) -> str:
    return f"Rung by the fallback queue of {choice.queue or 'Asterisk'}"


_SENTENCES = {
    Rule.LONGEST_IDLE: _longest_idle_words,
    Rule.FIRST_IN_LINE: _first_in_line_words,
    Rule.TRANSFER: _transfer_words,
    Rule.RUNG_BY_FALLBACK: _fallback_words,
}


def _aside(choice: Choice) -> str:
    if not choice.passed_over:
        return "."
    names = ", ".join(f"{agent.name} ({agent.why})" for agent in choice.passed_over)
    return f"; passed over: {names}."
