"""What the tests of cti share: the recorded stories, told in a few words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cti.records import CallRecord, as_json
from cti.replay import replay

STREAMS = Path(__file__).parent / "streams"
_NOT_TOLD = {"call_id", "linked_ids", "unique_ids", "started_at", "answered_at", "ended_at"}


@pytest.fixture
def told() -> Callable[[str], list[dict[str, Any]]]:
    """Read the calls of a recorded stream, in the words of its story."""

    def read(name: str) -> list[dict[str, Any]]:
        return [in_words(record) for record in replay(STREAMS / f"{name}.gz")]

    return read


def in_words(record: CallRecord) -> dict[str, Any]:
    """Leave out ids and times of day, and tell legs and transfers in one line each."""
    words = {name: value for name, value in as_json(record).items() if name not in _NOT_TOLD}
    words["legs"] = [f"{leg.device} {leg.role}" for leg in record.legs]
    words["transfers"] = [
        f"{transfer.kind} by {transfer.by} to {transfer.to}" for transfer in record.transfers
    ]
    words["waited_seconds"] = pytest.approx(record.waited_seconds, abs=0.15)
    words["talked_seconds"] = pytest.approx(record.talked_seconds, abs=0.15)
    return words
