"""The demo's customers, with names and numbers that nobody real need answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.resources import files
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.directory.customers import customer, save_customer
from crm_core.directory.model import Customer, CustomerEdit, PointDraft
from crm_core.directory.points import add_contact_point
from crm_core.self_service import hash_pin, set_pin
from crm_core.tenancy import Scope

DEMO_CALLER = "+8613800138000"
FIRST_CUSTOMER_NUMBER = 1001  # what the known caller logs in with on the telephone
DEMO_PIN = "2468"  # of made-up customers; everybody may know it
SWITCHBOARD = "+862150311234"
UNKNOWN_CALLER = "+8613900001111"

_DATA = json.loads(files(__package__).joinpath("customers.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class DemoCaller:
    """Someone the demo phone can call as; `number` is digits or `anonymous`."""

    number: str
    label: str
    label_en: str


CALLERS = (
    DemoCaller(DEMO_CALLER, "张三（已知客户，VIP）", "Zhang San (known customer, VIP)"),
    DemoCaller(SWITCHBOARD, "华晟总机（两位联系人）", "Switchboard (two contacts)"),
    DemoCaller(UNKNOWN_CALLER, "陌生号码", "Unknown number"),
    DemoCaller("anonymous", "匿名来电", "Anonymous"),
)


async def add_customers(session: AsyncSession, scope: Scope) -> list[Customer]:
    """Create the demo's customers and return them in order; the first is the known caller."""
    made: list[UUID] = []
    for company in _DATA["accounts"]:
        account = CustomerEdit(
            account_name=company["account"],
            grade=company["grade"],
            vip_level=company["vip_level"],
            industry=company["industry"],
            region=company["region"],
        )
        for name, role, number in company["contacts"]:
            edit = replace(account, name=name, role=role)
            made.append(await _add(session, scope, edit, number))
    for name, number, language in _DATA["persons"]:
        made.append(await _add(session, scope, CustomerEdit(name=name, language=language), number))
    known = CustomerEdit(
        vip=True, tags=("VIP", "标牌", "月结"), note="偏好电话联系；发票抬头以合同为准。"
    )
    await save_customer(session, scope, known, contact_id=made[0])
    for number, contact_id in enumerate(made[:2], start=FIRST_CUSTOMER_NUMBER):
        hashed = await hash_pin(DEMO_PIN)
        await set_pin(session, scope, contact_id, customer_number=str(number), hashed=hashed)
    return [await customer(session, scope, contact_id) for contact_id in made]


async def _add(session: AsyncSession, scope: Scope, edit: CustomerEdit, number: str) -> UUID:
    made = await save_customer(session, scope, edit)
    draft = PointDraft(value=number, is_primary=True)
    await add_contact_point(session, scope, made.contact_id, draft)
    return made.contact_id
