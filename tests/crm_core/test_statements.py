"""Statements: each charge on one of them, once; re-rating reverses; the issued stay issued."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from crm_core import audit, billing, calls, directory
from crm_core.billing import Rate, Tariff
from crm_core.database import Database
from crm_core.errors import InvalidValue, NotFound, WrongState
from crm_core.tables import TariffRow
from crm_core.tenancy import Scope

NOVEMBER = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
LAST_MINUTE = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
DECEMBER = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # 00:00 on 1 December in Shanghai
NUMBER = "+8613800138000"


@pytest.fixture
async def tariff(database: Database, scope: Scope) -> Tariff:
    async with database.transaction() as session:
        for direction, price in (("inbound", "0.10"), ("outbound", "0.20")):
            wanted = Tariff(
                code=direction,
                name=direction,
                direction=direction,
                rates=(Rate(price_per_minute=Decimal(price)),),
            )
            made = await billing.create_tariff(session, scope, wanted, is_default=True)
        return made


@pytest.fixture
async def account_id(database: Database, scope: Scope) -> UUID:
    async with database.transaction() as session:
        edit = directory.CustomerEdit(name="张三", account_name="上海盈硕标牌")
        made = await directory.save_customer(session, scope, edit)
        draft = directory.PointDraft(value=NUMBER)
        await directory.add_contact_point(session, scope, made.contact_id, draft)
        assert made.account is not None
        return made.account.id


async def _call(
    database: Database,
    scope: Scope,
    *,
    at: datetime = NOVEMBER,
    number: str = NUMBER,
    direction: str = "inbound",
) -> UUID:
    closing = calls.CallClosing(
        call_id=uuid4(),
        direction=direction,
        started_at=at,
        answered_at=at,
        ended_at=at + timedelta(seconds=60),
        outcome="answered",
        caller_number=number if direction == "inbound" else "1001",
        dialled_number="4000" if direction == "inbound" else number,
    )
    async with database.transaction() as session:
        await calls.close_call(session, scope, closing)
    return closing.call_id


async def _statement(
    database: Database, scope: Scope, account_id: UUID | None, month: str = "2026-11"
) -> billing.Statement:
    async with database.read() as session:
        return await billing.statement(session, scope, account_id, month)


async def _dearer(database: Database, scope: Scope, tariff: Tariff, price: str = "9") -> None:
    assert tariff.id is not None
    async with database.transaction() as session:
        for old in await billing.tariffs(session, scope):
            since = datetime(2026, 1, 1, tzinfo=UTC)
            rate = Rate(price_per_minute=Decimal(price), valid_from=since)
            await billing.add_rate(session, scope, old.id or tariff.id, rate)


async def test_calls_both_ways_stand_on_the_accounts_statement_of_the_local_month(
    database: Database, scope: Scope, account_id: UUID, tariff: Tariff
) -> None:
    await _call(database, scope)
    await _call(database, scope, at=LAST_MINUTE, direction="outbound")
    await _call(database, scope, at=DECEMBER)
    november = await _statement(database, scope, account_id)
    december = await _statement(database, scope, account_id, "2026-12")
    assert (november.total, december.total) == (Decimal("0.30"), Decimal("0.10"))
    assert [(line.direction, line.number, line.amount) for line in november.lines] == [
        ("inbound", NUMBER, Decimal("0.10")),
        ("outbound", NUMBER, Decimal("0.20")),
    ]
    assert (november.account_name, november.state, november.currency) == (
        "上海盈硕标牌",
        "draft",
        "CNY",
    )
    assert tariff.currency == "CNY"


async def test_calls_of_nobody_known_stand_under_no_account(
    database: Database, scope: Scope, account_id: UUID, tariff: Tariff
) -> None:
    await _call(database, scope, number="+8613900001111")
    await _call(database, scope, number="anonymous")
    unknown = await _statement(database, scope, None)
    assert (unknown.account_id, unknown.total, unknown.line_count) == (None, Decimal("0.20"), 2)
    with pytest.raises(NotFound):
        await _statement(database, scope, account_id)
    assert tariff.id is not None


async def test_a_caller_made_a_customer_later_takes_his_charges_along(
    database: Database, scope: Scope, tariff: Tariff
) -> None:
    await _call(database, scope)
    assert (await _statement(database, scope, None)).line_count == 1
    async with database.transaction() as session:
        edit = directory.CustomerEdit(name="张三", account_name="盈硕")
        made = await directory.save_customer(session, scope, edit)
        draft = directory.PointDraft(value=NUMBER)
        await directory.add_contact_point(session, scope, made.contact_id, draft)
    assert (await _statement(database, scope, None)).line_count == 0
    assert made.account is not None
    assert (await _statement(database, scope, made.account.id)).total == Decimal("0.10")
    assert tariff.id is not None


async def test_rating_again_reverses_and_adds_and_keeps_both(
    database: Database, scope: Scope, account_id: UUID, tariff: Tariff
) -> None:
    call_id = await _call(database, scope)
    async with database.transaction() as session:
        same = await billing.rate_again(session, scope, call_id, reason="check")
        assert same.sequence == 1
    await _dearer(database, scope, tariff)
    async with database.transaction() as session:
        now = await billing.rate_again(session, scope, call_id, reason="新价格")
        history = await billing.charge_history(session, scope, call_id)
    assert (now.sequence, now.amount, now.reason) == (3, Decimal("9.00"), "新价格")
    assert [(row.state, row.amount) for row in history] == [
        ("rated", Decimal("0.10")),
        ("reversal", Decimal("-0.10")),
        ("rated", Decimal("9.00")),
    ]
    statement = await _statement(database, scope, account_id)
    assert (statement.total, statement.line_count) == (Decimal("9.00"), 3)
    with pytest.raises(InvalidValue):
        async with database.transaction() as session:
            await billing.rate_again(session, scope, call_id, reason=" ")


async def test_an_issued_statement_never_changes_and_late_charges_go_to_the_next(
    database: Database, scope: Scope, account_id: UUID, tariff: Tariff
) -> None:
    call_id = await _call(database, scope)
    draft = await _statement(database, scope, account_id)
    async with database.transaction() as session:
        issued = await billing.issue_statement(session, scope, draft.id, at=DECEMBER)
    assert (issued.state, issued.number, issued.total) == ("issued", 1, Decimal("0.10"))
    await _dearer(database, scope, tariff)
    await _call(database, scope)
    async with database.transaction() as session:
        await billing.rate_again(session, scope, call_id, reason="correction")
    assert await _statement(database, scope, account_id) == issued
    following = await _statement(database, scope, account_id, "2026-12")
    assert sorted(line.amount for line in following.lines) == [
        Decimal("-0.10"),
        Decimal("9.00"),
        Decimal("9.00"),
    ]
    with pytest.raises(WrongState):
        async with database.transaction() as session:
            await billing.issue_statement(session, scope, draft.id)
    async with database.read() as session:
        noted = await audit.entries(session, scope, object_kind="statement")
    assert [entry.action for entry in noted.entries] == ["statement.issue"]


async def test_a_charge_waits_for_no_month_between(
    database: Database, scope: Scope, account_id: UUID, tariff: Tariff
) -> None:
    await _call(database, scope)
    await _call(database, scope, at=DECEMBER)
    async with database.transaction() as session:
        for month in ("2026-11", "2026-12"):
            draft = await billing.statement(session, scope, account_id, month)
            await billing.issue_statement(session, scope, draft.id)
    await _call(database, scope)
    late = await _statement(database, scope, account_id, "2027-01")
    assert (late.line_count, late.lines[0].called_at) == (1, NOVEMBER)
    assert tariff.id is not None


async def test_a_call_without_a_price_is_counted_and_priced_when_there_is_one(
    database: Database, scope: Scope, account_id: UUID, tariff: Tariff
) -> None:
    await _call(database, scope)
    async with database.transaction() as session:
        row = await session.get(TariffRow, tariff.id)
        assert row is not None
        row.active = False
    call_id = await _call(database, scope, direction="outbound")
    assert (await _statement(database, scope, account_id)).unrated == 1
    async with database.transaction() as session:
        row = await session.get(TariffRow, tariff.id)
        assert row is not None
        row.active = True
    async with database.transaction() as session:
        assert (await billing.rate_call(session, scope, call_id)).state == "unrated"
        charge = await billing.rate_again(session, scope, call_id, reason="tariff added")
    assert (charge.state, charge.amount) == ("rated", Decimal("0.20"))
    statement = await _statement(database, scope, account_id)
    assert (statement.unrated, statement.total) == (0, Decimal("0.30"))


async def test_an_account_with_a_tariff_of_its_own_pays_by_it(
    database: Database, scope: Scope, account_id: UUID, tariff: Tariff
) -> None:
    async with database.transaction() as session:
        own = Tariff(
            code="zz-own",
            name="协议价",
            direction="outbound",
            rates=(Rate(price_per_minute=Decimal("0.05")),),
        )
        made = await billing.create_tariff(session, scope, own)
        assert made.id is not None
        await billing.use_tariff(session, scope, account_id, made.id)
    call_id = await _call(database, scope, direction="outbound")
    other = await _call(database, scope, direction="outbound", number="+8613900001111")
    async with database.read() as session:
        charges = [await billing.charge(session, scope, one) for one in (call_id, other)]
    assert [charge.amount for charge in charges if charge] == [Decimal("0.05"), Decimal("0.20")]
    assert tariff.id is not None


async def test_an_open_call_has_no_price_yet(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    call_id = uuid4()
    opening = calls.CallOpening(call_id=call_id, direction="inbound", started_at=NOVEMBER)
    async with database.transaction() as session:
        await calls.open_call(session, scope, opening)
    for who, error in ((scope, WrongState), (stranger, NotFound)):
        with pytest.raises(error):
            async with database.transaction() as session:
                await billing.rate_call(session, who, call_id)


async def test_statements_are_listed_newest_first(
    database: Database, scope: Scope, account_id: UUID, tariff: Tariff, stranger: Scope
) -> None:
    await _call(database, scope)
    await _call(database, scope, at=DECEMBER)
    await _call(database, scope, number="anonymous")
    async with database.read() as session:
        everything = await billing.statements(session, scope)
        of_account = await billing.statements(session, scope, account_id=account_id)
        of_month = await billing.statements(session, scope, month="2026-11")
        assert await billing.statements(session, stranger) == []
        with pytest.raises(NotFound):
            await billing.statement_detail(session, stranger, everything[0].id)
        in_full = await billing.statement_detail(session, scope, of_account[1].id)
    assert [statement.month for statement in everything] == ["2026-12", "2026-11", "2026-11"]
    assert [statement.total for statement in of_account] == [Decimal("0.10"), Decimal("0.10")]
    assert {statement.account_id for statement in of_month} == {account_id, None}
    assert in_full.line_count == len(in_full.lines) == 1
    assert tariff.id is not None


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-00", "26-11", "2026-11-01", "x"])
async def test_a_month_is_written_one_way(database: Database, scope: Scope, month: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        await _statement(database, scope, None, month)
    assert refused.value.field == "month"


async def test_a_tariff_for_no_direction_is_refused(database: Database, scope: Scope) -> None:
    tariff = Tariff(code="x", name="x", direction="sideways", rates=())
    with pytest.raises(InvalidValue):
        async with database.transaction() as session:
            await billing.create_tariff(session, scope, tariff)
    rate = Rate(price_per_minute=Decimal(1))
    with pytest.raises(NotFound):
        async with database.transaction() as session:
            await billing.add_rate(session, scope, uuid4(), rate)
