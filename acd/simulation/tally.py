"""The tally: what callers really went through, counted in the world itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from acd.board import QueueSettings, Roster
from acd.simulation.agenda import Agenda
from acd.simulation.result import QueueResult
from acd.simulation.truth import Caller


@dataclass(slots=True)
class _Queue:
    settings: QueueSettings
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short: int = 0
    overflowed: int = 0
    in_target: int = 0
    waits: list[float] = field(default_factory=list)


class Tally:
    """Counts waits by queue."""

    def __init__(self, roster: Roster, agenda: Agenda) -> None:
        self._agenda = agenda
        self._queues = {queue.name: _Queue(queue) for queue in roster.queues}
        self.journal: list[Caller] | None = None  # set to a list, it gets every caller

    def offered(self, caller: Caller) -> None:
        """Count one who comes to wait."""
        self._queues[caller.queue].offered += 1
        caller.waits.append(self._agenda.seconds)
        if self.journal is not None and len(caller.waits) == 1:
            self.journal.append(caller)

    def answered(self, caller: Caller) -> None:
        """Count one who is answered."""
        if not caller.waits or caller.waits[-1] < 0:
            return
        queue = self._queues[caller.queue]
        waited = self._agenda.seconds - caller.waits[-1]
        caller.waits[-1] = -1.0
        caller.waited = waited if caller.waited < 0 else caller.waited
        queue.answered += 1
        queue.in_target += waited <= queue.settings.target_seconds
        queue.waits.append(waited)

    def abandoned(self, caller: Caller) -> None:
        """Count one who gave up."""
        if caller.waits and caller.waits[-1] >= 0:
            caller.waited = self._agenda.seconds - caller.waits[-1]
            queue = self._queues[caller.queue]
            queue.abandoned += 1
            queue.short += caller.waited <= queue.settings.short_abandon_seconds

    def overflowed(self, caller: Caller, queue: str) -> None:
        """Count one whom his queue sent on."""
        if caller.waits and caller.waits[-1] >= 0:
            self._queues[queue].overflowed += 1
            caller.waits[-1] = -1.0

    def waits(self, queue: str) -> list[float]:
        """Return the waits of the answered, in order."""
        return self._queues[queue].waits

    def results(self) -> dict[str, QueueResult]:
        """Return each queue's figures."""
        return {
            name: QueueResult(
                offered=queue.offered,
                answered=queue.answered,
                abandoned=queue.abandoned,
                short_abandoned=queue.short,
                overflowed=queue.overflowed,
                left=queue.offered - queue.answered - queue.abandoned - queue.overflowed,
                in_target=queue.in_target,
                waited=sum(queue.waits),
                longest=max(queue.waits, default=0.0),
            )
            for name, queue in self._queues.items()
        }


def gini(values: list[float]) -> float:
    """Return the Gini coefficient: 0 when all are equal, towards 1 when one has it all."""
    total, count = sum(values), len(values)
    if not total:
        return 0.0
    ranked = sum((place + 1) * value for place, value in enumerate(sorted(values)))
    return 2.0 * ranked / (count * total) - (count + 1.0) / count
