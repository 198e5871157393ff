from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from acd.commands import (
    DialOut,
    FinishWrapUp,
    IssuePhoneCredential,
    Refused,
    SetNotReady,
    SetReady,
    SignIn,
    SignOut,
)

if TYPE_CHECKING:
    from conftest import House


async def test_me_tells_who_i_am_my_place_on_the_board_and_my_queues(house: House) -> None:
    me = (await (await house.browser("anna")).get("/me")).body
    assert me["user"]["extension"] == "1001"
    assert (me["agent"]["agent_id"], me["agent"]["state"]) == (house.id_of("anna"), "ready")
    assert [queue["name"] for queue in me["queues"]] == ["service"]
    assert me["stale_since"] is None
    chief = (await (await house.browser("sue")).get("/me")).body
    assert chief["agent"] is None
    assert [queue["name"] for queue in chief["queues"]] == ["service"]


async def test_me_tells_what_queues_are_called_also_those_of_others_and_out_of_use(
    house: House,
) -> None:
    sue = await house.browser("sue")
    body = {
        "key": "old",
        "document": {"title": "旧热线", "title_en": "Old line"},
        "agents": [house.id_of("bo")],
    }
    assert (await sue.post("/configuration/queues", body)).status == 201
    gone = await sue.post("/configuration/queues/old/archive", {"expected_version": 1})
    assert gone.status == 200, gone.body
    titles = (await (await house.browser("anna")).get("/me")).body["titles"]
    assert {"name": "old", "title": "旧热线", "title_en": "Old line"} in titles


async def test_my_state_is_a_wish_given_to_the_board(house: House) -> None:
    anna, me = await house.browser("anna"), house.id_of("anna")
    assert (await anna.post("/me/state", {"state": "ready"})).status == 202
    assert (await anna.post("/me/state", {"state": "not_ready", "reason": "lunch"})).status == 202
    assert (await anna.post("/me/state", {"state": "offline"})).status == 202
    assert (await anna.post("/me/wrap-up/finish")).status == 202
    assert (await anna.post("/me/dial", {"number": "021-6253 8888"})).status == 202
    wishes = [command for command in house.engine.given if command.by == me]
    assert wishes == [
        SignIn(agent_id=me, by=me),
        SetReady(agent_id=me, by=me),
        SignIn(agent_id=me, by=me),
        SetNotReady(agent_id=me, reason="lunch", by=me),
        SignOut(agent_id=me, by=me),
        FinishWrapUp(agent_id=me, by=me),
        DialOut(agent_id=me, number="+862162538888", by=me),
    ]


async def test_an_engine_that_is_away_is_told_as_such(house: House) -> None:
    anna = await house.browser("anna")
    await house.engine.stop()
    told = await anna.post("/me/state", {"state": "ready"})
    assert (told.status, told.body["code"]) == (503, "engine_unavailable")
    assert (await anna.get("/customers")).status == 200


async def test_the_board_is_marked_old_while_the_engine_is_away(house: House) -> None:
    anna = await house.browser("anna")
    assert (await anna.get("/board")).body["snapshot"]["stale_since"] is None
    await house.engine.stop()
    async with asyncio.timeout(10):
        while (await anna.get("/board")).body["snapshot"]["stale_since"] is None:
            pass  # each request lets the feed take its turn
    me = (await anna.get("/me")).body
    assert me["stale_since"] is not None
    assert me["agent"] is not None  # shown as old, not taken away


async def test_my_phone_gets_a_fresh_password_and_the_engine_its_digest(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = await house.browser("anna")
    phone = (await anna.post("/me/phone")).body
    told = house.engine.of(IssuePhoneCredential)[0]
    digest = hashlib.md5(
        f"agent-1001:callcenter:{phone['password']}".encode(), usedforsecurity=False
    )
    assert (told.endpoint, told.ha1) == ("agent-1001", digest.hexdigest())
    assert phone["uri"] == "sip:agent-1001@callcenter"
    assert phone["ws_url"] == house.services.phone_url
    ends = datetime.fromisoformat(phone["expires_at"])
    assert ends == told.expires_at
    assert timedelta(hours=11) < ends - house.clock() <= timedelta(hours=12)
    again = (await anna.post("/me/phone")).body
    assert again["password"] != phone["password"]
    assert len(phone["password"]) >= 40
    written = "".join(capsys.readouterr())
    assert phone["password"] not in written
    assert digest.hexdigest() not in written


async def test_who_has_no_extension_gets_no_phone(house: House) -> None:
    told = await (await house.browser("sue")).post("/me/phone")
    assert (told.status, told.body["code"]) == (409, "no_extension")


async def test_a_refused_credential_is_not_handed_out(house: House) -> None:
    house.engine.refuse = lambda _: Refused(code="engine_unavailable", message="gone")
    told = await (await house.browser("anna")).post("/me/phone")
    assert told.status == 503
    assert "password" not in told.body


async def test_the_demo_callers_phone_is_for_everyone_in_demo_mode(house: House) -> None:
    stranger = await house.browser()
    phone = (await stranger.post("/demo/phone")).body
    assert phone["endpoint"] == "demo-caller"
    assert house.engine.of(IssuePhoneCredential)[0].endpoint == "demo-caller"
    assert "anonymous" in {caller["number"] for caller in phone["callers"]}
    object.__setattr__(house.services, "demo", False)
    told = await stranger.post("/demo/phone")
    assert (told.status, told.body["code"]) == (404, "not_found")


async def test_dialling_again_and_again_is_slowed_down(house: House) -> None:
    anna = await house.browser("anna")
    for _ in range(30):
        assert (await anna.post("/me/dial", {"number": "10086"})).status == 202
    told = await anna.post("/me/dial", {"number": "10086"})
    assert (told.status, told.body["code"]) == (429, "too_many_attempts")
    assert (await (await house.browser("bo")).post("/me/dial", {"number": "10086"})).status == 202
    house.clock.ahead = timedelta(minutes=2)
    assert (await anna.post("/me/dial", {"number": "10086"})).status == 202
