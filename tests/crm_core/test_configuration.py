"""The configuration: who set what when, what is in force, and that nobody overwrites unseen."""

from __future__ import annotations

import asyncio
from datetime import time
from uuid import uuid4

import pytest

from crm_core import configuration as conf
from crm_core import people, queues
from crm_core.configuration import AgentDocument, Change, Kind, QueueDocument, ReasonDocument
from crm_core.configuration.shapes import OpenHours, OpenPeriod, SeatDocument, WrapUp, WrapUpKind
from crm_core.database import Database
from crm_core.errors import AlreadyExists, EditedMeanwhile, InvalidValue, NotFound
from crm_core.tenancy import Scope


def queue_change(document: QueueDocument, expected: int, key: str = "service") -> Change:
    return Change(kind=Kind.QUEUE, key=key, document=document, expected=expected)


async def test_what_was_never_changed_is_read_off_its_rows(
    database: Database, scope: Scope, agent: people.User
) -> None:
    async with database.transaction() as session:
        await queues.add_member(
            session, scope, queue="service", agent_id=agent.agent_id, penalty=1
        )
    async with database.read() as session:
        found = await conf.in_force(session, scope)
        [version] = await conf.current(session, scope, Kind.QUEUE)
    assert found.version == 0
    assert found.queues["service"].wrap_up == WrapUp(kind=WrapUpKind.TIMED, seconds=30)
    assert found.agents[agent.agent_id].seats == [SeatDocument(queue="service", tier=2)]
    assert (version.version, version.changed_at) == (1, None)


async def test_a_change_is_a_new_version_with_who_and_when(
    database: Database, scope: Scope, agent: people.User
) -> None:
    acting = Scope(tenant_id=scope.tenant_id, user_id=agent.id)
    async with database.transaction() as session:
        before = await conf.newest(session, scope, Kind.QUEUE, "service")
        assert isinstance(before.document, QueueDocument)
        hours = OpenHours(periods=[OpenPeriod(weekday=0, since=time(9), until=time(0))])
        wanted = before.document.model_copy(update={"ring_seconds": 33, "hours": hours})
        made = await conf.save(session, acting, queue_change(wanted, 1))
    assert made.version == 2
    async with database.read() as session:
        newest, first = await conf.history(session, scope, Kind.QUEUE, "service")
        [row] = await queues.queues(session, scope)
        version = await conf.changes(session, scope)
    assert (newest.changed_by, newest.changed_by_name) == (agent.id, "王敏")
    assert newest.document == wanted
    assert (first.document, first.changed_by) == (before.document, None)
    assert row.ring_seconds == 33
    assert version == 2
    changed = {
        one.path: (one.before, one.after)
        for one in conf.difference(first.document, newest.document)
    }
    assert changed["ring_seconds"] == (20, 33)
    assert changed["hours.periods.0.since"] == (None, "09:00:00")
    assert "hours.periods" not in changed


async def test_the_second_of_two_who_edit_is_told_who_was_first(
    database: Database, scope: Scope, agent: people.User
) -> None:
    acting = Scope(tenant_id=scope.tenant_id, user_id=agent.id)
    async with database.transaction() as session:
        await conf.save(session, acting, queue_change(QueueDocument(title="一"), 1))
    with pytest.raises(EditedMeanwhile, match="王敏 changed it meanwhile"):
        async with database.transaction() as session:
            await conf.save(session, acting, queue_change(QueueDocument(title="二"), 1))
    async with database.read() as session:
        assert (await queues.queues(session, scope))[0].title == "一"


async def test_of_many_who_save_at_the_same_moment_one_wins(
    database: Database, scope: Scope, agent: people.User
) -> None:
    del agent

    async def change(title: str) -> bool:
        try:
            async with database.transaction() as session:
                await conf.save(session, scope, queue_change(QueueDocument(title=title), 1))
        except EditedMeanwhile:
            return False
        return True

    won = await asyncio.gather(*(change(f"queue {number}") for number in range(6)))
    assert won.count(True) == 1
    async with database.read() as session:
        found = await conf.history(session, scope, Kind.QUEUE, "service")
        [row] = await queues.queues(session, scope)
    assert [one.version for one in found] == [2, 1]
    assert row.title == f"queue {won.index(True)}"


async def test_rolling_back_is_a_new_version_like_the_old_one(
    database: Database, scope: Scope, agent: people.User
) -> None:
    del agent
    async with database.transaction() as session:
        await conf.save(session, scope, queue_change(QueueDocument(title="新"), 1))
        again = queue_change(QueueDocument(title="unused"), 2)
        made = await conf.roll_back(session, scope, again, to_version=1)
        assert made.version == 3
        with pytest.raises(NotFound):
            await conf.roll_back(session, scope, queue_change(again.document, 3), to_version=9)
    async with database.read() as session:
        assert (await queues.queues(session, scope))[0].title == "服务热线"


