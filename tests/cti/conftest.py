"""What the tests of cti share: the recorded stories, told in a few lines each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cti.records import CallRecord
from cti.replay import replay

STREAMS = Path(__file__).parent / "streams"


@pytest.fixture
def told() -> Callable[[str], str]:
    """Read a recorded stream; tell its calls in words, a blank line between two."""

    def read(name: str) -> str:
        return "\n\n".join(in_words(record) for record in replay(STREAMS / f"{name}.gz"))

    return read


@pytest.fixture
def told_of() -> Callable[[Path], str]:
    """Tell the calls of any recording."""
    return lambda path: "\n\n".join(in_words(record) for record in replay(path))


def in_words(record: CallRecord) -> str:
    """Tell everything of a record but its ids and times of day; seconds to one decimal."""
    name = f" {record.caller_name}" if record.caller_name else ""
    queues = f", queue {', '.join(record.queues)}" if record.queues else ""
    rang = f"rang {', '.join(record.agents_rang)}" if record.agents_rang else "no ring"
    answer = f", answered by {record.agent_answered}" if record.agent_answered else ""
    lines = [
        f"{record.direction} {record.caller_number}{name} -> {record.dialled_number}{queues}",
        f"waited {record.waited_seconds:.1f}, talked {record.talked_seconds:.1f}, {rang}{answer}",
        *(
            f"{each.kind} by {each.by} to {each.to}: {_channels(each.legs)}"
            for each in record.transfers
        ),
        "legs: " + ", ".join(f"{leg.device} {leg.role}" for leg in record.legs),
        f"{record.outcome}, ended by {record.hung_up_by}" + (", incomplete" * record.incomplete),
    ]
    return "\n".join(line.rstrip().replace("PJSIP/", "") for line in lines)


def _channels(names: tuple[str, ...]) -> str:
    return ", ".join(name.rpartition("-")[0] for name in names)
