"""Rows of the directory as the values other parts read."""

from __future__ import annotations

from collections.abc import Sequence

from crm_core.directory.model import Account, ContactPoint, Customer
from crm_core.tables.directory import AccountRow, ContactPointRow, ContactRow


def as_point(row: ContactPointRow) -> ContactPoint:
    """Return the value of a contact point's row."""
    return ContactPoint(
        id=row.id,
        kind=row.kind,
        value=row.value,
        e164=row.e164,
        raw=row.raw,
        extension=row.extension,
        label=row.label,
        is_primary=row.is_primary,
        do_not_contact=row.do_not_contact,
    )


def as_account(row: AccountRow) -> Account:
    """Return the value of an account's row."""
    return Account(
        id=row.id,
        kind=row.kind,
        name=row.name,
        status=row.status,
        grade=row.grade,
        vip_level=row.vip_level,
        source=row.source,
        industry=row.industry,
        size=row.size,
        region=row.region,
        tags=tuple(row.tags),
        owner_id=row.owner_id,
        row_version=row.row_version,
    )


def as_customer(
    row: ContactRow, account: AccountRow | None, points: Sequence[ContactPoint]
) -> Customer:
    """Return the value of a contact's row with what belongs to it."""
    return Customer(
        contact_id=row.id,
        name=row.name,
        role=row.role,
        language=row.language,
        preferred_channel=row.preferred_channel,
        vip=row.vip,
        note=row.note,
        tags=tuple(row.tags),
        owner_id=row.owner_id,
        row_version=row.row_version,
        account=as_account(account) if account else None,
        points=tuple(points),
    )
