from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from crm_core import queues
from crm_core.tables import AgentStateRow, CallRow, QueueVisitRow

if TYPE_CHECKING:
    from conftest import House

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = {"from": START.isoformat(), "to": (START + timedelta(hours=4)).isoformat()}


async def record_a_morning(house: House, calls: int = 60) -> None:
    async with house.services.database.transaction() as session:
        tenant = house.scope.tenant_id
        await queues.create_queue(session, house.scope, name="morning", title="晨间")
        await queues.add_member(
            session, house.scope, queue="morning", agent_id=house.id_of("anna")
        )
        session.add(
            AgentStateRow(
                id=uuid4(),
                tenant_id=tenant,
                agent_id=UUID(house.id_of("anna")),
                state="ready",
                at=START - timedelta(minutes=5),
            )
        )
        for number in range(calls):
            at, call_id = START + timedelta(minutes=3 * number), uuid4()
            lost = number % 6 == 0
            session.add(
                CallRow(
                    tenant_id=tenant,
                    call_id=call_id,
                    direction="inbound",
                    started_at=at,
                    state="closed",
                )
            )
            await session.flush()
            session.add(
                QueueVisitRow(
                    id=uuid4(),
                    tenant_id=tenant,
                    call_id=call_id,
                    position=0,
                    queue="morning",
                    entered_at=at,
                    left_at=at + timedelta(seconds=30),
                    waited_seconds=30.0,
                    outcome="abandoned" if lost else "answered",
                    talked_seconds=0.0 if lost else 170.0,
                )
            )


async def test_a_supervisor_plays_a_recorded_morning_with_one_agent_more(house: House) -> None:
    await record_a_morning(house)
    sue = await house.browser("sue")

    told = await sue.post("/what-if", {**DAY, "changes": {"agents": 1}})

    assert told.status == 200, told.body
    recorded, before, after = (told.body[key] for key in ("recorded", "before", "after"))
    assert (recorded["offered"], recorded["abandoned"]) == (60, 10)
    assert before["offered"] == after["offered"] == 60
    assert after["average_wait"] < before["average_wait"]


async def test_an_agent_may_not_play_it(house: House) -> None:
    anna = await house.browser("anna")
    told = await anna.post("/what-if", DAY)
    assert (told.status, told.body["code"]) == (403, "not_permitted")


async def test_a_time_without_calls_or_longer_than_a_week_is_refused(house: House) -> None:
    sue = await house.browser("sue")
    empty = await sue.post("/what-if", DAY)
    assert (empty.status, empty.body["field"]) == (400, "from")
    far = {"from": START.isoformat(), "to": (START + timedelta(days=8)).isoformat()}
    told = await sue.post("/what-if", far)
    assert (told.status, told.body["field"]) == (400, "to")


async def test_a_change_that_cannot_be_is_told_with_its_place(house: House) -> None:
    await record_a_morning(house, calls=3)
    sue = await house.browser("sue")
    for changes, words in (
        ({"queues": {"nowhere": {}}}, "there is no queue nowhere"),
        ({"queues": {"morning": {"strategy": "magic"}}}, "morning: strategy: "),
        ({"queues": {"morning": {"ring_seconds": -1}}}, "morning: ring_seconds: -1 is not"),
        ({"agents": -1}, "agents were there that day"),
    ):
        told = await sue.post("/what-if", {**DAY, "changes": changes})
        assert told.status == 400
        assert words in told.body["message"]
