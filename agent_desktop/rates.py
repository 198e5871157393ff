"""How often one visitor or address may ask for the same costly thing."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from agent_desktop.errors import TooManyAttempts
from agent_desktop.limits import RateLimit
from agent_desktop.services import SERVICES
from agent_desktop.sessions import visitor

WINDOW = timedelta(minutes=1)


class Rates:
    """Counts by operation and by who asks: the session or token, else the address."""

    def __init__(self) -> None:
        self._limits: dict[str, RateLimit] = {}

    def count(self, request: web.Request, *, operation: str, most: int) -> None:
        """Count one use; raises TooManyAttempts beyond `most` in a minute."""
        limit = self._limits.setdefault(operation, RateLimit(most=most, window=WINDOW))
        who = visitor(request)
        key = who.agent_id if who is not None else request.remote or ""
        now = request.app[SERVICES].clock()
        if wait := limit.wait(key, now=now):
            raise TooManyAttempts(retry_after=wait)
        limit.count(key, now=now)


RATES: web.AppKey[Rates] = web.AppKey("rates", Rates)
