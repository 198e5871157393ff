"""What a flow asks of other systems for one call; wired by whoever runs the platform."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from ivr.arrival import Arrival
from ivr.flow import Answer, AskCallback, CheckPin, Dip, LookUp

Outside: TypeAlias = CheckPin | LookUp | Dip | AskCallback


class Services(Protocol):
    """Customers, their tickets, HTTP services, callbacks."""

    async def answer(self, arrival: Arrival, step: Outside) -> Answer:
        """Answer a step for a call; what it raises leads to the error handler."""
        ...


class NoServices:
    """Nobody to ask: every question of a flow takes its way for failures."""

    async def answer(self, arrival: Arrival, step: Outside) -> Answer:
        """Give `failed`."""
        del arrival, step
        return Answer("failed")
