"""Who is calling: one look-up by number, one for what is open; odd input is never an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, case, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.directory.card import CallerCard, CardAccount, CardMatch
from crm_core.directory.card_lists import card_lists
from crm_core.errors import NotFound
from crm_core.phones import NumberKind, PhoneNumber, normalise
from crm_core.tables.directory import AccountRow, CallerMatchRow, ContactPointRow, ContactRow
from crm_core.tenancy import Scope

MAX_MATCHES = 20

# How a number led to a contact; only the best way that found anybody counts.
_BY_E164, _BY_RAW, _BY_OTHERS, _BY_TAIL = 0, 1, 2, 3


async def identify(
    session: AsyncSession,
    scope: Scope,
    raw_number: str,
    *,
    region: str = "CN",
    area_code: str = "021",
) -> CallerCard:
    """Return the card of whoever calls from `raw_number`, as the switch told it; reads only.

    The number is looked up as E.164, then as it came, then by its last digits (`maybe`). Two
    indexed queries at most; an anonymous or unreadable number gives a card that knows nobody.
    """
    number = normalise(raw_number, region, area_code)
    blank = _blank(number)
    if number.kind is NumberKind.ANONYMOUS:
        return blank
    found = {
        "tenant": scope.tenant_id,
        "e164": number.e164,
        "digits": number.digits,
        "tail": number.tail,
    }
    rows = _best((await session.execute(_MATCHES, found)).all())
    return await _filled(session, scope, blank, rows)


async def card(
    session: AsyncSession, scope: Scope, contact_id: UUID, *, number: str = ""
) -> CallerCard:
    """Return the card of one contact, chosen by a person; raises NotFound."""
    rows = (
        await session.execute(_ONE, {"tenant": scope.tenant_id, "contact_id": contact_id})
    ).all()
    if not rows:
        raise NotFound("there is no such customer")
    return await _filled(session, scope, _blank(normalise(number)), rows)


def _branch(rank: Any, table: Any, *where: Any) -> Select[*tuple[Any, ...]]:
    return select(rank.label("rank"), table.contact_id.label("contact_id")).where(
        table.tenant_id == bindparam("tenant"), *where
    )


_CARD_COLUMNS = (
    ContactRow.id,
    ContactRow.name,
    ContactRow.vip,
    ContactRow.language,
    ContactRow.note,
    ContactRow.tags,
    ContactRow.account_id,
    ContactRow.owner_id,
    AccountRow.owner_id.label("account_owner_id"),
    AccountRow.name.label("account_name"),
    AccountRow.kind.label("account_kind"),
    AccountRow.grade,
    AccountRow.vip_level,
    AccountRow.industry,
    AccountRow.region,
)


def _matches() -> Select[*tuple[Any, ...]]:
    """Build the look-up; each branch reads one index, whatever the planner thinks of the rest."""
    by_level = case((CallerMatchRow.level == "known", _BY_RAW), else_=_BY_OTHERS)
    ways = union_all(
        _branch(literal(_BY_E164), ContactPointRow, ContactPointRow.e164 == bindparam("e164")),
        _branch(literal(_BY_RAW), ContactPointRow, ContactPointRow.value == bindparam("digits")),
        _branch(by_level, CallerMatchRow, CallerMatchRow.e164 == bindparam("e164")),
        _branch(literal(_BY_TAIL), ContactPointRow, ContactPointRow.tail == bindparam("tail")),
    ).subquery("ways")
    return (
        select(ways.c.rank, _marked(), *_CARD_COLUMNS)
        .select_from(ways)
        .join(ContactRow, ContactRow.id == ways.c.contact_id)
        .outerjoin(AccountRow, AccountRow.id == ContactRow.account_id)
        .where(ContactRow.tenant_id == bindparam("tenant"), ContactRow.deleted_at.is_(None))
        .order_by(ways.c.rank, ContactRow.vip.desc(), ContactRow.name)
        .limit(MAX_MATCHES)
    )


def _marked() -> ColumnElement[bool]:
    """Tell whether the number itself is marked as not to be called, at whomever it is written."""
    point, owner = aliased(ContactPointRow), aliased(ContactRow)
    return (
        select(point.id)
        .join(owner, owner.id == point.contact_id)
        .where(
            point.tenant_id == bindparam("tenant"),
            point.e164 == bindparam("e164"),
            point.do_not_contact,
            owner.deleted_at.is_(None),
        )
        .exists()
        .label("do_not_call")
    )


# Built once: SQLAlchemy then finds the compiled statement again at each call.
_MATCHES = _matches()
_ONE = (
    select(literal(_BY_E164).label("rank"), literal(False).label("do_not_call"), *_CARD_COLUMNS)
    .outerjoin(AccountRow, AccountRow.id == ContactRow.account_id)
    .where(
        ContactRow.tenant_id == bindparam("tenant"),
        ContactRow.id == bindparam("contact_id"),
        ContactRow.deleted_at.is_(None),
    )
)


def _blank(number: PhoneNumber) -> CallerCard:
    return CallerCard(number=number.shown, raw_number=number.raw, kind=number.kind.value)


def _best(rows: Sequence[Any]) -> list[Any]:
    """Keep the rows of the best way, each contact once."""
    if not rows:
        return []
    best = rows[0].rank
    return list({row.id: row for row in rows if row.rank == best}.values())


async def _filled(
    session: AsyncSession, scope: Scope, blank: CallerCard, rows: Sequence[Any]
) -> CallerCard:
    if not rows:
        return blank
    known = rows[0].rank in {_BY_E164, _BY_RAW}
    matches = tuple(_match(row, "known" if known else "maybe") for row in rows)
    if not known:
        return _with(blank, matches=matches)
    # Nobody is guessed: several contacts share what belongs to their one account, or nothing.
    accounts = {row.account_id for row in rows}
    account_id = next(iter(accounts)) if len(accounts) == 1 else None
    only = rows[0] if len(rows) == 1 else None
    lists = await card_lists(
        session, scope, account_id=account_id, contact_id=only.id if only else None
    )
    return _with(
        blank,
        known=True,
        matches=matches,
        account=_account(rows[0]) if account_id else None,
        language=only.language if only else "",
        note=only.note if only else "",
        tags=tuple(only.tags) if only else (),
        open_tickets=lists.open_tickets,
        unpaid_orders=lists.unpaid_orders,
        timeline=lists.timeline,
        owner_agent_id=_owner(rows[0], alone=only is not None, in_account=account_id is not None),
        last_agent_id=lists.last_agent_id,
        do_not_call=bool(rows[0].do_not_call),
    )


def _owner(row: Any, *, alone: bool, in_account: bool) -> str:
    """Return who looks after the contact, else after the account."""
    owner = (row.owner_id if alone else None) or (row.account_owner_id if in_account else None)
    return str(owner) if owner else ""


def _with(blank: CallerCard, **found: Any) -> CallerCard:
    return CallerCard(number=blank.number, raw_number=blank.raw_number, kind=blank.kind, **found)


def _match(row: Any, level: str) -> CardMatch:
    return CardMatch(
        contact_id=str(row.id),
        account_id=str(row.account_id) if row.account_id else None,
        name=row.name,
        account_name=row.account_name or "",
        grade=row.grade or "",
        vip=bool(row.vip or (row.vip_level or 0) > 0),
        level=level,
    )


def _account(row: Any) -> CardAccount:
    return CardAccount(
        account_id=str(row.account_id),
        name=row.account_name,
        kind=row.account_kind,
        grade=row.grade,
        vip_level=row.vip_level,
        industry=row.industry,
        region=row.region,
    )
