"""Number routing as it is kept: versions, drafts, switches, block list, counters, led calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from crm_core import audit, numbers, people, queues
from crm_core.clock import utc_now
from crm_core.database import Database
from crm_core.errors import AlreadyExists, EditedMeanwhile, InvalidValue, NotFound
from crm_core.tenancy import Scope

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
FIRST: dict[str, Any] = {"format": 1, "rules": []}
SECOND: dict[str, Any] = {"format": 1, "rules": [{"id": "a"}]}


@pytest.fixture
def editor(scope: Scope, agent: people.User) -> Scope:
    """The scope of a person who edits."""
    return Scope(tenant_id=scope.tenant_id, user_id=agent.id)


async def test_the_newest_version_is_in_force_and_all_are_kept(
    database: Database, editor: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        assert await numbers.newest(session, editor, "plan", "4000") is None
        await numbers.publish(session, editor, "plan", "4000", FIRST, note="first")
        made = await numbers.publish(session, editor, "plan", "4000", SECOND, expected=1)
        await numbers.publish(session, editor, "schedule", "4000", FIRST)
    assert (made.version, made.document, made.user_name) == (2, SECOND, "王敏")
    async with database.read() as session:
        [newest] = await numbers.in_force(session, editor, "plan")
        assert (newest.version, newest.document) == (2, SECOND)
        assert [one.version for one in await numbers.history(session, editor, "plan", "4000")] == [
            2,
            1,
        ]
        first = await numbers.version_of(session, editor, "plan", "4000", 1)
        assert (first.document, first.note) == (FIRST, "first")
        with pytest.raises(NotFound):
            await numbers.version_of(session, editor, "plan", "4000", 3)
        assert await numbers.in_force(session, stranger, "plan") == []
        told = await audit.entries(session, editor, object_kind="number_plan")
    assert [entry.after for entry in told.entries] == [
        {"version": 2, "note": ""},
        {"version": 1, "note": "first"},
    ]


async def test_who_edited_an_older_version_is_told(database: Database, editor: Scope) -> None:
    async with database.transaction() as session:
        await numbers.publish(session, editor, "plan", "4000", FIRST, expected=0)
    with pytest.raises(EditedMeanwhile, match="version 1 is in force, published by 王敏"):
        async with database.transaction() as session:
            await numbers.publish(session, editor, "plan", "4000", SECOND, expected=0)
    async with database.read() as session:
        newest = await numbers.newest(session, editor, "plan", "4000")
    assert newest is not None
    assert newest.document == FIRST


async def test_a_draft_serves_nobody_and_goes_when_it_is_published(
    database: Database, editor: Scope
) -> None:
    async with database.transaction() as session:
        await numbers.publish(session, editor, "plan", "4000", FIRST)
        draft = await numbers.save_draft(session, editor, "plan", "4000", SECOND)
    assert (draft.based_on, draft.user_name) == (1, "王敏")
    async with database.transaction() as session:
        again = await numbers.save_draft(
            session, editor, "plan", "4000", {"half": "done"}, row_version=draft.row_version
        )
        assert again.document == {"half": "done"}
        [in_force] = await numbers.in_force(session, editor, "plan")
        assert in_force.document == FIRST
        assert await numbers.drafts(session, editor, "plan") == {"4000"}
    with pytest.raises(EditedMeanwhile):
        async with database.transaction() as session:
            await numbers.save_draft(
                session, editor, "plan", "4000", SECOND, row_version=draft.row_version
            )
    async with database.transaction() as session:
        await numbers.publish(session, editor, "plan", "4000", SECOND)
        assert await numbers.draft_of(session, editor, "plan", "4000") is None
        await numbers.discard_draft(session, editor, "plan", "4000")  # none: no fault


async def test_numbers_come_change_and_go(
    database: Database, editor: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        await numbers.add_did(session, editor, "4001", title="销售", flow="hotline")
        with pytest.raises(AlreadyExists):
            await numbers.add_did(session, editor, "4001", title="x", flow="hotline")
        for number, title, flow in (("4 01", "x", "f"), ("4002", "", "f"), ("4002", "x", "F!")):
            with pytest.raises(InvalidValue):
                await numbers.add_did(session, editor, number, title=title, flow=flow)
        await numbers.change_did(session, editor, "4001", title="Sales", flow="sales")
        with pytest.raises(NotFound):
            await numbers.change_did(session, stranger, "4001", title="x", flow="sales")
    async with database.transaction() as session:
        [did] = await queues.dids(session, editor)
        assert (did.title, did.flow) == ("Sales", "sales")
        await numbers.remove_did(session, editor, "4001")
        assert await queues.dids(session, editor) == []
        await numbers.add_did(session, editor, "4001", title="Again", flow="hotline")


async def test_an_emergency_closing_lasts_until_it_is_opened(
    database: Database, editor: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        await numbers.add_did(session, editor, "4000", title="x", flow="hotline")
        await numbers.close_number(session, editor, "4000", note="fire")
        await numbers.close_number(session, editor, "4000", note="fire drill")
        with pytest.raises(NotFound):
            await numbers.close_number(session, stranger, "4000")
        [closing] = await numbers.closings(session, editor)
        assert (closing.number, closing.note, closing.user_name) == ("4000", "fire drill", "王敏")
        await numbers.open_number(session, editor, "4000")
        await numbers.open_number(session, editor, "4000")
        assert await numbers.closings(session, editor) == []
        told = await audit.entries(session, editor, object_kind="number", object_id="4000")
    assert [entry.action for entry in told.entries][:3] == [
        "number.open",
        "number.close",
        "number.close",
    ]


async def test_sites_are_switched_and_the_switching_is_audited(
    database: Database, editor: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        await numbers.save_site(session, editor, "shanghai", title="上海")
        site = await numbers.save_site(session, editor, "shanghai", title="上海", up=False)
        assert not site.up
        with pytest.raises(InvalidValue):
            await numbers.save_site(session, editor, "Shang Hai", title="x")
        assert await numbers.sites(session, stranger) == []
        with pytest.raises(NotFound):
            await numbers.remove_site(session, stranger, "shanghai")
        await numbers.remove_site(session, editor, "shanghai")
        told = await audit.entries(session, editor, object_kind="site")
    assert [entry.action for entry in told.entries] == ["site.remove", "site.down"]


async def test_the_block_list_has_reasons_and_ends(
    database: Database, editor: Scope, stranger: Scope
) -> None:
    later = utc_now() + timedelta(hours=1)
    async with database.transaction() as session:
        entry = await numbers.block_number(
            session, editor, "138 0013 8000", reason="threats", until=later
        )
        assert entry.number == "+8613800138000"
        again = await numbers.block_number(session, editor, "+8613800138000", reason="worse")
        assert (again.id, again.until) == (entry.id, None)
        await numbers.block_number(session, editor, "+44*", until=later)
        for number in ("anonymous", "", "1*", "abc", "+44**"):
            with pytest.raises(InvalidValue):
                await numbers.block_number(session, editor, number)
        with pytest.raises(InvalidValue, match="over already"):
            await numbers.block_number(session, editor, "10086", until=NOON - timedelta(days=999))
    async with database.transaction() as session:
        assert {one.number for one in await numbers.blocked_numbers(session, editor)} == {
            "+8613800138000",
            "+44*",
        }
        past_the_end = await numbers.blocked_numbers(
            session, editor, at=later + timedelta(seconds=1)
        )
        assert [one.number for one in past_the_end] == ["+8613800138000"]
        with pytest.raises(NotFound):
            await numbers.unblock_number(session, stranger, entry.id)
        await numbers.unblock_number(session, editor, entry.id)
        assert len(await numbers.blocked_numbers(session, editor)) == 1


def routed(**more: Any) -> numbers.RoutedCall:
    plain: dict[str, Any] = {
        "call_id": uuid4(),
        "at": NOON,
        "caller": "+8613800138000",
        "number": "4000",
        "version": 1,
        "why": "rule",
        "rule": "night",
        "place": "rules.0.to",
        "target_kind": "queue",
        "target": "service",
        "trace": [{"place": "rules.0.when.0", "holds": True}],
    }
    return numbers.RoutedCall(**{**plain, **more})


async def test_led_calls_are_kept_once_and_remember_who_called(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    calls = [routed(at=NOON - timedelta(hours=hours)) for hours in (0, 1, 30)]
    async with database.transaction() as session:
        await numbers.keep_routed(session, scope, calls)
        await numbers.keep_routed(session, scope, [*calls, routed(caller="10086")])
    async with database.read() as session:
        since = NOON - timedelta(hours=24)
        found = await numbers.calls_before(session, scope, "+8613800138000", since=since)
        assert found == (NOON, NOON - timedelta(hours=1))
        assert await numbers.calls_before(session, stranger, "10086", since=since) == ()
        assert await numbers.routed_call(session, scope, calls[0].call_id) == calls[0]
        assert await numbers.routed_call(session, stranger, calls[0].call_id) is None


async def test_counters_are_written_over(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        await numbers.keep_counters(session, scope, {"a": {"booked": [1]}, "b": {}}, NOON)
        await numbers.keep_counters(session, scope, {"a": {"booked": [2]}}, NOON)
        await numbers.keep_counters(session, scope, {}, NOON)
    async with database.read() as session:
        assert await numbers.read_counters(session, scope) == {"a": {"booked": [2]}, "b": {}}
        assert await numbers.read_counters(session, stranger) == {}
