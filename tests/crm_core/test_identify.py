"""Who calls: found by number however it is written, never guessed, never an error."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text, update

from crm_core import directory, tickets, timeline
from crm_core.database import Database, Session
from crm_core.directory.identify import _MATCHES
from crm_core.errors import NotFound
from crm_core.ids import new_id
from crm_core.insert_once import insert_all_once
from crm_core.tables import CallerMatchRow, CallRow, ContactPointRow, ContactRow
from crm_core.tenancy import Scope
from crm_core.testing import CALLER, NOON, add_customer


async def _identify(database: Database, scope: Scope, number: str) -> directory.CallerCard:
    async with database.read() as session:
        return await directory.identify(session, scope, number)


async def test_the_card_of_a_known_caller_tells_what_is_open(
    database: Database, scope: Scope
) -> None:
    async with database.transaction() as session:
        known = await add_customer(
            session, scope, "张三", "138 0013 8000", account_name="上海盈硕标牌", vip=True
        )
        draft = tickets.TicketDraft(subject="灯箱不亮", contact_id=known.contact_id)
        await tickets.open_ticket(session, scope, draft, at=NOON)
        for number in range(12):
            order = timeline.Happening(
                channel="order",
                subject=f"SO-{number}",
                summary="¥100",
                status="unpaid" if number == 3 else "paid",
                object_kind="order",
                object_id=str(number),
                at=NOON - timedelta(days=number),
                contact_id=known.contact_id,
                account_id=known.account.id if known.account else None,
            )
            await timeline.put_happening(session, scope, order)
    card = await _identify(database, scope, "013800138000")
    assert (card.number, card.raw_number, card.known) == (CALLER, "013800138000", True)
    assert [(match.name, match.account_name, match.vip) for match in card.matches] == [
        ("张三", "上海盈硕标牌", True)
    ]
    assert [(ticket.number, ticket.subject) for ticket in card.open_tickets] == [(1, "灯箱不亮")]
    assert card.unpaid_orders == ("SO-3 · ¥100",)
    assert len(card.timeline) == 10
    assert card.timeline[0].at == "2026-11-03T04:00:00.000000+00:00"
    assert card.contact_id == str(known.contact_id)
    assert card.customer == "张三"


async def test_the_card_tells_who_looks_after_the_customer_and_who_spoke_with_him_last(
    database: Database, scope: Scope
) -> None:
    owner, first, last, other = new_id(), new_id(), new_id(), new_id()
    async with database.transaction() as session:
        known = await add_customer(session, scope, "张三", CALLER, account_name="盈硕", vip=True)
        colleague = await add_customer(session, scope, "李四", "13900139000", account_name="盈硕")
        row = await session.get_one(ContactRow, known.contact_id)
        row.owner_id = owner
        for hours, agent, contact in (
            (5, first, known.contact_id),
            (3, last, known.contact_id),
            (2, None, known.contact_id),  # nobody answered
            (1, other, colleague.contact_id),
        ):
            session.add(
                CallRow(
                    tenant_id=scope.tenant_id,
                    call_id=new_id(),
                    direction="inbound",
                    contact_id=contact,
                    account_id=row.account_id,
                    agent_id=agent,
                    started_at=NOON - timedelta(hours=hours),
                    answered_at=NOON - timedelta(hours=hours) if agent else None,
                )
            )
    card = await _identify(database, scope, CALLER)
    assert (card.owner_agent_id, card.last_agent_id) == (str(owner), str(last))
    assert card.vip_level == 1


async def test_the_card_tells_that_a_number_is_not_to_be_called(
    database: Database, scope: Scope
) -> None:
    async with database.transaction() as session:
        await add_customer(session, scope, "张三", CALLER)
        await add_customer(session, scope, "李四", "13900139000")
    assert not (await _identify(database, scope, CALLER)).do_not_call
    async with database.transaction() as session:
        marked = update(ContactPointRow).where(ContactPointRow.value.contains(CALLER[-8:]))
        _ = await session.execute(marked.values(do_not_contact=True))
    assert (await _identify(database, scope, CALLER)).do_not_call
    assert not (await _identify(database, scope, "13900139000")).do_not_call


async def test_a_card_is_plain_json(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        known = await add_customer(
            session, scope, "张三", CALLER, account_name="盈硕", tags=("VIP",)
        )
        draft = tickets.TicketDraft(subject="a", contact_id=known.contact_id)
        await tickets.open_ticket(session, scope, draft)
    card = await _identify(database, scope, CALLER)
    assert json.loads(json.dumps(dataclasses.asdict(card)))["tags"] == ["VIP"]


async def test_two_contacts_on_one_number_are_both_told_and_none_is_guessed(
    database: Database, scope: Scope
) -> None:
    async with database.transaction() as session:
        await add_customer(session, scope, "孙丽", "021-50311234", account_name="华晟")
        await add_customer(session, scope, "周涛", "021-50311234", account_name="别家")
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
        first = await add_customer(session, scope, "孙丽", "021-50311234", account_name="华晟")
        await add_customer(session, scope, "周涛", "021-50311234", account_name="华晟")
        draft = tickets.TicketDraft(subject="停机", contact_id=first.contact_id)
        await tickets.open_ticket(session, scope, draft)
    card = await _identify(database, scope, "+862150311234")
    assert card.account is not None
    assert card.account.name == "华晟" == card.customer
    assert [ticket.subject for ticket in card.open_tickets] == ["停机"]


async def test_a_number_seen_elsewhere_is_a_maybe(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        known = await add_customer(session, scope, "张三")
        session.add(
            CallerMatchRow(
                tenant_id=scope.tenant_id,
                e164=CALLER,
                contact_id=known.contact_id,
                level="maybe",
                source="ticket",
            )
        )
    card = await _identify(database, scope, CALLER)
    assert (card.known, card.matches[0].level, card.timeline) == (False, "maybe", ())
    async with database.transaction() as session:
        await add_customer(session, scope, "李四", CALLER)
    assert [match.name for match in (await _identify(database, scope, CALLER)).matches] == ["李四"]


async def test_the_same_last_digits_are_a_maybe(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        await add_customer(session, scope, "北京的张三", "010-65529988")
    card = await _identify(database, scope, "65529988")
    assert card.number == "+862165529988"
    assert (card.known, [match.name for match in card.matches]) == (False, ["北京的张三"])


async def test_a_short_code_is_found_as_it_is(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        await add_customer(session, scope, "中国移动", "10086")
    card = await _identify(database, scope, "10086")
    assert (card.known, card.number, card.matches[0].name) == (True, "10086", "中国移动")


@pytest.mark.parametrize("number", ["", "anonymous", "unknown", "匿名"])
async def test_an_anonymous_caller_has_a_card_that_knows_nobody(
    database: Database, scope: Scope, number: str
) -> None:
    async with database.transaction() as session:
        await add_customer(session, scope, "张三", CALLER)
    card = await _identify(database, scope, number)
    assert (card.known, card.matches, card.kind) == (False, (), "anonymous")


async def test_a_card_of_another_tenant_is_never_shown(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        known = await add_customer(session, scope, "张三", CALLER)
    assert (await _identify(database, stranger, CALLER)).matches == ()
    async with database.read() as session:
        with pytest.raises(NotFound):
            await directory.card(session, stranger, known.contact_id)


async def test_a_chosen_card_is_told_in_full(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        known = await add_customer(session, scope, "张三", CALLER)
        await timeline.note(session, scope, known.contact_id, text="偏好微信")
    async with database.read() as session:
        card = await directory.card(session, scope, known.contact_id, number=CALLER)
    assert (card.known, card.number, card.timeline[0].summary) == (True, CALLER, "偏好微信")


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
