from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from acd.commands import (
    AskWrapUp,
    AssignQueues,
    ChooseQueues,
    ExtendWrapUp,
    Refused,
    ReleaseOutbound,
    ReportMicrophone,
    ReserveForOutbound,
    SetNotReady,
    SetReady,
    SignIn,
    SignOut,
)
from crm_core import audit

if TYPE_CHECKING:
    from conftest import House


async def test_a_supervisor_sets_states_gives_queues_and_logs_out(house: House) -> None:
    sue, anna, me = await house.browser("sue"), house.id_of("anna"), house.id_of("sue")
    name = (await sue.get("/me")).body["user"]["display_name"]
    path = f"/agents/{anna}"
    assert (await sue.post(f"{path}/state", {"state": "ready"})).status == 202
    away = {"state": "not_ready", "reason": "training"}
    assert (await sue.post(f"{path}/state", away)).status == 202
    assert (await sue.post(f"{path}/queues", {"queues": ["sales"]})).status == 202
    assert (await sue.post(f"{path}/log-out")).status == 202
    who = {"agent_id": anna, "by": me, "by_name": name}
    assert [command for command in house.engine.given if command.by == me] == [
        SetReady(**who),
        SetNotReady(**who, reason="training"),
        AssignQueues(**who, queues=("sales",)),
        SignOut(**who),
    ]
    async with house.services.database.read() as session:
        page = await audit.entries(session, house.scope)
    noted = [(entry.action, entry.object_id) for entry in page.entries]
    assert noted[:4] == [
        ("log_out", anna),
        ("assign_queues", anna),
        ("force_state", anna),
        ("force_state", anna),
    ]


async def test_a_blended_agent_is_taken_for_outbound_work_and_given_back(house: House) -> None:
    sue, anna = await house.browser("sue"), house.id_of("anna")
    path = f"/agents/{anna}"
    assert (await sue.post(f"{path}/reserve", {"seconds": 30})).status == 202
    assert (await sue.post(f"{path}/release")).status == 202
    [taken] = house.engine.of(ReserveForOutbound)
    assert (taken.agent_id, taken.seconds) == (anna, 30)
    [given] = house.engine.of(ReleaseOutbound)
    assert given.agent_id == anna
    for seconds in (0, 601, "long"):
        told = await sue.post(f"{path}/reserve", {"seconds": seconds})
        assert (told.status, told.body["field"]) == (400, "seconds")


async def test_an_agent_may_do_nothing_of_it(house: House) -> None:
    ben = await house.browser("anna")
    for path, body in (
        ("state", {"state": "ready"}),
        ("queues", {"queues": []}),
        ("log-out", {}),
        ("reserve", {}),
        ("release", {}),
    ):
        told = await ben.post(f"/agents/{house.id_of('anna')}/{path}", body)
        assert (told.status, told.body["code"]) == (403, "not_permitted")


async def test_an_agent_who_is_nobody_is_not_found(house: House) -> None:
    sue = await house.browser("sue")
    told = await sue.post(f"/agents/{uuid4()}/log-out")
    assert (told.status, told.body["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"state": "offline"},
        {"state": "not_ready"},
        {"state": "ready", "reason": "lunch"},
        {"state": "talking"},
    ],
)
async def test_a_state_nobody_can_be_forced_into_is_refused(
    house: House, body: dict[str, str]
) -> None:
    sue = await house.browser("sue")
    told = await sue.post(f"/agents/{house.id_of('anna')}/state", body)
    assert (told.status, told.body["code"]) == (400, "invalid")


async def test_the_boards_refusal_reaches_the_supervisor_in_words(house: House) -> None:
    sue = await house.browser("sue")
    house.engine.refuse = lambda command: (
        Refused(code="wrong_state", message="Anna is not signed in.")
        if isinstance(command, SetReady)
        else None
    )
    told = await sue.post(f"/agents/{house.id_of('anna')}/state", {"state": "ready"})
    assert (told.status, told.body["message"]) == (409, "Anna is not signed in.")


async def test_my_queues_wrap_up_and_microphone_are_wishes_given_to_the_board(
    house: House,
) -> None:
    anna, me = await house.browser("anna"), house.id_of("anna")
    signed_in = {"state": "ready", "queues": ["service"]}
    assert (await anna.post("/me/state", signed_in)).status == 202
    assert (await anna.post("/me/queues", {"queues": ["service"]})).status == 202
    assert (await anna.post("/me/wrap-up/ask", {"wanted": True})).status == 202
    assert (await anna.post("/me/wrap-up/extend")).status == 202
    assert (await anna.post("/me/microphone", {"works": False})).status == 202
    assert [command for command in house.engine.given if command.by == me] == [
        SignIn(agent_id=me, by=me, queues=("service",)),
        SetReady(agent_id=me, by=me),
        ChooseQueues(agent_id=me, by=me, queues=("service",)),
        AskWrapUp(agent_id=me, by=me),
        ExtendWrapUp(agent_id=me, by=me),
        ReportMicrophone(agent_id=me, by=me, works=False),
    ]


async def test_queues_are_not_chosen_while_leaving(house: House) -> None:
    anna = await house.browser("anna")
    told = await anna.post("/me/state", {"state": "offline", "queues": ["service"]})
    assert (told.status, told.body["code"]) == (400, "invalid")
