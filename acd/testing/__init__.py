"""In-memory twins of what stands around the board and the engine."""

from acd.testing.fakes import (
    FakeClock,
    FakeCredentials,
    FakeFeed,
    FakeStore,
    FakeTracker,
)
from acd.testing.shift import ZONE, Shift, call_id, phone, roster

__all__ = [
    "ZONE",
    "FakeClock",
    "FakeCredentials",
    "FakeFeed",
    "FakeStore",
    "FakeTracker",
    "Shift",
    "call_id",
    "phone",
    "roster",
]
