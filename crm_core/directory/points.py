"""Verbs on the numbers and addresses of contacts; a new number finds its earlier calls."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.billing.drafts import ensure_drafts_of_calls
from crm_core.directory.model import ContactPoint, PointDraft
from crm_core.directory.read import as_point
from crm_core.errors import InvalidValue, NotFound
from crm_core.phones import NumberKind, PhoneNumber, normalise
from crm_core.sentences import sentence
from crm_core.tables.calls import CallRow
from crm_core.tables.directory import ContactPointRow, ContactRow
from crm_core.tables.timeline import InteractionRow
from crm_core.tenancy import Scope
from crm_core.words import optional, required

KINDS = ("phone", "mail", "fax", "im")
_NUMBERS = frozenset({"phone", "fax"})


async def add_contact_point(
    session: AsyncSession, scope: Scope, contact_id: UUID, draft: PointDraft
) -> ContactPoint:
    """Add a number or address to a contact; the same one twice is the same as once.

    Calls that came from the number while nobody had it are linked to the contact. Raises NotFound,
    InvalidValue.
    """
    contact = await session.scalar(
        select(ContactRow).where(
            ContactRow.tenant_id == scope.tenant_id,
            ContactRow.id == contact_id,
            ContactRow.deleted_at.is_(None),
        )
    )
    if contact is None:
        raise NotFound("there is no such customer")
    row = _row(scope, contact_id, draft)
    existing = await _same(session, scope, row)
    if existing is not None:
        return as_point(existing)
    session.add(row)
    await session.flush()
    if row.e164 is not None:
        await _relink(session, scope, contact, row.e164)
    return as_point(row)


async def remove_contact_point(session: AsyncSession, scope: Scope, point_id: UUID) -> None:
    """Take a number or address away from its contact; raises NotFound."""
    row = await session.scalar(
        select(ContactPointRow).where(
            ContactPointRow.tenant_id == scope.tenant_id, ContactPointRow.id == point_id
        )
    )
    if row is None:
        raise NotFound("there is no such number")
    await session.delete(row)
    await session.flush()


def _row(scope: Scope, contact_id: UUID, draft: PointDraft) -> ContactPointRow:
    if draft.kind not in KINDS:
        raise InvalidValue(
            sentence("no_kind", "a kind is one of {known}", known=tuple(KINDS)), field="kind"
        )
    raw = required(draft.value, 200, field="value")
    number = normalise(raw) if draft.kind in _NUMBERS else None
    if number is not None and number.kind in {NumberKind.INVALID, NumberKind.ANONYMOUS}:
        raise InvalidValue(
            sentence("no_number", "'{number}' is no telephone number", number=raw),
            field="value",
            code="invalid_number",
        )
    return ContactPointRow(
        tenant_id=scope.tenant_id,
        contact_id=contact_id,
        kind=draft.kind,
        raw=raw,
        label=optional(draft.label, 40, field="label"),
        is_primary=draft.is_primary,
        **_columns_of(number, raw),
    )


def _columns_of(number: PhoneNumber | None, raw: str) -> dict[str, str | None]:
    if number is None:
        return {"value": raw, "e164": None, "extension": "", "tail": None}
    return {
        "value": number.shown,
        "e164": number.e164,
        "extension": number.extension,
        "tail": number.tail,
    }


async def _same(
    session: AsyncSession, scope: Scope, row: ContactPointRow
) -> ContactPointRow | None:
    found: ContactPointRow | None = await session.scalar(
        select(ContactPointRow).where(
            ContactPointRow.tenant_id == scope.tenant_id,
            ContactPointRow.contact_id == row.contact_id,
            ContactPointRow.kind == row.kind,
            ContactPointRow.value == row.value,
            ContactPointRow.extension == row.extension,
        )
    )
    return found


async def _relink(session: AsyncSession, scope: Scope, contact: ContactRow, e164: str) -> None:
    holders = await session.scalars(
        select(ContactPointRow.contact_id)
        .where(ContactPointRow.tenant_id == scope.tenant_id, ContactPointRow.e164 == e164)
        .distinct()
    )
    if set(holders) != {contact.id}:
        return  # the number is shared: whose call it was is not for us to guess
    nobodys = (
        CallRow.tenant_id == scope.tenant_id,
        CallRow.contact_id.is_(None),
        (CallRow.caller_e164 == e164) | (CallRow.dialled_e164 == e164),
    )
    call_ids = list(await session.scalars(select(CallRow.call_id).where(*nobodys)))
    owner = {"contact_id": contact.id, "account_id": contact.account_id}
    await session.execute(
        update(CallRow)
        .where(CallRow.tenant_id == scope.tenant_id, CallRow.call_id.in_(call_ids))
        .values(owner)
    )
    await session.execute(
        update(InteractionRow)
        .where(
            InteractionRow.tenant_id == scope.tenant_id,
            InteractionRow.object_kind == "call",
            InteractionRow.object_id.in_([str(call_id) for call_id in call_ids]),
        )
        .values(owner)
    )
    await ensure_drafts_of_calls(session, scope, call_ids)
