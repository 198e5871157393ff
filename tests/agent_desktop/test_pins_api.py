"""PINs over the API: set and never shown, unlocked, taken away, by those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm_core import audit
from crm_core.self_service import LOCK_AFTER, log_in, pin_hash, try_pin

if TYPE_CHECKING:
    from conftest import Browser, House

PIN = "739105"


async def made(browser: Browser, name: str = "张三") -> str:
    told = await browser.post("/customers", {"name": name})
    return str(told.body["contact_id"])


async def tried(house: House, pin: str) -> str:
    async with house.services.database.read() as session:
        against = await pin_hash(session, house.scope, "1001")
    tried = await try_pin(pin, against)
    async with house.services.database.transaction() as session:
        found = await log_in(session, house.scope, customer_number="1001", tried=tried)
    return found.outcome


async def test_a_pin_is_set_works_and_is_never_shown(house: House) -> None:
    sue = await house.browser("sue")
    path = f"/customers/{await made(sue)}/pin"
    assert (await sue.get(path)).body["is_set"] is False
    told = await sue.ask("PUT", path, json={"customer_number": "1001", "pin": PIN})
    assert (told.status, told.body["customer_number"]) == (200, "1001")
    shown = await sue.get(path)
    assert PIN not in str(told.body) + str(shown.body)
    assert await tried(house, PIN) == "ok"
    async with house.services.database.read() as session:
        page = await audit.entries(session, house.scope, object_kind="contact")
    [entry] = [one for one in page.entries if one.action == "customer.set_pin"]
    assert (entry.user_id, entry.after) == (house.users["sue"].id, {"customer_number": "1001"})


async def test_one_who_is_locked_out_is_let_in_again(house: House) -> None:
    sue = await house.browser("sue")
    path = f"/customers/{await made(sue)}/pin"
    await sue.ask("PUT", path, json={"customer_number": "1001", "pin": PIN})
    for _ in range(LOCK_AFTER):
        await tried(house, "0000")
    assert await tried(house, PIN) == "locked"
    assert (await sue.get(path)).body["locked_until"] is not None
    opened = (await sue.post(f"{path}/unlock")).body
    assert (opened["locked_until"], opened["failures"]) == (None, 0)
    assert await tried(house, PIN) == "ok"
    assert (await sue.ask("DELETE", path)).status == 204
    assert await tried(house, PIN) == "wrong"
    assert (await sue.post(f"{path}/unlock")).status == 404


@pytest.mark.parametrize(
    ("number", "pin", "field"),
    [("1001", "123", "pin"), ("1001", "12a4", "pin"), ("", "1234", "customer_number")],
)
async def test_what_is_no_pin_is_refused_by_its_field(
    house: House, number: str, pin: str, field: str
) -> None:
    sue = await house.browser("sue")
    path = f"/customers/{await made(sue)}/pin"
    told = await sue.ask("PUT", path, json={"customer_number": number, "pin": pin})
    assert (told.status, told.body["field"]) == (400, field)
    assert "12a4" not in str(told.body)


async def test_two_customers_do_not_share_a_number_and_an_agent_sets_none(house: House) -> None:
    sue, anna = await house.browser("sue"), await house.browser("anna")
    body = {"customer_number": "1001", "pin": PIN}
    first, second = await made(sue), await made(sue, "李四")
    assert (await sue.ask("PUT", f"/customers/{first}/pin", json=body)).status == 200
    told = await sue.ask("PUT", f"/customers/{second}/pin", json=body)
    assert (told.status, told.body["field"]) == (409, "customer_number")
    assert (await anna.ask("PUT", f"/customers/{first}/pin", json=body)).status == 403
    assert (await anna.get(f"/customers/{first}/pin")).status == 403
