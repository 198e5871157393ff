from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from acd.commands import HangUp, Refused, TransferCall
from agent_desktop.testing import call as live_call
from crm_core.calls import (
    CallClosing,
    CallOpening,
    Disposition,
    LegClosing,
    close_call,
    create_disposition,
    open_call,
    record_event,
)
from crm_core.tenancy import DEFAULT_TENANT, Scope

if TYPE_CHECKING:
    from conftest import House

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOBODY = Scope(tenant_id=DEFAULT_TENANT)


async def ended_call(
    house: House, extension: str, *, minute: int = 0, caller: str = "13800138000"
) -> UUID:
    """Store a call of a minute that this extension answered after ten seconds."""
    call_id, begin = uuid4(), START + timedelta(minutes=minute)
    answered, ended = begin + timedelta(seconds=10), begin + timedelta(seconds=70)
    async with house.services.database.transaction() as session:
        await open_call(
            session,
            NOBODY,
            CallOpening(
                call_id=call_id,
                direction="inbound",
                started_at=begin,
                caller_number=caller,
                dialled_number="4000",
            ),
        )
        await record_event(
            session, NOBODY, call_id, kind="queued", at=begin, payload={"queue": "service"}
        )
        device = f"PJSIP/agent-{extension}"
        await close_call(
            session,
            NOBODY,
            CallClosing(
                call_id=call_id,
                direction="inbound",
                started_at=begin,
                queued_at=begin,
                answered_at=answered,
                ended_at=ended,
                outcome="answered",
                hung_up_by="caller",
                caller_number=caller,
                dialled_number="4000",
                queue="service",
                queues=("service",),
                waited_seconds=10.0,
                talked_seconds=60.0,
                cause=16,
                agents_rang=(device,),
                agent_answered=device,
                legs=(
                    LegClosing(
                        channel=f"{device}-00000001",
                        uniqueid=f"1.{minute}",
                        device=device,
                        role="agent",
                        started_at=begin,
                        answered_at=answered,
                        ended_at=ended,
                        cause=16,
                    ),
                ),
            ),
        )
    return call_id


@pytest.fixture
async def words(house: House) -> None:
    async with house.services.database.transaction() as session:
        for code in ("solved", "complaint"):
            word = Disposition(code=code, label=code, label_en=code)
            await create_disposition(session, NOBODY, word)


async def test_a_call_is_shown_with_legs_events_waits_and_charge(house: House) -> None:
    call_id = await ended_call(house, "1001")
    shown = (await (await house.browser("anna")).get(f"/calls/{call_id}")).body
    assert (shown["outcome"], shown["hung_up_by"]) == ("answered", "caller")
    assert (shown["waited_seconds"], shown["talked_seconds"]) == (10.0, 60.0)
    assert shown["agent_id"] == house.id_of("anna")
    assert shown["legs"][0]["device"] == "PJSIP/agent-1001"
    assert shown["visits"][0]["queue"] == "service"
    assert [event["kind"] for event in shown["events"]] == ["queued"]
    assert shown["charge"]["state"] in {"rated", "unrated"}
    assert isinstance(shown["charge"]["amount"], str)
    assert "explanation" in shown["charge"]
    assert shown["started_at"] == "2026-03-02T01:00:00Z"


async def test_an_agent_lists_own_calls_and_a_supervisor_all(house: House) -> None:
    mine = await ended_call(house, "1001", minute=1)
    theirs = await ended_call(house, "1002", minute=2)
    anna, sue = await house.browser("anna"), await house.browser("sue")
    assert ids(await anna.get("/calls")) == [str(mine)]
    assert ids(await anna.get("/calls", agent_id=house.id_of("bo"))) == [str(mine)]
    assert ids(await sue.get("/calls")) == [str(theirs), str(mine)]
    absent = await anna.get(f"/calls/{uuid4()}")
    hidden = await anna.get(f"/calls/{theirs}")
    assert hidden.status == 404
    assert {**hidden.body, "trace_id": ""} == {**absent.body, "trace_id": ""}
    told = await anna.ask("PUT", f"/calls/{theirs}/disposition", json={"code": "solved"})
    assert told.status == 404


async def test_calls_are_filtered(house: House) -> None:
    first = await ended_call(house, "1001", minute=1, caller="13800138000")
    second = await ended_call(house, "1002", minute=2, caller="02162538888")
    sue = await house.browser("sue")
    assert ids(await sue.get("/calls", number="+86 138 0013 8000")) == [str(first)]
    assert ids(await sue.get("/calls", agent_id=house.id_of("bo"))) == [str(second)]
    assert ids(await sue.get("/calls", **{"from": "2026-03-02T01:02:00Z"})) == [str(second)]
    assert ids(await sue.get("/calls", to="2026-03-02T09:02:00+08:00")) == [str(first)]
    assert ids(await sue.get("/calls", outcome="busy")) == []
    assert ids(await sue.get("/calls", queue="service", direction="inbound")) == [
        str(second),
        str(first),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "2026-03-02T01:00:00"),  # no zone
        ("from", "yesterday"),
        ("to", "99999-01-01T00:00:00Z"),
        ("since", "2026-03-02T01:00:00Z"),
        ("outcome", "'; DROP"),
        ("agent_id", "1"),
        ("direction", "sideways"),
        ("cursor", "%%%"),
        ("cursor", "AAAA"),
    ],
)
async def test_a_filter_that_does_not_fit_is_named(house: House, name: str, value: str) -> None:
    told = await (await house.browser("sue")).get("/calls", **{name: value})
    assert (told.status, told.body["field"]) == (400, name)


