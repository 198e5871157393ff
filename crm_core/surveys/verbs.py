"""Keeping scores, a ticket for each low one, and their average."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.ids import new_id
from crm_core.insert_once import insert_once
from crm_core.sentences import Value, in_words, sentence
from crm_core.tables.callers import SurveyScoreRow
from crm_core.tables.calls import CallRow
from crm_core.tenancy import Scope
from crm_core.tickets import TicketDraft, open_ticket
from crm_core.words import clean


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One answer: `score` of `most`."""

    call_id: UUID
    at: datetime
    flow: str
    question: str
    score: int
    most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyFigures:
    """The answers to a question: how many, their average, and how many opened a ticket."""

    question: str
    answers: int
    average: float
    low: int


async def keep_score(session: AsyncSession, scope: Scope, score: Score, *, low: bool) -> bool:
    """Keep a score; a low one opens a ticket for the supervisors. Return whether it was new."""
    known = await session.scalar(
        select(SurveyScoreRow.id).where(
            SurveyScoreRow.tenant_id == scope.tenant_id,
            SurveyScoreRow.call_id == score.call_id,
            SurveyScoreRow.question == score.question,
            SurveyScoreRow.at == score.at,
        )
    )
    if known is not None:
        return False
    ticket_id = await _ticket(session, scope, score) if low else None
    return await insert_once(
        session,
        SurveyScoreRow,
        id=new_id(),
        tenant_id=scope.tenant_id,
        call_id=score.call_id,
        at=score.at,
        flow=clean(score.flow, 40),
        question=clean(score.question, 40),
        score=score.score,
        most=score.most,
        ticket_id=ticket_id,
    )


async def survey_figures(
    session: AsyncSession, scope: Scope, *, begin: datetime, end: datetime
) -> list[SurveyFigures]:
    """Return the figures of each question in a stretch of time, by its name."""
    rows = await session.execute(
        select(
            SurveyScoreRow.question,
            func.count(),
            func.avg(SurveyScoreRow.score),
            func.count(SurveyScoreRow.ticket_id),
        )
        .where(
            SurveyScoreRow.tenant_id == scope.tenant_id,
            SurveyScoreRow.at >= begin,
            SurveyScoreRow.at < end,
        )
        .group_by(SurveyScoreRow.question)
        .order_by(SurveyScoreRow.question)
    )
    return [
        SurveyFigures(question=question, answers=answers, average=float(average), low=low)
        for question, answers, average, low in rows
    ]


async def _ticket(session: AsyncSession, scope: Scope, score: Score) -> UUID:
    about: dict[str, Value] = {
        "score": score.score,
        "most": score.most,
        "question": score.question,
    }
    subject = sentence("low_score", "Low score {score}/{most}: {question}", **about)
    body = sentence(
        "low_score_told",
        "A caller gave {score} of {most} ({question}, flow {flow}).",
        **about,
        flow=score.flow,
    )
    draft = TicketDraft(
        subject=in_words(subject, scope.words),
        body=in_words(body, scope.words),
        type="complaint",
        priority="high",
        call_id=await linked_call(session, scope, score.call_id),
    )
    return (await open_ticket(session, scope, draft, at=score.at)).id


async def linked_call(session: AsyncSession, scope: Scope, call_id: UUID) -> UUID | None:
    """Return the call's id when its row is there: a ticket cannot be linked to it before."""
    found: UUID | None = await session.scalar(
        select(CallRow.call_id).where(
            CallRow.tenant_id == scope.tenant_id, CallRow.call_id == call_id
        )
    )
    return found
