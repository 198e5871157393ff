"""Verbs on customers: read, find, save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.directory.model import Account, ContactPoint, Customer, CustomerEdit, CustomerPage
from crm_core.directory.read import as_account, as_customer, as_point
from crm_core.errors import EditedMeanwhile, InvalidValue, NotFound
from crm_core.ids import new_id, uuid_of
from crm_core.phones import normalise
from crm_core.tables.directory import AccountRow, ContactPointRow, ContactRow
from crm_core.tenancy import Scope
from crm_core.words import optional, required

MIN_DIGITS = 3  # from here on a search looks at numbers too
MAX_PAGE = 100

_CONTACT_PARTS = {"role": 80, "language": 10, "preferred_channel": 20, "note": 4000}
_ACCOUNT_PARTS = {"grade": 20, "industry": 40, "region": 80}


async def customer(session: AsyncSession, scope: Scope, contact_id: UUID) -> Customer:
    """Return a customer by his contact id; raises NotFound."""
    found = await _customers(session, scope, [contact_id])
    if not found:
        raise NotFound("there is no such customer")
    return found[0]


async def search_customers(
    session: AsyncSession,
    scope: Scope,
    text: str = "",
    *,
    limit: int = 20,
    cursor: str | None = None,
) -> CustomerPage:
    """Return customers whose name, account or number contains `text`, by name; empty finds all."""
    query = (
        select(ContactRow.id)
        .outerjoin(AccountRow, AccountRow.id == ContactRow.account_id)
        .where(ContactRow.tenant_id == scope.tenant_id, ContactRow.deleted_at.is_(None))
        .order_by(ContactRow.name, ContactRow.id)
        .limit(min(max(limit, 1), MAX_PAGE) + 1)
    )
    for word in text.split()[:5]:
        query = query.where(_contains(scope, word))
    after = await _after(session, scope, cursor)
    if after is not None:
        query = query.where(
            or_(
                ContactRow.name > after.name,
                (ContactRow.name == after.name) & (ContactRow.id > after.id),
            )
        )
    ids = list(await session.scalars(query))
    size = min(max(limit, 1), MAX_PAGE)
    page = await _customers(session, scope, ids[:size])
    more = str(ids[size - 1]) if len(ids) > size else None
    return CustomerPage(customers=tuple(page), next_cursor=more)


async def save_customer(
    session: AsyncSession,
    scope: Scope,
    edit: CustomerEdit,
    *,
    contact_id: UUID | None = None,
    row_version: int | None = None,
) -> Customer:
    """Create a customer (no `contact_id`; a name is needed) or change one.

    Raises InvalidValue naming the field, NotFound, and EditedMeanwhile when `row_version` is given
    and no longer true.
    """
    row = await _row_to_edit(session, scope, edit, contact_id)
    if row_version is not None and contact_id is not None and row.row_version != row_version:
        raise EditedMeanwhile("somebody else changed this customer meanwhile")
    _edit_contact(row, edit)
    account = await _account_to_edit(session, scope, edit, row)
    if account is not None:
        _edit_account(account, edit)
    await session.flush()
    return await customer(session, scope, row.id)


async def accounts(session: AsyncSession, scope: Scope, ids: Sequence[UUID]) -> list[Account]:
    """Return these accounts, those that exist, by name."""
    rows = await session.scalars(
        select(AccountRow)
        .where(AccountRow.tenant_id == scope.tenant_id, AccountRow.id.in_(ids))
        .order_by(AccountRow.name)
    )
    return [as_account(row) for row in rows]


async def _row_to_edit(
    session: AsyncSession, scope: Scope, edit: CustomerEdit, contact_id: UUID | None
) -> ContactRow:
    if contact_id is None:
        row = ContactRow(
            id=new_id(),
            tenant_id=scope.tenant_id,
            name=required(edit.name or "", 120, field="name"),
            owner_id=scope.user_id,
        )
        session.add(row)
        return row
    found = await session.scalar(
        select(ContactRow).where(
            ContactRow.tenant_id == scope.tenant_id,
            ContactRow.id == contact_id,
            ContactRow.deleted_at.is_(None),
        )
    )
    if found is None:
        raise NotFound("there is no such customer")
    return found


def _edit_contact(row: ContactRow, edit: CustomerEdit) -> None:
    if edit.name is not None:
        row.name = required(edit.name, 120, field="name")
    for part, limit in _CONTACT_PARTS.items():
        value = getattr(edit, part)
        if value is not None:
            setattr(row, part, optional(value, limit, field=part))
    if edit.vip is not None:
        row.vip = edit.vip
    if edit.tags is not None:
        row.tags = [required(tag, 40, field="tags") for tag in edit.tags[:20]]
    if edit.owner_id is not None or edit.no_owner:
        row.owner_id = edit.owner_id


async def _account_to_edit(
    session: AsyncSession, scope: Scope, edit: CustomerEdit, row: ContactRow
) -> AccountRow | None:
    if edit.account_id is not None:
        chosen = await _account_by(session, scope, AccountRow.id == edit.account_id)
        if chosen is None:
            raise InvalidValue("there is no such account", field="account_id")
    elif edit.account_name is None and row.account_id is None:
        return None
    elif edit.account_name is None:
        chosen = await _account_by(session, scope, AccountRow.id == row.account_id)
    elif not (edit.account_name or "").strip():
        row.account_id = None
        return None
    else:
        chosen = await _account_named(session, scope, edit)
    row.account_id = chosen.id if chosen else None
    return chosen


async def _account_named(session: AsyncSession, scope: Scope, edit: CustomerEdit) -> AccountRow:
    name = required(edit.account_name or "", 200, field="account_name")
    found = await _account_by(session, scope, AccountRow.name == name)
    if found is None:
        found = AccountRow(id=new_id(), tenant_id=scope.tenant_id, name=name)
        session.add(found)
        await session.flush()
    return found


async def _account_by(session: AsyncSession, scope: Scope, where: Any) -> AccountRow | None:
    found: AccountRow | None = await session.scalar(
        select(AccountRow)
        .where(AccountRow.tenant_id == scope.tenant_id, AccountRow.deleted_at.is_(None), where)
        .order_by(AccountRow.id)
        .limit(1)
    )
    return found


def _edit_account(row: AccountRow, edit: CustomerEdit) -> None:
    for part, limit in _ACCOUNT_PARTS.items():
        value = getattr(edit, part)
        if value is not None:
            setattr(row, part, optional(value, limit, field=part))
    if edit.vip_level is not None:
        row.vip_level = edit.vip_level
    if edit.account_kind is not None:
        if edit.account_kind not in {"organisation", "person"}:
            raise InvalidValue("an account is an organisation or a person", field="account_kind")
        row.kind = edit.account_kind


def _contains(scope: Scope, word: str) -> Any:
    """Tell the database how one word of a search may be met."""
    number = normalise(word)
    digits = "".join(mark for mark in number.digits if mark.isdigit())
    ways = [
        ContactRow.name.icontains(word, autoescape=True),
        AccountRow.name.icontains(word, autoescape=True),
    ]
    if len(digits) >= MIN_DIGITS:
        holds = [ContactPointRow.value.contains(digits, autoescape=True)]
        if number.e164 is not None:
            holds.append(ContactPointRow.e164 == number.e164)
        point = select(ContactPointRow.contact_id).where(
            ContactPointRow.tenant_id == scope.tenant_id, or_(*holds)
        )
        ways.append(ContactRow.id.in_(point))
    return or_(*ways)


async def _after(session: AsyncSession, scope: Scope, cursor: str | None) -> ContactRow | None:
    if cursor is None:
        return None
    row = await session.scalar(
        select(ContactRow).where(
            ContactRow.tenant_id == scope.tenant_id, ContactRow.id == uuid_of(cursor)
        )
    )
    if row is None:
        raise InvalidValue("the cursor is not one of ours", field="cursor")
    return row


async def _customers(session: AsyncSession, scope: Scope, ids: Sequence[UUID]) -> list[Customer]:
    rows = await session.execute(
        select(ContactRow, AccountRow)
        .outerjoin(AccountRow, AccountRow.id == ContactRow.account_id)
        .where(
            ContactRow.tenant_id == scope.tenant_id,
            ContactRow.id.in_(ids),
            ContactRow.deleted_at.is_(None),
        )
        .order_by(ContactRow.name, ContactRow.id)
    )
    points = await _points(session, scope, ids)
    return [as_customer(contact, account, points.get(contact.id, [])) for contact, account in rows]


async def _points(
    session: AsyncSession, scope: Scope, ids: Sequence[UUID]
) -> dict[UUID, list[ContactPoint]]:
    rows = await session.scalars(
        select(ContactPointRow)
        .where(ContactPointRow.tenant_id == scope.tenant_id, ContactPointRow.contact_id.in_(ids))
        .order_by(ContactPointRow.is_primary.desc(), ContactPointRow.id)
    )
    by_contact: dict[UUID, list[ContactPoint]] = {}
    for row in rows:
        by_contact.setdefault(row.contact_id, []).append(as_point(row))
    return by_contact
