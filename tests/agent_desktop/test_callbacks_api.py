"""Callbacks over the API: agents see those of their queues, supervisors all and may cancel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from acd.commands import CancelCallback, Refused, RequestCallback
from crm_core import callbacks
from crm_core.callbacks import CallbackWritten
from crm_core.tenancy import DEFAULT_TENANT, Scope

if TYPE_CHECKING:
    from conftest import House

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


async def owe(house: House, queue: str, *, state: str = "waiting") -> UUID:
    callback_id = uuid4()
    written = CallbackWritten(
        callback_id=callback_id,
        queue=queue,
        number="13800138000",
        caller_name="张三",
        waits_since=AT,
        requested_at=AT,
        expires_at=AT + timedelta(hours=4),
        priority=0,
        origin_call_id=None,
        state=state,
        attempts=0,
        tries=0,
        not_before=None,
        agent_id=None,
        at=AT,
    )
    async with house.services.database.transaction() as session:
        await callbacks.save(session, Scope(tenant_id=DEFAULT_TENANT), written)
    return callback_id


async def test_a_supervisor_sees_all_and_may_look_at_those_owed_alone(house: House) -> None:
    owed, _ = await owe(house, "service"), await owe(house, "sales", state="done")
    lead = await house.browser("sue")
    everything = (await lead.get("/callbacks")).body["items"]
    assert [one["state"] for one in everything] == ["waiting", "done"]
    told = await lead.get("/callbacks", owed="true")
    assert [one["callback_id"] for one in told.body["items"]] == [str(owed)]
    assert told.body["items"][0]["number"] == "13800138000"


async def test_an_agent_may_promise_and_may_not_cancel(house: House) -> None:
    agent = await house.browser("anna")
    asked = await agent.post("/callbacks", {"number": "13800138000", "queue": "service"})
    assert asked.status == 201
    [wish] = house.engine.of(RequestCallback)
    assert (str(wish.callback_id), wish.queue) == (asked.body["callback_id"], "service")
    assert (await agent.ask("DELETE", f"/callbacks/{wish.callback_id}")).status == 403


async def test_what_the_board_refuses_is_said(house: House) -> None:
    lead = await house.browser("sue")
    house.engine.refuse = lambda command: (
        Refused(code="wrong_state", message="It is being called back.")
        if isinstance(command, CancelCallback)
        else None
    )
    told = await lead.ask("DELETE", f"/callbacks/{uuid4()}")
    assert (told.status, told.body["code"]) == (409, "wrong_state")
    assert len(house.engine.of(CancelCallback)) == 1
    bad = await lead.post("/callbacks", {"number": "call me", "queue": "service"})
    assert (bad.status, bad.body["field"]) == (400, "number")
