"""Times our own part: from the event that frees an agent, at our socket, to Asterisk's answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from acd.effects import Effect, OfferCall
from acd.engine import Engine
from cti.events import Event
from cti.facts import Fact
from cti.feed import AmiFeed
from cti.messages import AmiMessage
from cti.switch import AmiSwitch


@dataclass
class Stopwatch:
    """Seconds by `perf_counter`; each list has one value an offer."""

    arrived: float = 0.0  # of the message that is being read now
    causes: dict[int, float] = field(default_factory=dict)  # by event
    begun: dict[str, float] = field(default_factory=dict)  # by the caller's channel
    to_write: list[float] = field(default_factory=list)
    to_answer: list[float] = field(default_factory=list)
    received: int = 0  # bytes from Asterisk

    def count(self, data: bytes) -> None:
        """Count what came from the socket."""
        self.received += len(data)


class TimedFeed(AmiFeed):
    """Notes when the message behind each event came from the socket."""

    stopwatch: Stopwatch

    def _hear(self, message: AmiMessage) -> None:
        self.stopwatch.arrived = time.perf_counter()
        super()._hear(message)

    def _apply(self, fact: Fact) -> None:
        for event in self.tracker.apply(fact):
            self.stopwatch.causes[id(event)] = self.stopwatch.arrived
            self._inbox.put(event)


class TimedEngine(Engine):
    """Notes which event led to which offer; offers to callers just come are left out."""

    stopwatch: Stopwatch
    _cause: float | None = None

    def _hear(self, event: Event) -> None:
        self._cause = self.stopwatch.causes.pop(id(event), None)
        super()._hear(event)
        self._cause = None

    def _perform(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, OfferCall) and self._cause is not None:
                self.stopwatch.begun[effect.channel] = self._cause
        super()._perform(effects)


class TimedSwitch(AmiSwitch):
    """Notes when an offer was written, and when Asterisk had answered."""

    stopwatch: Stopwatch

    async def redirect(self, channel: str, *, context: str, exten: str) -> None:
        """As always, with the times."""
        begun = self.stopwatch.begun.pop(channel, None)
        writing = time.perf_counter()
        await super().redirect(channel, context=context, exten=exten)
        if begun is not None and context == "offer":
            self.stopwatch.to_write.append(writing - begun)
            self.stopwatch.to_answer.append(time.perf_counter() - begun)
