"""By what rules a queue's callers count as served in time: its own, as they are set now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import configuration
from crm_core.configuration import Kind, QueueDocument
from crm_core.tenancy import Scope

LESS_SHORT = "answered_in_target/offered_less_short"

# Of each formula: whether a visit with this end counts; `short` is a short abandon.
_COUNTS: Mapping[str, Callable[[str, bool], bool]] = MappingProxyType(
    {
        LESS_SHORT: lambda outcome, short: outcome in {"answered", "abandoned"} and not short,
        "answered_in_target/offered": lambda outcome, _: (
            outcome in {"answered", "abandoned", "overflowed"}
        ),
        "answered_in_target/answered": lambda outcome, _: outcome == "answered",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelRule:
    """One queue's target, what it calls a short abandon, and by what it divides; seconds."""

    target_seconds: float = 20.0
    short_seconds: float = 5.0
    formula: str = LESS_SHORT

    def counts(self, outcome: str, *, short: bool) -> bool:
        """Tell whether a visit that ended so counts; an unknown formula is the usual one."""
        return _COUNTS.get(self.formula, _COUNTS[LESS_SHORT])(outcome, short)


USUAL = LevelRule()  # of a queue that was never set up


async def level_rules(session: AsyncSession, scope: Scope) -> dict[str, LevelRule]:
    """Return the rules by queue name, of queues that are archived by now too."""
    return {
        version.key: LevelRule(
            target_seconds=float(version.document.target_seconds),
            short_seconds=float(version.document.short_abandon_seconds),
            formula=version.document.formula,
        )
        for version in await configuration.current(session, scope, Kind.QUEUE)
        if isinstance(version.document, QueueDocument)
    }
