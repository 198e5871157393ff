"""How the demo's queues, agents and reasons are set: believable, and open around the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.configuration import AgentDocument, Change, Kind, QueueDocument, ReasonDocument
from crm_core.configuration import SkillDocument as Skill
from crm_core.configuration.shapes import (
    Document,
    OpenHours,
    OpenPeriod,
    OverflowKind,
    OverflowLink,
    OverflowReason,
    QueueLimits,
    Step,
)
from crm_core.configuration.verbs import newest, save
from crm_core.errors import NotFound
from crm_core.people.model import User
from crm_core.tenancy import Scope

SKILLS = {
    "language:zh": Skill(title="中文", title_en="Chinese"),
    "language:en": Skill(title="英文", title_en="English"),
    "tech": Skill(title="技术支持", title_en="Technical support"),
    "sales": Skill(title="销售", title_en="Sales"),
    "complaint": Skill(title="投诉处理", title_en="Complaints"),
}
LEVELS = {  # by user name; everyone fulfils the first step of his queues
    "wangmin": {"language:zh": 9, "language:en": 5, "tech": 4, "sales": 4, "complaint": 7},
    "liqiang": {"language:zh": 9, "language:en": 3, "tech": 8},
    "emma": {"language:en": 9, "language:zh": 5, "tech": 5, "sales": 6},
    "zhaoxue": {"language:zh": 9, "sales": 9},
}
REASONS = {
    "break": {"max_seconds": 900, "max_a_day": 8},
    "lunch": {"paid": False, "max_seconds": 3600},
    "training": {"max_seconds": 7200},
    "meeting": {"max_seconds": 3600},
    "paperwork": {"max_seconds": 1800},
}
_EVERY_DAY = [OpenPeriod(weekday=day, since=time(0), until=time(0)) for day in range(7)]
_LATE = [OverflowReason.FULL, OverflowReason.WAITED]
_CLOSED = OverflowLink(
    reasons=[OverflowReason.CLOSED], kind=OverflowKind.VOICEMAIL, target="service"
)
_QUEUES: dict[str, dict[str, object]] = {
    "service": {
        "steps": [Step(needs="language:zh>=4", seconds=30), Step()],
        "hours": OpenHours(periods=_EVERY_DAY),
        "limits": QueueLimits(max_waiting=50, max_wait_seconds=1800),
        "overflow": [
            _CLOSED,
            OverflowLink(reasons=_LATE, kind=OverflowKind.VOICEMAIL, target="service"),
        ],
    },
    "sales": {
        "steps": [Step(needs="sales>=4", seconds=20), Step(needs="sales")],
        "limits": QueueLimits(max_waiting=30, max_wait_seconds=900),
        "overflow": [
            OverflowLink(reasons=_LATE, kind=OverflowKind.QUEUE, target="service", priority=1),
            _CLOSED,
        ],
    },
}


async def settle(session: AsyncSession, scope: Scope, people: Sequence[User]) -> None:
    """Set skills, queues, agents and reasons as the demo's administrator."""
    acting = Scope(tenant_id=scope.tenant_id, user_id=people[-1].id)
    for key, skill in SKILLS.items():
        await _set(session, acting, Kind.SKILL, key, skill)
    for key, changes in _QUEUES.items():
        queue = (await newest(session, scope, Kind.QUEUE, key)).document
        if isinstance(queue, QueueDocument):
            await _set(session, acting, Kind.QUEUE, key, queue.model_copy(update=changes))
    for person in people:
        await _skilled(session, acting, person)
    for key, limits in REASONS.items():
        reason = (await newest(session, scope, Kind.REASON, key)).document
        if isinstance(reason, ReasonDocument):
            await _set(session, acting, Kind.REASON, key, reason.model_copy(update=limits))


async def _skilled(session: AsyncSession, scope: Scope, person: User) -> None:
    levels = LEVELS.get(person.username)
    if levels is None:
        return
    agent = (await newest(session, scope, Kind.AGENT, person.agent_id)).document
    if isinstance(agent, AgentDocument):
        skilled = agent.model_copy(update={"skills": levels})
        await _set(session, scope, Kind.AGENT, person.agent_id, skilled)


async def _set(
    session: AsyncSession, scope: Scope, kind: Kind, key: str, document: Document
) -> None:
    try:
        expected = (await newest(session, scope, kind, key)).version
    except NotFound:
        expected = 0
    await save(session, scope, Change(kind=kind, key=key, document=document, expected=expected))
