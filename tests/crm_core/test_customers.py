"""Customers: found by name or number, edited part by part, with the calls they made before."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from crm_core import calls, directory, timeline
from crm_core.database import Database
from crm_core.directory import CustomerEdit, PointDraft
from crm_core.errors import EditedMeanwhile, InvalidValue, NotFound
from crm_core.tenancy import Scope
from crm_core.testing import CALLER, NOON, add_customer


async def _identify(database: Database, scope: Scope, number: str) -> directory.CallerCard:
    async with database.read() as session:
        return await directory.identify(session, scope, number)


async def test_customers_are_found_by_name_account_and_number(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        await add_customer(session, scope, "张三", CALLER, account_name="上海盈硕标牌")
        await add_customer(session, scope, "Emma O'Brien", "+442079460101")
        await add_customer(session, scope, "100%_真", "10086")
    for text_, names in [
        ("张", ["张三"]),
        ("盈硕", ["张三"]),
        ("标牌 张三", ["张三"]),
        ("标牌 emma", []),
        ("13800138000", ["张三"]),
        ("138 0013 8000", ["张三"]),
        ("8000", ["张三"]),
        ("emma o'b", ["Emma O'Brien"]),
        ("%", ["100%_真"]),
        ("_", ["100%_真"]),
        ("10086", ["100%_真"]),
        ("'; DROP TABLE contact; --", []),
        ("", ["100%_真", "Emma O'Brien", "张三"]),
    ]:
        async with database.read() as session:
            page = await directory.search_customers(session, scope, text_)
            assert sorted(customer.name for customer in page.customers) == names, text_
            assert (await directory.search_customers(session, stranger, text_)).customers == ()


async def test_a_list_of_customers_goes_on_where_it_ended(
    database: Database, scope: Scope
) -> None:
    async with database.transaction() as session:
        for number in range(7):
            await add_customer(session, scope, f"客户{number // 2}")
    seen: list[UUID] = []
    cursor: str | None = None
    for _ in range(4):
        async with database.read() as session:
            page = await directory.search_customers(session, scope, "客户", limit=2, cursor=cursor)
        seen += [customer.contact_id for customer in page.customers]
        cursor = page.next_cursor
    assert (len(seen), len(set(seen)), cursor) == (7, 7, None)
    async with database.read() as session:
        with pytest.raises(InvalidValue):
            await directory.search_customers(session, scope, cursor="x")


async def test_a_customer_is_edited_part_by_part(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        made = await add_customer(session, scope, "张三", account_name="盈硕", grade="A", note="x")
    edit = CustomerEdit(role="经理", vip_level=2, tags=("重要",))
    async with database.transaction() as session:
        changed = await directory.save_customer(
            session, scope, edit, contact_id=made.contact_id, row_version=made.row_version
        )
    assert (changed.name, changed.role, changed.note, changed.tags) == (
        "张三",
        "经理",
        "x",
        ("重要",),
    )
    assert changed.account is not None
    assert (changed.account.grade, changed.account.vip_level) == ("A", 2)
    with pytest.raises(EditedMeanwhile):
        async with database.transaction() as session:
            await directory.save_customer(
                session, scope, edit, contact_id=made.contact_id, row_version=made.row_version
            )
    async with database.transaction() as session:
        alone = await directory.save_customer(
            session, scope, CustomerEdit(account_name=""), contact_id=made.contact_id
        )
    assert alone.account is None


async def test_what_does_not_fit_a_customer_is_refused(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        made = await add_customer(session, scope, "张三")
    for edit, field in (
        (CustomerEdit(), "name"),
        (CustomerEdit(name=" \x00 "), "name"),
        (CustomerEdit(name="x" * 121), "name"),
        (CustomerEdit(name="x", account_id=uuid4()), "account_id"),
        (CustomerEdit(name="x", account_name="y", account_kind="planet"), "account_kind"),
    ):
        with pytest.raises(InvalidValue) as refused:
            async with database.transaction() as session:
                await directory.save_customer(session, scope, edit)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        async with database.transaction() as session:
            await directory.save_customer(
                session, stranger, CustomerEdit(name="x"), contact_id=made.contact_id
            )


async def test_numbers_are_added_once_and_taken_away(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        made = await add_customer(
            session, scope, "张三", CALLER, "013800138000", "021-50311234转801"
        )
        await directory.add_contact_point(
            session, scope, made.contact_id, PointDraft(kind="mail", value="z@example.com")
        )
    async with database.transaction() as session:
        found = await directory.customer(session, scope, made.contact_id)
        assert [(point.value, point.extension) for point in found.points] == [
            (CALLER, ""),
            ("+862150311234", "801"),
            ("z@example.com", ""),
        ]
        await directory.remove_contact_point(session, scope, found.points[0].id)
    assert (await _identify(database, scope, CALLER)).matches == ()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (PointDraft(value="call me"), "value"),
        (PointDraft(value=""), "value"),
        (PointDraft(value="anonymous"), "value"),
        (PointDraft(kind="pigeon", value="1"), "kind"),
    ],
)
async def test_what_is_no_number_is_refused(
    database: Database, scope: Scope, draft: PointDraft, field: str
) -> None:
    async with database.transaction() as session:
        made = await add_customer(session, scope, "张三")
    with pytest.raises(InvalidValue) as refused:
        async with database.transaction() as session:
            await directory.add_contact_point(session, scope, made.contact_id, draft)
    assert refused.value.field == field


async def test_earlier_calls_find_the_customer_made_after_them(
    database: Database, scope: Scope
) -> None:
    call_id = uuid4()
    closing = calls.CallClosing(
        call_id=call_id,
        direction="inbound",
        started_at=NOON,
        ended_at=NOON,
        outcome="abandoned_in_menu",
        caller_number="13800138000",
        dialled_number="4000",
    )
    async with database.transaction() as session:
        await calls.close_call(session, scope, closing)
    async with database.transaction() as session:
        made = await add_customer(session, scope, "张三", CALLER, account_name="盈硕")
    async with database.read() as session:
        detail = await calls.call_detail(session, scope, call_id)
        told = await timeline.timeline(session, scope, contact_id=made.contact_id)
    assert detail.call.contact_name == "张三"
    assert detail.call.account_name == "盈硕"
    assert [item.object_id for item in told.items] == [str(call_id)]


async def test_the_calls_of_a_shared_number_are_left_alone(
    database: Database, scope: Scope
) -> None:
    call_id = uuid4()
    async with database.transaction() as session:
        await add_customer(session, scope, "孙丽", CALLER)
        await add_customer(session, scope, "周涛", CALLER)
        closing = calls.CallClosing(
            call_id=call_id,
            direction="inbound",
            started_at=NOON,
            ended_at=NOON,
            outcome="abandoned_in_menu",
            caller_number=CALLER,
        )
        await calls.close_call(session, scope, closing)
        await add_customer(session, scope, "吴婷", CALLER)
    async with database.read() as session:
        assert (await calls.call_detail(session, scope, call_id)).call.contact_id is None
