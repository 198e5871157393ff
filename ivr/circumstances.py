"""What one call's flow can learn: the time, who calls, and what other systems say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from crm_core.contexts import CallContexts
from crm_core.directory.card import CallerCard
from ivr.arrival import Arrival
from ivr.flow import Answer, AskCaller, AskClock, Consult
from ivr.services import Services


class Circumstances:
    """Answers the consults of one call, and names its recordings."""

    def __init__(
        self,
        arrival: Arrival,
        *,
        services: Services,
        contexts: CallContexts,
        lookup: asyncio.Task[None] | None,
        folder: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._arrival = arrival
        self._services = services
        self._contexts = contexts
        self._lookup = lookup
        self._folder = folder
        self._clock = clock
        self._recordings = 0

    async def consult(self, step: Consult) -> Answer:
        """Answer a step; raises what the other system's client raises."""
        match step:
            case AskClock():
                return Answer("now", {"now": self._clock().isoformat()})
            case AskCaller():
                return await self._caller(step.seconds)
            case _:
                return await self._services.answer(self._arrival, step)

    def recording(self, node: str) -> Path:
        """Give a file of its own for each recording of the call."""
        self._recordings += 1
        return self._folder / f"{self._arrival.call_id}-{node}-{self._recordings}.wav"

    async def _caller(self, seconds: float) -> Answer:
        if self._lookup is not None:
            await asyncio.wait({self._lookup}, timeout=seconds)
        context = self._contexts.get(self._arrival.call_id)
        card = context.card if context else None
        if card is None or not card.known or len(card.matches) != 1:
            return Answer("unknown")
        return Answer("known", _words_of(card))


def _words_of(card: CallerCard) -> dict[str, str]:
    match = card.matches[0]
    return {
        "caller_name": match.name,
        "caller_account": match.account_name,
        "caller_grade": match.grade,
        "caller_vip": "yes" if card.vip_level else "no",
    }
