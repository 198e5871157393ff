"""Who calls: found by number however it is written, never guessed, never an error."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from crm_core import calls, directory, tickets, timeline
from crm_core.database import Database, Session
from crm_core.directory import CustomerEdit, PointDraft
from crm_core.directory.identify import _MATCHES
from crm_core.errors import EditedMeanwhile, InvalidValue, NotFound
from crm_core.ids import new_id
from crm_core.insert_once import insert_all_once
from crm_core.tables import CallerMatchRow, ContactPointRow, ContactRow
from crm_core.tenancy import Scope

NOW = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
NUMBER = "+8613800138000"


async def _customer(
    session: Session, scope: Scope, name: str, *numbers: str, **parts: object
) -> directory.Customer:
    edit = CustomerEdit(name=name, **parts)  # type: ignore[arg-type]
    made = await directory.save_customer(session, scope, edit)
    for number in numbers:
        draft = PointDraft(value=number)
        await directory.add_contact_point(session, scope, made.contact_id, draft)
    return await directory.customer(session, scope, made.contact_id)


async def _identify(database: Database, scope: Scope, number: str) -> directory.CallerCard:
    async with database.read() as session:
        return await directory.identify(session, scope, number)


async def test_the_card_of_a_known_caller_tells_what_is_open(
    database: Database, scope: Scope
) -> None:
    async with database.transaction() as session:
        known = await _customer(
            session, scope, "张三", "138 0013 8000", account_name="上海盈硕标牌", vip=True
        )
        draft = tickets.TicketDraft(subject="灯箱不亮", contact_id=known.contact_id)
        await tickets.open_ticket(session, scope, draft, at=NOW)
        for number in range(12):
            order = timeline.Happening(
                channel="order",
                subject=f"SO-{number}",
                summary="¥100",
                status="unpaid" if number == 3 else "paid",
                object_kind="order",
                object_id=str(number),
                at=NOW - timedelta(days=number),
                contact_id=known.contact_id,
                account_id=known.account.id if known.account else None,
            )
            await timeline.put_happening(session, scope, order)
    card = await _identify(database, scope, "013800138000")
    assert (card.number, card.raw_number, card.known) == (NUMBER, "013800138000", True)
    assert [(match.name, match.account_name, match.vip) for match in card.matches] == [
        ("张三", "上海盈硕标牌", True)
    ]
    assert [(ticket.number, ticket.subject) for ticket in card.open_tickets] == [(1, "灯箱不亮")]
    assert card.unpaid_orders == ("SO-3 · ¥100",)
    assert len(card.timeline) == 10
    assert card.timeline[0].at == "2026-11-03T04:00:00.000000+00:00"
    assert card.contact_id == str(known.contact_id)
    assert card.customer == "张三"


async def test_a_card_is_plain_json(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        known = await _customer(session, scope, "张三", NUMBER, account_name="盈硕", tags=("VIP",))
        draft = tickets.TicketDraft(subject="a", contact_id=known.contact_id)
        await tickets.open_ticket(session, scope, draft)
    card = await _identify(database, scope, NUMBER)
    assert json.loads(json.dumps(dataclasses.asdict(card)))["tags"] == ["VIP"]


async def test_two_contacts_on_one_number_are_both_told_and_none_is_guessed(
    database: Database, scope: Scope
) -> None:
    async with database.transaction() as session:
        await _customer(session, scope, "孙丽", "021-50311234", account_name="华晟")
        await _customer(session, scope, "周涛", "021-50311234", account_name="别家")
    card = await _identify(database, scope, "50311234")
    assert [match.name for match in card.matches] == ["周涛", "孙丽"] or [
        match.name for match in card.matches
    ] == ["孙丽", "周涛"]
    assert card.known
    assert card.contact_id is None
    assert card.account is None
    assert card.timeline == ()


async def test_contacts_of_one_account_share_what_belongs_to_it(
    database: Database, scope: Scope
) -> None:
    async with database.transaction() as session:
        first = await _customer(session, scope, "孙丽", "021-50311234", account_name="华晟")
        await _customer(session, scope, "周涛", "021-50311234", account_name="华晟")
        draft = tickets.TicketDraft(subject="停机", contact_id=first.contact_id)
        await tickets.open_ticket(session, scope, draft)
    card = await _identify(database, scope, "+862150311234")
    assert card.account is not None
    assert card.account.name == "华晟" == card.customer
    assert [ticket.subject for ticket in card.open_tickets] == ["停机"]


async def test_a_number_seen_elsewhere_is_a_maybe(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        known = await _customer(session, scope, "张三")
        session.add(
            CallerMatchRow(
                tenant_id=scope.tenant_id,
                e164=NUMBER,
                contact_id=known.contact_id,
                level="maybe",
                source="ticket",
            )
        )
    card = await _identify(database, scope, NUMBER)
    assert (card.known, card.matches[0].level, card.timeline) == (False, "maybe", ())
    async with database.transaction() as session:
        await _customer(session, scope, "李四", NUMBER)
    assert [match.name for match in (await _identify(database, scope, NUMBER)).matches] == ["李四"]


async def test_the_same_last_digits_are_a_maybe(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        await _customer(session, scope, "北京的张三", "010-65529988")
    card = await _identify(database, scope, "65529988")
    assert card.number == "+862165529988"
    assert (card.known, [match.name for match in card.matches]) == (False, ["北京的张三"])


async def test_a_short_code_is_found_as_it_is(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        await _customer(session, scope, "中国移动", "10086")
    card = await _identify(database, scope, "10086")
    assert (card.known, card.number, card.matches[0].name) == (True, "10086", "中国移动")


@pytest.mark.parametrize("number", ["", "anonymous", "unknown", "匿名"])
async def test_an_anonymous_caller_has_a_card_that_knows_nobody(
    database: Database, scope: Scope, number: str
) -> None:
    async with database.transaction() as session:
        await _customer(session, scope, "张三", NUMBER)
    card = await _identify(database, scope, number)
    assert (card.known, card.matches, card.kind) == (False, (), "anonymous")


async def test_a_card_of_another_tenant_is_never_shown(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        known = await _customer(session, scope, "张三", NUMBER)
    assert (await _identify(database, stranger, NUMBER)).matches == ()
    async with database.read() as session:
        with pytest.raises(NotFound):
            await directory.card(session, stranger, known.contact_id)


async def test_a_chosen_card_is_told_in_full(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        known = await _customer(session, scope, "张三", NUMBER)
        await timeline.note(session, scope, known.contact_id, text="偏好微信")
    async with database.read() as session:
        card = await directory.card(session, scope, known.contact_id, number=NUMBER)
    assert (card.known, card.number, card.timeline[0].summary) == (True, NUMBER, "偏好微信")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(number=st.text())
async def test_no_number_makes_the_look_up_fail(
    database: Database, scope: Scope, number: str
) -> None:
    assert not (await _identify(database, scope, number)).known


async def test_a_look_up_takes_two_queries_and_reads_indexes(
    database: Database, scope: Scope
) -> None:
    await _many(database, scope, 5_000)
    statements: list[str] = []
    async with database.read() as session:
        connection = await session.connection()

        def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        event.listen(connection.sync_connection, "before_cursor_execute", count)
        card = await directory.identify(session, scope, "+8613900000042")
        event.remove(connection.sync_connection, "before_cursor_execute", count)
        plan = await _plan(session, scope, database.is_sqlite)
    assert card.known
    assert len(statements) == 2
    for index in ("tenant_id_e164", "tenant_id_value", "tenant_id_tail"):
        assert f"ix_contact_point_{index}" in plan
    assert "SCAN contact_point" not in plan
    assert "Seq Scan on contact_point" not in plan


async def _many(database: Database, scope: Scope, count: int) -> None:
    contacts = [
        {"id": new_id(), "tenant_id": scope.tenant_id, "name": f"客户{n}"} for n in range(count)
    ]
    points = [
        {
            "id": new_id(),
            "tenant_id": scope.tenant_id,
            "contact_id": contact["id"],
            "kind": "phone",
            "value": f"+86139{n:08d}",
            "e164": f"+86139{n:08d}",
            "raw": f"139{n:08d}",
            "tail": f"{n:08d}",
        }
        for n, contact in enumerate(contacts)
    ]
    async with database.transaction() as session:
        await insert_all_once(session, ContactRow, [{**row, "row_version": 1} for row in contacts])
        await insert_all_once(session, ContactPointRow, points)
    if not database.is_sqlite:
        async with database.transaction() as session:
            await session.execute(text("ANALYZE contact_point"))


async def _plan(session: Session, scope: Scope, is_sqlite: bool) -> str:
    values = {
        "tenant": scope.tenant_id,
        "e164": "+8613900000042",
        "digits": "+8613900000042",
        "tail": "00000042",
    }
    literal = str(
        _MATCHES.params(**values).compile(
            session.get_bind(), compile_kwargs={"literal_binds": True}
        )
    )
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    rows = await session.execute(text(explain + literal.replace(":", "\\:")))
    return "\n".join(str(row) for row in rows)


async def test_customers_are_found_by_name_account_and_number(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        await _customer(session, scope, "张三", NUMBER, account_name="上海盈硕标牌")
        await _customer(session, scope, "Emma O'Brien", "+442079460101")
        await _customer(session, scope, "100%_真", "10086")
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
            await _customer(session, scope, f"客户{number // 2}")
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
        made = await _customer(session, scope, "张三", account_name="盈硕", grade="A", note="x")
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
        made = await _customer(session, scope, "张三")
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
        made = await _customer(session, scope, "张三", NUMBER, "013800138000", "021-50311234转801")
        await directory.add_contact_point(
            session, scope, made.contact_id, PointDraft(kind="mail", value="z@example.com")
        )
    async with database.transaction() as session:
        found = await directory.customer(session, scope, made.contact_id)
        assert [(point.value, point.extension) for point in found.points] == [
            (NUMBER, ""),
            ("+862150311234", "801"),
            ("z@example.com", ""),
        ]
        await directory.remove_contact_point(session, scope, found.points[0].id)
    assert (await _identify(database, scope, NUMBER)).matches == ()


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
        made = await _customer(session, scope, "张三")
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
        started_at=NOW,
        ended_at=NOW,
        outcome="abandoned_in_menu",
        caller_number="13800138000",
        dialled_number="4000",
    )
    async with database.transaction() as session:
        await calls.close_call(session, scope, closing)
    async with database.transaction() as session:
        made = await _customer(session, scope, "张三", NUMBER, account_name="盈硕")
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
        await _customer(session, scope, "孙丽", NUMBER)
        await _customer(session, scope, "周涛", NUMBER)
        closing = calls.CallClosing(
            call_id=call_id,
            direction="inbound",
            started_at=NOW,
            ended_at=NOW,
            outcome="abandoned_in_menu",
            caller_number=NUMBER,
        )
        await calls.close_call(session, scope, closing)
        await _customer(session, scope, "吴婷", NUMBER)
    async with database.read() as session:
        assert (await calls.call_detail(session, scope, call_id)).call.contact_id is None
