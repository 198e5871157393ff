"""What is known of the calls in hand, kept in memory off the ringing path."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from crm_core.directory.card import CallerCard

MAX_CALLS = 10_000  # far more than live at once; a leak then costs the oldest, never memory
MAX_ENDED = 1_000  # kept a while: a transfer's or wrap-up's page may still ask
MAX_STEPS = 200
MAX_DATA = 100


@dataclass(slots=True)
class CallContext:
    """What travels with one call: the caller's card, words, the language, the steps heard."""

    call_id: UUID
    card: CallerCard | None = None
    language: str = ""
    data: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)


class CallContexts:
    """Contexts by call id, bounded: written by what a caller hears, read by who offers the call.

    Pure memory, used from one event loop; nothing here waits.
    """

    def __init__(self, *, max_calls: int = MAX_CALLS, max_ended: int = MAX_ENDED) -> None:
        self._live: OrderedDict[UUID, CallContext] = OrderedDict()
        self._ended: OrderedDict[UUID, CallContext] = OrderedDict()
        self._max_calls = max_calls
        self._max_ended = max_ended

    def __len__(self) -> int:
        return len(self._live) + len(self._ended)

    def of(self, call_id: UUID) -> CallContext:
        """Return the context of a call, an empty new one for a call not seen before."""
        found = self.get(call_id)
        if found is None:
            found = self._live[call_id] = CallContext(call_id)
            while len(self._live) > self._max_calls:
                self._live.popitem(last=False)
        return found

    def get(self, call_id: UUID) -> CallContext | None:
        """Return the context of a call, or None; also for a call that ended lately."""
        return self._live.get(call_id) or self._ended.get(call_id)

    def set_card(self, call_id: UUID, card: CallerCard) -> None:
        """Remember who calls."""
        self.of(call_id).card = card

    def set_language(self, call_id: UUID, language: str) -> None:
        """Remember the language the caller chose."""
        self.of(call_id).language = language

    def put(self, call_id: UUID, data: Mapping[str, str]) -> None:
        """Let words travel with the call; beyond a hundred keys the oldest go."""
        words = self.of(call_id).data
        for key, value in data.items():
            words.pop(key, None)
            words[key] = value
        while len(words) > MAX_DATA:
            del words[next(iter(words))]

    def step(self, call_id: UUID, step: str) -> None:
        """Remember a step of the caller's way; beyond two hundred the oldest go."""
        steps = self.of(call_id).steps
        steps.append(step)
        del steps[:-MAX_STEPS]

    def end(self, call_id: UUID) -> None:
        """Say that the call has ended: its context is dropped when its turn comes."""
        found = self._live.pop(call_id, None)
        if found is not None:
            self._ended[call_id] = found
        while len(self._ended) > self._max_ended:
            self._ended.popitem(last=False)
