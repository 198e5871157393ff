"""Canaries: who of the callers tries a new version, and when it has proved worse; pure."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ivr.flow import Flow

LEAST_CALLS = 20  # of each version, before anything is said of it
Z = 2.576  # one-sided 99.5 %: the question is asked after every call, not once
_SPAN = 2**64


class Ending(StrEnum):
    """How a caller's time in a flow ended."""

    DONE = "done"
    GAVE_UP = "gave_up"  # hung up before the flow had ended
    OPERATOR = "operator"  # asked for a person, or the flow failed him


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """A version that `share` of the callers (0 to 1) tries."""

    flow: Flow
    share: float
    limit: float  # by how much its share of lost callers may be above the other's


@dataclass(frozen=True, slots=True)
class Tally:
    """Callers of one version, and those of them who were lost to it."""

    calls: int = 0
    lost: int = 0

    @property
    def rate(self) -> float:
        """The share of lost callers; 0 without any."""
        return self.lost / self.calls if self.calls else 0.0

    def and_one(self, ending: Ending) -> Tally:
        """Return the tally with one caller more."""
        return Tally(self.calls + 1, self.lost + (ending is not Ending.DONE))


def tries(call_id: UUID, name: str, share: float) -> bool:
    """Tell whether this call gets the canary: always the same answer for the same call."""
    digest = hashlib.sha256(name.encode() + call_id.bytes).digest()
    return int.from_bytes(digest[:8]) < share * _SPAN


def is_worse(usual: Tally, canary: Tally, limit: float) -> bool:
    """Tell whether the canary loses more callers by over `limit`, and not by chance.

    One-sided test of two proportions at 99.5 % (normal approximation, unpooled): the difference
    must be above `limit` itself, and so far above nothing that chance is no explanation.
    """
    if min(usual.calls, canary.calls) < LEAST_CALLS:
        return False
    rise = canary.rate - usual.rate
    return rise > limit and rise > Z * math.hypot(_error(usual), _error(canary))


def _error(tally: Tally) -> float:
    return math.sqrt(tally.rate * (1 - tally.rate) / tally.calls)
