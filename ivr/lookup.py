"""Who is calling: asked while the greeting plays, and never waited for."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from crm_core.directory.card import CallerCard
from crm_core.phones import NumberKind, normalise

log = structlog.get_logger(__name__)


class Directory(Protocol):
    """Knows customers by their number."""

    async def identify(self, raw_number: str) -> CallerCard:
        """Give the card of a number; an unknown number has a card without matches."""
        ...


def unknown_caller(raw_number: str) -> CallerCard:
    """Give the card of a caller of whom only the number is known, or not even that."""
    phone = normalise(raw_number)
    return CallerCard(number=phone.shown, raw_number=phone.raw, kind=phone.kind)


async def look_up(directory: Directory, raw_number: str, *, seconds: float) -> CallerCard:
    """Give the caller's card, or an unknown one when the look-up fails or takes too long."""
    if normalise(raw_number).kind is NumberKind.ANONYMOUS:
        return unknown_caller(raw_number)
    try:
        async with asyncio.timeout(seconds):
            return await directory.identify(raw_number)
    except TimeoutError:
        log.warning("caller_lookup_slow", limit_seconds=seconds)
    except Exception as error:  # noqa: BLE001 - a call is never lost to a look-up, whatever broke
        log.warning("caller_lookup_failed", error=repr(error))
    return unknown_caller(raw_number)
