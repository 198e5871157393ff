"""A made-up world for a flow: what the clock, the directory and other systems would say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from crm_core.sentences import sentence
from ivr.flow import Answer, AskCaller, AskClock, Consult, Record

MONDAY_MORNING = "2026-03-02T10:00:00+08:00"


class NoAnswer(Exception):  # noqa: N818 - reads as the fact it tells
    """A node asked something the world has no answer to."""


class World:
    """Answers by node, each the next time it is asked; the last one is given again."""

    def __init__(
        self,
        answers: Mapping[str, Sequence[Answer]] | None = None,
        *,
        now: str = MONDAY_MORNING,
        caller: Mapping[str, str] | None = None,
    ) -> None:
        """Take answers by node id; `caller` is the data of a known caller, None an unknown one."""
        self._answers = {node: list(given) for node, given in (answers or {}).items()}
        self._now = now
        self._caller = caller
        self._asked: defaultdict[str, int] = defaultdict(int)

    def answer(self, step: Consult | Record) -> Answer:
        """Give the answer to a step; raises `NoAnswer`."""
        given = self._answers.get(step.node)
        if given:
            place = min(self._asked[step.node], len(given) - 1)
            self._asked[step.node] += 1
            return given[place]
        match step:
            case AskClock():
                return Answer("now", {"now": self._now})
            case AskCaller() if self._caller is not None:
                return Answer("known", self._caller)
            case AskCaller():
                return Answer("unknown")
            case Record():
                return Answer("next", {"file": f"{step.node}.wav"})
            case _:
                raise NoAnswer(
                    sentence(
                        "no_answer",
                        "'{node}' asks another system, and no answer is written",
                        node=step.node,
                    )
                )
