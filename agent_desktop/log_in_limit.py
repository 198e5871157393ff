"""How often someone may try to sign in, and how many passwords are checked at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from aiohttp import web

from agent_desktop.errors import TooManyAttempts
from agent_desktop.limits import RateLimit

WINDOW = timedelta(minutes=15)
MOST_FOR_USER = 10  # failures of one user from one address
MOST_FROM_ADDRESS = 200  # failures from one address; a whole office may sit behind it
MOST_AT_ONCE = 2  # a slow hash each; the rest of the process must go on
MOST_WAITING = 50


class LogInLimit:
    """Counts failures by address and user; success forgives the user."""

    def __init__(self) -> None:
        self._by_user = RateLimit(most=MOST_FOR_USER, window=WINDOW)
        self._by_address = RateLimit(most=MOST_FROM_ADDRESS, window=WINDOW)
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def attempt(self, address: str, username: str, *, now: datetime) -> AsyncIterator[None]:
        """Let one attempt pass and count it as failed until `succeeded`; else refuse with 429."""
        key = f"{address}|{username.strip().lower()}"
        wait = max(self._by_user.wait(key, now=now), self._by_address.wait(address, now=now))
        if wait or self._waiting >= MOST_WAITING:
            raise TooManyAttempts(retry_after=wait or 1)
        self._by_user.count(key, now=now)
        self._by_address.count(address, now=now)
        self._waiting += 1
        try:
            async with self._turns:
                yield
        finally:
            self._waiting -= 1

    def succeeded(self, address: str, username: str) -> None:
        """Forget the failures of a user who proved himself; those of the address stay."""
        self._by_user.forgive(f"{address}|{username.strip().lower()}")
        self._by_address.take_back(address)


LOG_IN_LIMIT: web.AppKey[LogInLimit] = web.AppKey("log_in_limit", LogInLimit)
