"""The block list: numbers and beginnings of numbers that are refused, until when, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ivr.numbers.facts import shown_number


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocked:
    """One entry; a number that ends in `*` means all that begin so. `until` None is for ever."""

    number: str
    reason: str = ""
    until: datetime | None = None


class BlockList:
    """Entries made ready to be asked; an entry whose time is over blocks nobody."""

    __slots__ = ("_exact", "_prefixes")

    def __init__(self, entries: Iterable[Blocked] = ()) -> None:
        self._exact: dict[str, Blocked] = {}
        prefixes: dict[str, Blocked] = {}
        for entry in entries:
            if entry.number.endswith("*"):
                prefixes[entry.number[:-1]] = entry
            else:
                self._exact[shown_number(entry.number)] = entry
        self._prefixes = tuple(prefixes.items())

    def reason(self, number: str, at: datetime) -> str | None:
        """Give why a number is blocked at this moment (maybe empty); None when it is not.

        `number` is as `shown_number` gives it.
        """
        entry = self._exact.get(number)
        if entry is not None and _holds(entry, at):
            return entry.reason
        for beginning, entry in self._prefixes:
            if number.startswith(beginning) and _holds(entry, at):
                return entry.reason
        return None


def _holds(entry: Blocked, at: datetime) -> bool:
    return entry.until is None or at < entry.until
