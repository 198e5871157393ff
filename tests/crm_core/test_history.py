"""Timeline and audit: what happened stays readable, page by page, for its tenant alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from crm_core import audit, directory, timeline
from crm_core.database import Database
from crm_core.errors import InvalidValue, NotFound
from crm_core.tenancy import Scope
from crm_core.timeline import Happening

NOW = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


async def test_an_audit_entry_tells_who_did_what_without_secrets(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    by = replace(scope, user_id=uuid4())
    async with database.transaction() as session:
        await audit.note(
            session,
            by,
            action="user.password",
            object_kind="user",
            object_id=by.user_id,
            before={"status": "active"},
            after={"status": "active", "password": "canary-password", "odd\x00": "\ud800"},
            request_id="r-1",
            address="127.0.0.1",
        )
        await audit.note(session, by, action="x", object_kind="y", object_id=1)
    async with database.read() as session:
        page = await audit.entries(session, scope, user_id=by.user_id)
        entry = (await audit.entries(session, scope, object_kind="user")).entries[0]
        assert (await audit.entries(session, stranger)).entries == ()
    assert len(page.entries) == 2
    assert (entry.user_id, entry.object_id, entry.request_id) == (
        by.user_id,
        str(by.user_id),
        "r-1",
    )
    assert entry.before == {"status": "active"}
    assert "canary" not in str(entry)


async def test_an_act_that_fails_leaves_no_audit_entry(database: Database, scope: Scope) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await audit.note(session, scope, action="x", object_kind="y", object_id=1)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.read() as session:
        assert (await audit.entries(session, scope)).entries == ()


async def test_the_audit_goes_on_where_it_ended(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        for number in range(5):
            at = NOW + timedelta(seconds=number // 2)
            await audit.note(session, scope, action="a", object_kind="o", object_id=number, at=at)
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        async with database.read() as session:
            page = await audit.entries(session, scope, limit=2, cursor=cursor)
        seen += [entry.object_id for entry in page.entries]
        cursor = page.next_cursor
    assert (sorted(seen), cursor) == (["0", "1", "2", "3", "4"], None)


async def test_a_timeline_goes_on_where_it_ended(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    async with database.transaction() as session:
        edit = directory.CustomerEdit(name="张三")
        made = await directory.save_customer(session, scope, edit)
        for number in range(7):
            happening = Happening(
                channel="mail" if number % 2 else "visit",
                subject=f"{number}",
                object_kind="test",
                object_id=str(number),
                at=NOW + timedelta(seconds=number // 2),
                contact_id=made.contact_id,
            )
            await timeline.put_happening(session, scope, happening)
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        async with database.read() as session:
            page = await timeline.timeline(
                session, scope, contact_id=made.contact_id, limit=3, cursor=cursor
            )
        seen += [item.subject for item in page.items]
        cursor = page.next_cursor
    assert (sorted(seen), seen[0], cursor) == ([str(n) for n in range(7)], "6", None)
    async with database.read() as session:
        mails = await timeline.timeline(session, scope, channel="mail")
        assert len(mails.items) == 3
        assert (await timeline.timeline(session, stranger)).items == ()


async def test_the_same_object_told_again_is_brought_up_to_date(
    database: Database, scope: Scope
) -> None:
    order = Happening(
        channel="order",
        subject="SO-1",
        status="unpaid",
        object_kind="order",
        object_id="1",
        at=NOW,
    )
    async with database.transaction() as session:
        first = await timeline.put_happening(session, scope, order)
        second = await timeline.put_happening(session, scope, replace(order, status="paid"))
        await timeline.link(session, scope, first, object_kind="call", object_id="x")
        await timeline.link(session, scope, first, object_kind="call", object_id="x")
        page = await timeline.timeline(session, scope)
    assert first == second
    assert [item.status for item in page.items] == ["paid"]


async def test_a_note_needs_a_customer_and_words(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        edit = directory.CustomerEdit(name="张三")
        made = await directory.save_customer(session, scope, edit)
    for contact_id, words, error in (
        (uuid4(), "x", NotFound),
        (made.contact_id, " \x00 ", InvalidValue),
    ):
        with pytest.raises(error):
            async with database.transaction() as session:
                await timeline.note(session, scope, contact_id, text=words)
