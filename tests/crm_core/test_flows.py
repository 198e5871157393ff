"""Flows as they are kept: drafts, versions, what is in force, canaries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from crm_core import audit, flows, people
from crm_core.database import Database
from crm_core.errors import EditedMeanwhile, InvalidValue, NotFound
from crm_core.tenancy import Scope

FIRST: dict[str, Any] = {"format": 1, "name": "hotline", "version": 1}
SECOND: dict[str, Any] = {**FIRST, "title": "new"}


@pytest.fixture
def editor(scope: Scope, agent: people.User) -> Scope:
    """The scope of a person who edits."""
    return Scope(tenant_id=scope.tenant_id, user_id=agent.id)


async def _publish_two(database: Database, editor: Scope, *, force: bool = True) -> None:
    async with database.transaction() as session:
        await flows.publish(session, editor, "hotline", FIRST, note="first")
        await flows.publish(session, editor, "hotline", SECOND, tests="- x", force=force)


async def test_what_is_published_is_what_callers_get(
    database: Database, editor: Scope, stranger: Scope
) -> None:
    await _publish_two(database, editor)
    async with database.read() as session:
        [held] = await flows.in_force(session, editor)
        assert (held.name, held.version, held.canary_version) == ("hotline", 2, None)
        versions = await flows.history(session, editor, "hotline")
        assert [(one.version, one.note, one.user_name) for one in versions] == [
            (2, "", "王敏"),
            (1, "first", "王敏"),
        ]
        assert versions[0].document["version"] == 2
        assert versions[0].tests == "- x"
        assert await flows.in_force(session, stranger) == []
        told = await audit.entries(session, editor, object_kind="flow")
    assert [entry.action for entry in told.entries] == ["flow.publish", "flow.publish"]


async def test_an_earlier_version_comes_back_without_being_written_again(
    database: Database, editor: Scope
) -> None:
    await _publish_two(database, editor)
    async with database.transaction() as session:
        held = await flows.roll_back(session, editor, "hotline", 1)
        assert held.version == 1
        assert len(await flows.history(session, editor, "hotline")) == 2
        with pytest.raises(NotFound):
            await flows.roll_back(session, editor, "hotline", 9)


async def test_a_draft_serves_nobody_until_it_is_published(
    database: Database, editor: Scope
) -> None:
    async with database.transaction() as session:
        draft = await flows.save_draft(session, editor, "night", FIRST, tests="t")
        [state] = await flows.flow_states(session, editor)
        assert (state.name, state.in_force, state.has_draft) == ("night", None, True)
        again = await flows.save_draft(
            session, editor, "night", SECOND, row_version=draft.row_version
        )
        assert (again.document, again.based_on, again.user_name) == (SECOND, 0, "王敏")
        with pytest.raises(EditedMeanwhile):
            await flows.save_draft(session, editor, "night", FIRST, row_version=draft.row_version)
        await flows.publish(session, editor, "night", SECOND, expected=0)
        assert await flows.draft_of(session, editor, "night") is None


async def test_of_two_who_publish_at_once_the_second_is_told(
    database: Database, editor: Scope
) -> None:
    await _publish_two(database, editor)
    async with database.transaction() as session:
        with pytest.raises(EditedMeanwhile, match="version 2"):
            await flows.publish(session, editor, "hotline", FIRST, expected=1)


async def test_a_canary_is_promoted(database: Database, editor: Scope) -> None:
    await _publish_two(database, editor, force=False)
    share, limit = Decimal("0.1"), Decimal("0.05")
    async with database.transaction() as session:
        held = await flows.start_canary(session, editor, "hotline", 2, share=share, limit=limit)
        assert (held.version, held.canary_version, held.canary_share) == (1, 2, share)
        held = await flows.promote_canary(session, editor, "hotline")
        assert (held.version, held.canary_version) == (2, None)
        with pytest.raises(InvalidValue, match="no canary"):
            await flows.promote_canary(session, editor, "hotline")


async def test_a_canary_taken_back_leaves_its_reason(database: Database, editor: Scope) -> None:
    await _publish_two(database, editor, force=False)
    async with database.transaction() as session:
        await flows.start_canary(
            session, editor, "hotline", 2, share=Decimal("0.5"), limit=Decimal("0.05")
        )
        held = await flows.end_canary(session, editor, "hotline", told="more callers gave up")
        again = await flows.end_canary(session, editor, "hotline", told="twice")
    assert (held.version, held.canary_version, held.told) == (1, None, "more callers gave up")
    assert again.told == "more callers gave up"


@pytest.mark.parametrize("share", ["0", "1", "1.5"])
async def test_a_canary_has_a_part_of_the_callers(
    database: Database, editor: Scope, share: str
) -> None:
    await _publish_two(database, editor, force=False)
    async with database.transaction() as session:
        with pytest.raises(InvalidValue, match="share"):
            await flows.start_canary(
                session, editor, "hotline", 2, share=Decimal(share), limit=Decimal("0.05")
            )


async def test_a_name_no_flow_can_have_is_refused(database: Database, editor: Scope) -> None:
    async with database.transaction() as session:
        with pytest.raises(InvalidValue, match="a-z"):
            await flows.save_draft(session, editor, "../etc", FIRST)
