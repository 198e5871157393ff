"""The ledger: what the store would remember of callbacks, which outlives the engine."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from acd.board import KnownCallback
from acd.effects import CallbackKept, DialCallback, KeepCallback

_OPEN = frozenset({"waiting", "reserved", "dialling", "talking"})


@dataclass(slots=True)
class _Entry:
    kept: CallbackKept
    attempt: DialCallback | None = None  # written down, and not known to have ended


class Ledger:
    """Every callback that was promised, as it was written down last."""

    def __init__(self) -> None:
        self._entries: dict[UUID, _Entry] = {}
        self._attempts: set[tuple[UUID, int]] = set()

    def keep(self, keep: KeepCallback) -> None:
        """Write down how a callback stands."""
        entry = self._entries.setdefault(keep.kept.callback_id, _Entry(keep.kept))
        entry.kept = keep.kept
        if keep.ended is not None or keep.kept.state not in _OPEN:
            entry.attempt = None

    def reserve(self, dial: DialCallback) -> str | None:
        """Write an attempt down; returns why it may not be made, empty when that passes."""
        key = (dial.kept.callback_id, dial.attempt)
        entry = self._entries.setdefault(dial.kept.callback_id, _Entry(dial.kept))
        if entry.kept.state not in _OPEN:
            return "over"
        if key in self._attempts:
            return ""
        self._attempts.add(key)
        entry.kept, entry.attempt = dial.kept, dial
        return None

    def owed(self) -> list[KnownCallback]:
        """Return what is owed still, in the order of the places."""
        entries = [entry for entry in self._entries.values() if entry.kept.state in _OPEN]
        entries.sort(key=lambda entry: (entry.kept.waits_since, entry.kept.callback_id))
        return [_known(entry) for entry in entries]

    def open(self) -> list[UUID]:
        """Return the ids of those that are owed still."""
        return [key for key, entry in self._entries.items() if entry.kept.state in _OPEN]

    def states(self) -> dict[str, int]:
        """Count the callbacks by how they stand."""
        counts: dict[str, int] = {}
        for entry in self._entries.values():
            counts[entry.kept.state] = counts.get(entry.kept.state, 0) + 1
        return counts


def _known(entry: _Entry) -> KnownCallback:
    kept, dial = entry.kept, entry.attempt
    return KnownCallback(
        callback_id=kept.callback_id,
        queue=kept.queue,
        number=kept.number,
        caller_name=kept.caller_name,
        waits_since=kept.waits_since,
        requested_at=kept.requested_at,
        expires_at=kept.expires_at,
        priority=kept.priority,
        origin=kept.origin,
        attempts=max(kept.attempts, dial.attempt if dial else 0),
        tries=kept.tries,
        not_before=kept.not_before,
        attempt=(dial.call_id, dial.uniqueid, dial.agent_id) if dial else None,
        talking=dial is not None and kept.state == "talking",
    )
