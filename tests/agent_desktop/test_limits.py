from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agent_desktop import limits
from agent_desktop.limits import RateLimit

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_attempts_over_the_limit_wait_until_the_oldest_leaves_the_window() -> None:
    limit = RateLimit(most=3, window=timedelta(seconds=60))
    for second in range(3):
        assert limit.wait("ip", now=NOW + timedelta(seconds=second)) == 0
        limit.count("ip", now=NOW + timedelta(seconds=second))
    assert limit.wait("ip", now=NOW + timedelta(seconds=10)) == 50
    assert limit.wait("other", now=NOW) == 0
    assert limit.wait("ip", now=NOW + timedelta(seconds=60)) == 0


def test_who_proves_himself_starts_again() -> None:
    limit = RateLimit(most=1, window=timedelta(seconds=60))
    limit.count("ip", now=NOW)
    assert limit.wait("ip", now=NOW) > 0
    limit.forgive("ip")
    assert limit.wait("ip", now=NOW) == 0


def test_many_keys_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 10)
    limit = RateLimit(most=1, window=timedelta(seconds=60))
    for number in range(100):
        limit.count(str(number), now=NOW)
    assert len(limit._attempts) == 10
