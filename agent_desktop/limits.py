"""Rate limits that count attempts in a sliding window; pure."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST_KEYS = 20_000  # forgotten oldest first, so that an attacker cannot fill the memory


@dataclass
class RateLimit:
    """At most `most` attempts a key within `window`."""

    most: int
    window: timedelta
    _attempts: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def wait(self, key: str, *, now: datetime) -> int:
        """Return whole seconds to wait before the next attempt; 0 when it may come now."""
        attempts = self._attempts.get(key)
        if attempts is None:
            return 0
        while attempts and attempts[0] <= now - self.window:
            attempts.popleft()
        if len(attempts) < self.most:
            return 0
        return max(1, math.ceil((attempts[0] + self.window - now).total_seconds()))

    def count(self, key: str, *, now: datetime) -> None:
        """Remember one attempt."""
        self._attempts.setdefault(key, deque(maxlen=self.most)).append(now)
        self._attempts.move_to_end(key)
        while len(self._attempts) > MOST_KEYS:
            self._attempts.popitem(last=False)

    def forgive(self, key: str) -> None:
        """Forget the attempts of a key that proved itself."""
        self._attempts.pop(key, None)

    def take_back(self, key: str) -> None:
        """Forget the latest attempt of a key."""
        if attempts := self._attempts.get(key):
            attempts.pop()
