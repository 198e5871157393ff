"""Customers: find, read, create, change; their numbers; who a caller may be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from agent_desktop.api import deeds
from agent_desktop.api.customer_shapes import (
    AccountShown,
    CardShown,
    CustomerChange,
    CustomerItem,
    CustomerList,
    CustomerSearch,
    CustomerShown,
    CustomerWanted,
    NumberAsked,
    OpenTicket,
    PointShown,
    PointWanted,
)
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.errors import Invalid
from agent_desktop.policy import requires
from crm_core import directory, people
from crm_core.database import Session
from crm_core.directory import Customer, CustomerEdit, PointDraft
from crm_core.tenancy import Scope


async def search_customers(ask: Ask, *, query: CustomerSearch) -> CustomerList:
    """Find customers by name, account or number."""
    async with ask.services.database.read() as session:
        page = await directory.search_customers(
            session, ask.visitor.scope, query.q, limit=query.limit, cursor=query.cursor
        )
    items = [CustomerItem(**_item(found)) for found in page.customers]
    return CustomerList(items=items, next_cursor=page.next_cursor)


async def create_customer(ask: Ask, *, body: CustomerWanted) -> CustomerShown:
    """Create a customer with his numbers, all or nothing."""
    scope = ask.visitor.scope
    values = body.model_dump(exclude={"contact_points"}, exclude_unset=True)
    async with ask.services.database.transaction() as session:
        made = await directory.save_customer(session, scope, _edit(values))
        for point in body.contact_points:
            draft = PointDraft(**point.model_dump())
            await directory.add_contact_point(session, scope, made.contact_id, draft)
        return await _shown(session, scope, made.contact_id)


async def show_customer(ask: Ask, *, contact_id: UUID) -> CustomerShown:
    """Show a customer with numbers, account and what is open."""
    async with ask.services.database.read() as session:
        return await _shown(session, ask.visitor.scope, contact_id)


async def change_customer(ask: Ask, *, contact_id: UUID, body: CustomerChange) -> CustomerShown:
    """Change parts of a customer."""
    scope = ask.visitor.scope
    values = body.model_dump(exclude={"row_version", "owner"}, exclude_unset=True)
    async with ask.services.database.transaction() as session:
        if body.owner is not None:
            values |= await _owner(session, scope, body.owner)
        await directory.save_customer(
            session, scope, _edit(values), contact_id=contact_id, row_version=body.row_version
        )
        about, after = ("contact", contact_id), body.model_dump(mode="json", exclude_unset=True)
        await deeds.note(ask, session, "change_customer", about=about, after=after)
        return await _shown(session, scope, contact_id)


async def add_point(ask: Ask, *, contact_id: UUID, body: PointWanted) -> CustomerShown:
    """Add a number or address; calls that came from it before are linked."""
    scope = ask.visitor.scope
    async with ask.services.database.transaction() as session:
        draft = PointDraft(**body.model_dump())
        await directory.add_contact_point(session, scope, contact_id, draft)
        return await _shown(session, scope, contact_id)


async def look_up(ask: Ask, *, query: NumberAsked) -> CardShown:
    """Show who may be calling from a number."""
    async with ask.services.database.read() as session:
        card = await directory.identify(session, ask.visitor.scope, query.number)
    return CardShown(card)


def _edit(values: dict[str, Any]) -> CustomerEdit:
    if values.get("tags") is not None:
        values["tags"] = tuple(values["tags"])
    return CustomerEdit(**values)


async def _owner(session: Session, scope: Scope, username: str) -> dict[str, Any]:
    """Give what of an edit names the new owner, who must be somebody who works here."""
    if not username.strip():
        return {"no_owner": True}
    found = await people.user_named(session, scope, username.strip())
    if found is None or found.status != "active":
        raise Invalid("Nobody here logs in by this name.", field="owner")
    return {"owner_id": found.id}


async def _shown(session: Session, scope: Scope, contact_id: UUID) -> CustomerShown:
    found = await directory.customer(session, scope, contact_id)
    card = await directory.card(session, scope, contact_id)
    owner = await people.user(session, scope, found.owner_id) if found.owner_id else None
    return CustomerShown(
        **_item(found),
        role=found.role,
        language=found.language,
        note=found.note,
        owner=owner.username if owner else "",
        owner_name=owner.display_name if owner else "",
        account=_account(found),
        contact_points=[
            PointShown.model_validate(point, from_attributes=True) for point in found.points
        ],
        open_tickets=[
            OpenTicket.model_validate(ticket, from_attributes=True) for ticket in card.open_tickets
        ],
        unpaid_orders=list(card.unpaid_orders),
        row_version=found.row_version,
    )


def _item(found: Customer) -> dict[str, Any]:
    account = found.account
    return {
        "contact_id": found.contact_id,
        "name": found.name,
        "account_id": account.id if account else None,
        "account_name": account.name if account else "",
        "grade": account.grade if account else "",
        "vip": found.vip or bool(account and account.vip_level),
        "numbers": [point.value for point in found.points if point.kind == "phone"],
        "tags": list(found.tags),
    }


def _account(found: Customer) -> AccountShown | None:
    account = found.account
    if account is None:
        return None
    return AccountShown(
        account_id=account.id,
        kind=account.kind,
        name=account.name,
        grade=account.grade,
        vip_level=account.vip_level,
        industry=account.industry,
        region=account.region,
    )


_READ, _WRITE = requires("customer", "read"), requires("customer", "write")
_ONE = "/customers/{contact_id}"

OPERATIONS = (
    Operation(method="GET", path="/customers", handler=search_customers, policy=_READ),
    Operation(
        method="POST",
        path="/customers",
        handler=create_customer,
        policy=requires("customer", "create"),
        status=201,
    ),
    Operation(method="GET", path=_ONE, handler=show_customer, policy=_READ),
    Operation(method="PATCH", path=_ONE, handler=change_customer, policy=_WRITE, refusals=(409,)),
    Operation(
        method="POST",
        path=f"{_ONE}/contact-points",
        handler=add_point,
        policy=_WRITE,
        status=201,
    ),
    Operation(method="GET", path="/lookup", handler=look_up, policy=_READ),
)