async def test_pages_of_calls_follow_each_other_without_loss(house: House) -> None:
    made = [str(await ended_call(house, "1001", minute=minute)) for minute in range(5)]
    sue = await house.browser("sue")
    seen: list[str] = []
    page = await sue.get("/calls", limit="2")
    while True:
        seen += ids(page)
        if page.body["next_cursor"] is None:
            break
        page = await sue.get("/calls", limit="2", cursor=page.body["next_cursor"])
    assert seen == made[::-1]


@pytest.mark.usefixtures("words")
async def test_a_disposition_is_given_and_given_again(house: House) -> None:
    call_id = await ended_call(house, "1001")
    anna = await house.browser("anna")
    path = f"/calls/{call_id}/disposition"
    told = await anna.ask("PUT", path, json={"code": "solved", "note": "first"})
    assert (told.status, told.body["disposition"]) == (200, "solved")
    told = await anna.ask("PUT", path, json={"code": "complaint", "note": "second"})
    assert (told.body["disposition"], told.body["note"]) == ("complaint", "second")
    assert [one["code"] for one in told.body["dispositions"]] == ["complaint", "solved"]
    wrong = await anna.ask("PUT", path, json={"code": "nonsense"})
    assert (wrong.status, wrong.body["field"]) == (400, "code")
    listed = await anna.get("/dispositions")
    assert {word["code"] for word in listed.body["items"]} == {"solved", "complaint"}


async def test_a_call_in_ones_hands_may_be_hung_up_and_handed_on(house: House) -> None:
    call_id, anna_id = uuid4(), house.id_of("anna")
    await house.engine.tell(live_call(call_id, agent_id=anna_id))
    anna = await house.browser("anna")
    assert (await anna.post(f"/calls/{call_id}/hang-up")).status == 202
    assert house.engine.of(HangUp)[0] == HangUp(agent_id=anna_id, call_id=call_id, by=anna_id)
    wanted = {"target_kind": "number", "target": "138 0013 8000", "note": "wants a refund"}
    assert (await anna.post(f"/calls/{call_id}/transfer", wanted)).status == 202
    given = house.engine.of(TransferCall)[0]
    assert (given.target, given.note) == ("+8613800138000", "wants a refund")


async def test_a_supervisor_acts_for_the_agent_who_holds_the_call(house: House) -> None:
    call_id = uuid4()
    sue = await house.browser("sue")
    await house.engine.tell(live_call(call_id, agent_id=house.id_of("bo")))
    while not (await sue.get("/board")).body["snapshot"]["calls"]:
        pass  # the request itself lets the feed take its turn
    assert (await sue.post(f"/calls/{call_id}/hang-up")).status == 202
    given = house.engine.of(HangUp)[0]
    assert (given.agent_id, given.by) == (house.id_of("bo"), house.id_of("sue"))


async def test_the_boards_refusals_come_back_with_their_codes(house: House) -> None:
    anna = await house.browser("anna")
    answers = {
        "not_your_call": (404, "not_found"),
        "wrong_state": (409, "wrong_state"),
        "engine_unavailable": (503, "engine_unavailable"),
    }
    for code, (status, told_code) in answers.items():
        refusal = Refused(code=code, message="No.")
        house.engine.refuse = lambda command, refusal=refusal: (
            refusal if isinstance(command, HangUp) else None
        )
        told = await anna.post(f"/calls/{uuid4()}/hang-up")
        assert (told.status, told.body["code"]) == (status, told_code)


@pytest.mark.parametrize("target", ["", "1&PJSIP/trunk/1900", "*43", "x" * 65, "anonymous"])
async def test_a_number_that_cannot_be_dialled_never_reaches_the_board(
    house: House, target: str
) -> None:
    anna = await house.browser("anna")
    wanted = {"target_kind": "number", "target": target}
    told = await anna.post(f"/calls/{uuid4()}/transfer", wanted)
    assert (told.status, told.body["field"]) == (400, "target"), told.body
    assert (await anna.post("/me/dial", {"number": target})).status == 400
    assert not house.engine.of(TransferCall)


def ids(told: object) -> list[str]:
    return [item["call_id"] for item in told.body["items"]]  # type: ignore[attr-defined]
