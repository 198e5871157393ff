"""Service level: the share of callers served in time, by the formula a queue is set to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from acd.board.model import Figures

# What each formula divides by: the callers it counts.
COUNTED: Mapping[str, Callable[[Figures], int]] = MappingProxyType(
    {
        "answered_in_target/offered_less_short": lambda f: (
            f.answered + f.abandoned - f.short_abandoned
        ),
        "answered_in_target/offered": lambda f: f.answered + f.abandoned + f.overflowed,
        "answered_in_target/answered": lambda f: f.answered,
    }
)
DEFAULT = "answered_in_target/offered_less_short"


def service_level(figures: Figures, formula: str) -> float | None:
    """Return the share, 0..1; None when nobody counts. An unknown formula is the usual one.

    Callers who still wait count in none of them: nobody knows yet how they will end.
    """
    counted = COUNTED.get(formula, COUNTED[DEFAULT])(figures)
    return figures.in_target / counted if counted > 0 else None