async def test_a_new_queue_is_there_and_an_archived_one_is_not(
    database: Database, scope: Scope, agent: people.User
) -> None:
    async with database.transaction() as session:
        await conf.save(session, scope, queue_change(QueueDocument(title="维修"), 0, "repair"))
        with pytest.raises(AlreadyExists):
            await conf.save(session, scope, queue_change(QueueDocument(title="x"), 0, "repair"))
        await queues.add_member(session, scope, queue="repair", agent_id=agent.agent_id)
        assert "repair" in (await conf.in_force(session, scope)).queues
        gone = Change(
            kind=Kind.QUEUE,
            key="repair",
            document=QueueDocument(title="维修"),
            expected=1,
            archived=True,
        )
        await conf.save(session, scope, gone)
        found = await conf.in_force(session, scope)
    assert "repair" not in found.queues
    assert found.agents[agent.agent_id].seats == []
    async with database.transaction() as session:
        await conf.roll_back(
            session, scope, queue_change(gone.document, 2, "repair"), to_version=1
        )
        found = await conf.in_force(session, scope)
    assert [seat.queue for seat in found.agents[agent.agent_id].seats] == ["repair"]


async def test_an_agent_keeps_skills_seats_name_and_extension(
    database: Database, scope: Scope, agent: people.User
) -> None:
    wanted = AgentDocument(
        name="王小敏",
        extension="1011",
        seats=[SeatDocument(queue="service", tier=3, weight=5, delay_seconds=10)],
        skills={"language:zh": 9, "tech": 2},
        missed_limit=2,
        blended=True,
    )
    change = Change(kind=Kind.AGENT, key=agent.agent_id, document=wanted, expected=1)
    async with database.transaction() as session:
        await conf.save(session, scope, change)
    async with database.read() as session:
        found = await conf.in_force(session, scope)
        user = await people.user(session, scope, agent.id)
        [member] = await queues.queue_members(session, scope)
    assert found.agents[agent.agent_id] == wanted
    assert user is not None
    assert (user.display_name, user.extension) == ("王小敏", "1011")
    assert member.penalty == 2


async def test_an_agent_cannot_sit_in_a_queue_that_is_not_there_or_take_a_used_extension(
    database: Database, scope: Scope, agent: people.User
) -> None:
    async with database.transaction() as session:
        await people.create_user(
            session,
            scope,
            username="bo",
            display_name="Bo",
            hashed=await people.hash_password("canary-horse"),
            roles=["agent"],
            extension="1002",
        )
    for document, error in (
        (
            AgentDocument(name="x", extension="1001", seats=[SeatDocument(queue="nowhere")]),
            InvalidValue,
        ),
        (AgentDocument(name="x", extension="1002"), AlreadyExists),
    ):
        change = Change(kind=Kind.AGENT, key=agent.agent_id, document=document, expected=1)
        with pytest.raises(error):
            async with database.transaction() as session:
                await conf.save(session, scope, change)


async def test_an_archived_agent_takes_no_calls_and_logs_in_no_more(
    database: Database, scope: Scope, agent: people.User
) -> None:
    document = AgentDocument(name="王敏", extension="1001")
    async with database.transaction() as session:
        change = Change(
            kind=Kind.AGENT, key=agent.agent_id, document=document, expected=1, archived=True
        )
        await conf.save(session, scope, change)
        user = await people.user(session, scope, agent.id)
        assert user is not None
        assert user.status == "disabled"
        assert (await conf.in_force(session, scope)).agents == {}


async def test_skills_and_reasons_have_versions_too(database: Database, scope: Scope) -> None:
    skill = Change(
        kind=Kind.SKILL,
        key="language:zh",
        document=conf.SkillDocument(title="中文", title_en="Chinese"),
        expected=0,
    )
    lunch = ReasonDocument(label="用餐", label_en="Lunch", paid=False, max_seconds=1800)
    reason = Change(kind=Kind.REASON, key="lunch", document=lunch, expected=0)
    async with database.transaction() as session:
        await conf.save(session, scope, skill)
        await conf.save(session, scope, reason)
    async with database.read() as session:
        found = await conf.in_force(session, scope)
        [shown] = await queues.not_ready_reasons(session, scope)
    assert list(found.skills) == ["language:zh"]
    assert found.reasons["lunch"] == lunch
    assert (shown.code, shown.label) == ("lunch", "用餐")


async def test_another_tenant_sees_and_changes_nothing(
    database: Database, scope: Scope, stranger: Scope, agent: people.User
) -> None:
    del scope
    async with database.transaction() as session:
        assert await conf.current(session, stranger) == []
        with pytest.raises(NotFound):
            await conf.save(session, stranger, queue_change(QueueDocument(title="x"), 1))
        document = AgentDocument(name="x", extension="1001")
        for key in (agent.agent_id, str(uuid4()), "no id"):
            change = Change(kind=Kind.AGENT, key=key, document=document, expected=0)
            with pytest.raises(NotFound):
                await conf.save(session, stranger, change)
