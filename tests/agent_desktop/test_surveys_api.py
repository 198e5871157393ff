"""The survey report over the API: by question, queue and agent; as CSV; low ones as tickets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from crm_core import calls, surveys, tickets
from crm_core.calls import CallClosing
from crm_core.ids import new_id

if TYPE_CHECKING:
    from conftest import House

AT = datetime(2026, 3, 2, 2, 10, tzinfo=UTC)
DAY = {"from": "2026-03-02", "to": "2026-03-03", "interval": "day"}


async def scored(
    house: House, score: int, *, queue: str = "service", agent: str = "1001", minutes: int = 0
) -> UUID:
    call_id, at = new_id(), AT + timedelta(minutes=minutes)
    closing = CallClosing(
        call_id=call_id,
        direction="inbound",
        started_at=at - timedelta(minutes=5),
        ended_at=at,
        outcome="answered",
        queue=queue,
        agent_answered=f"PJSIP/agent-{agent}",
    )
    given = surveys.Score(
        call_id=call_id, at=at, flow="hotline", question="satisfaction", score=score, most=5
    )
    async with house.services.database.transaction() as session:
        await calls.close_call(session, house.scope, closing)
        await surveys.keep_score(session, house.scope, given, low=score <= 2)
    return call_id


async def test_scores_are_counted_by_queue_and_agent(house: House) -> None:
    for minutes, (score, agent) in enumerate([(5, "1001"), (2, "1001"), (4, "1002")]):
        await scored(house, score, agent=agent, minutes=minutes)
    await scored(house, 1, queue="sales", minutes=9)
    sue = await house.browser("sue")
    told = (await sue.get("/reports/surveys", **DAY)).body
    rows = {(row["queue"], row["agent_name"]): row for row in told["rows"]}
    anna = rows["service", "Anna"]
    assert (anna["answers"], anna["average"], anna["most"], anna["low"]) == (2, 3.5, 5, 1)
    assert (rows["service", "Bo"]["average"], rows["sales", "Anna"]["low"]) == (4, 1)
    whole = told["by_question"]["satisfaction"]
    assert (whole["answers"], whole["average"], whole["low"]) == (4, 3.0, 2)
    one = (await sue.get("/reports/surveys", queue="sales", **DAY)).body
    assert one["by_question"]["satisfaction"]["answers"] == 1
    none = (
        await sue.get("/reports/surveys", **DAY | {"from": "2026-03-03", "to": "2026-03-04"})
    ).body
    assert none == {"rows": [], "by_question": {}}


async def test_low_scores_wait_as_tickets_for_the_supervisors(house: House) -> None:
    await scored(house, 1)
    await scored(house, 5, minutes=1)
    async with house.services.database.read() as session:
        page = await tickets.tickets(session, house.scope)
    assert [(one.type, one.priority) for one in page.tickets] == [("complaint", "high")]


async def test_the_report_goes_out_as_csv_and_only_to_those_who_may(house: House) -> None:
    await scored(house, 5)
    sue, anna = await house.browser("sue"), await house.browser("anna")
    told = await sue.get("/reports/surveys.csv", **DAY)
    head, line = told.body.lstrip("\ufeff").splitlines()
    assert head == (
        "start,end,question,queue,agent,survey_answers,survey_average,survey_most,survey_low"
    )
    assert line.endswith("satisfaction,service,Anna,1,5.0,5,0")
    assert (await anna.get("/reports/surveys", **DAY)).status == 403
    wrong = await sue.get("/reports/surveys", zone="Nowhere", **DAY)
    assert (wrong.status, wrong.body["field"]) == (400, "zone")
