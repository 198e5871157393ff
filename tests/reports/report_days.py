"""Makes days of queue visits and agent states for report tests, and counts them by brute force."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from crm_core.database import Database
from crm_core.tables import AgentStateRow, CallRow, QueueRow, QueueVisitRow, UserRow
from crm_core.tenancy import Scope
from reports.intervals import Interval

TARGETS = {"sales": 20, "service": 10}
AGENTS = {UUID(int=1): "Li Wei", UUID(int=2): "王敏", UUID(int=3): "=cmd"}


@dataclass(frozen=True)
class MadeVisit:
    """One visit as it is stored."""

    queue: str
    entered_at: datetime
    waited: float
    outcome: str
    agent_id: UUID | None
    talked: float
    wrap_up: float
    brought: dict[str, Any] | None = None

    @property
    def left_at(self) -> datetime:
        return self.entered_at + timedelta(seconds=self.waited)


def some_visits(seed: int, start: datetime, days: float, count: int) -> list[MadeVisit]:
    """Make visits spread over a time, a few of them just at its ends."""
    dice = random.Random(seed)  # noqa: S311 - test data
    made = []
    for _ in range(count):
        outcome = dice.choices(["answered", "abandoned", "moved"], [8, 3, 1])[0]
        answered = outcome == "answered"
        made.append(
            MadeVisit(
                queue=dice.choice(["sales", "service", "retired"]),
                entered_at=start + timedelta(days=days) * dice.random(),
                waited=round(dice.choice([0.0, 5.0, 10.0, 20.0, dice.expovariate(1 / 15)]), 3),
                outcome=outcome,
                agent_id=dice.choice(list(AGENTS)) if answered else None,
                talked=round(dice.expovariate(1 / 180), 3) if answered else 0.0,
                wrap_up=round(dice.random() * 30, 3) if answered else 0.0,
            )
        )
    return made


async def store(
    database: Database,
    scope: Scope,
    visits: Sequence[MadeVisit],
    states: Iterable[tuple[UUID, datetime, str]] = (),
    *,
    reasons: Sequence[str] = (),
) -> None:
    """Keep visits and states, each visit in a call of its own."""
    tenant = {"tenant_id": scope.tenant_id}
    async with database.transaction() as session:
        for name, seconds in TARGETS.items():
            session.add(
                QueueRow(name=name, title=name, title_en=name, target_seconds=seconds, **tenant)
            )
        for agent_id, name in AGENTS.items():
            username = f"agent-{scope.tenant_id}-{agent_id.int}"[:80]
            own = agent_in(scope, agent_id)
            session.add(UserRow(id=own, username=username, display_name=name, **tenant))
        for number, visit in enumerate(visits):
            call_id = UUID(int=number + 1)
            session.add(
                CallRow(
                    call_id=call_id,
                    direction="inbound",
                    started_at=visit.entered_at,
                    state="closed",
                    **tenant,
                )
            )
        await session.flush()
        for number, visit in enumerate(visits):
            session.add(_visit_row(UUID(int=number + 1), visit, scope))
        for (agent_id, at, state), reason in _with_reasons(states, reasons):
            own = agent_in(scope, agent_id)
            session.add(AgentStateRow(agent_id=own, state=state, reason=reason, at=at, **tenant))


def _with_reasons(
    states: Iterable[tuple[UUID, datetime, str]], reasons: Sequence[str]
) -> list[tuple[tuple[UUID, datetime, str], str]]:
    kept = list(states)
    return list(zip(kept, [*reasons, *[""] * (len(kept) - len(reasons))], strict=True))


def agent_in(scope: Scope, agent_id: UUID) -> UUID:
    """Give the agent's id in a tenant: user ids are unique over all."""
    return UUID(int=agent_id.int + (scope.tenant_id.int << 8) % 2**120)


def _visit_row(call_id: UUID, visit: MadeVisit, scope: Scope) -> QueueVisitRow:
    return QueueVisitRow(
        tenant_id=scope.tenant_id,
        call_id=call_id,
        position=0,
        queue=visit.queue,
        entered_at=visit.entered_at,
        left_at=visit.left_at,
        waited_seconds=visit.waited,
        outcome=visit.outcome,
        agent_id=agent_in(scope, visit.agent_id) if visit.agent_id else None,
        talked_seconds=visit.talked,
        wrap_up_seconds=visit.wrap_up,
        brought=visit.brought,
    )


def label(at: datetime, interval: Interval, zone: ZoneInfo) -> tuple[object, ...]:
    """Name an interval by its wall clock and offset, without any cutting of periods."""
    local = at.astimezone(zone)
    if interval is Interval.DAY:
        return (local.date(),)
    quarter = local.minute // 15 if interval is Interval.QUARTER_HOUR else 0
    return (local.date(), local.hour, quarter, local.utcoffset())


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day ...
