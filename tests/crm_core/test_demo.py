"""The demo: written once, the same everywhere, and whole enough to show every page."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from crm_core import billing, calls, demo, directory, queues, tickets
from crm_core.calls import CallFilters
from crm_core.database import Database
from crm_core.demo.story import Past, past
from crm_core.people import hash_password
from crm_core.phones import NumberKind, normalise
from crm_core.tenancy import Scope
from crm_core.testing import logged_in

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # Friday 16:00 in Shanghai
AGENTS = (("service", "sales"), ("service",), ("sales",))


async def test_the_demo_is_whole_and_written_once(demo_database: Database, scope: Scope) -> None:
    database = demo_database
    async with database.transaction() as session:
        again = await demo.seed(
            session, scope, await hash_password("other-password"), now=NOW, days=3
        )
    assert not again.created
    assert Counter(account.role for account in again.accounts) == {
        "agent": 4,
        "supervisor": 1,
        "admin": 1,
    }
    for account in again.accounts:
        user = await logged_in(database, scope, account.username, "canary-password")
        assert user is not None
        assert user.roles == (account.role,)
    assert await logged_in(database, scope, "wangmin", "other-password") is None
    async with database.read() as session:
        roster = await queues.roster(session, scope)
        assert [agent.extension for agent in roster] == ["1001", "1002", "1003", "1004"]
        assert roster[0].queues == ("sales", "service")
        assert {queue.name for queue in await queues.queues(session, scope)} == {
            "service",
            "sales",
        }
        assert [(did.number, did.flow) for did in await queues.dids(session, scope)] == [
            ("4000", "hotline"),
            ("4006", "hotline"),
            ("4008", "service-line"),
        ]
        assert len(await queues.not_ready_reasons(session, scope)) >= 4
        assert len(await calls.dispositions(session, scope)) >= 4
        everyone = await directory.search_customers(session, scope, limit=100)
        assert 50 <= len(everyone.customers) <= 80
        assert len((await tickets.tickets(session, scope)).tickets) >= 20


async def test_the_demo_caller_is_known_with_a_ticket_and_an_unpaid_order(
    demo_database: Database, scope: Scope
) -> None:
    cards = {}
    async with demo_database.read() as session:
        for caller in demo.CALLERS:
            cards[caller.number] = await directory.identify(session, scope, caller.number)
    known, shared, unknown, anonymous = cards.values()
    assert (known.matches[0].name, known.matches[0].account_name) == ("张三", "上海盈硕标牌")
    assert known.matches[0].vip
    assert (len(known.open_tickets), len(known.unpaid_orders)) == (1, 1)
    assert known.timeline
    assert len(shared.matches) == 2
    assert (unknown.known, unknown.kind) == (False, "mobile")
    assert (anonymous.known, anonymous.kind) == (False, "anonymous")


async def test_the_past_has_prices_outcomes_and_statements(
    demo_database: Database, scope: Scope
) -> None:
    async with demo_database.read() as session:
        page = await calls.calls(session, scope, limit=200)
        assert len(page.calls) > 10
        assert all(call.state == "closed" and call.ended_at for call in page.calls)
        assert all(call.ended_at < NOW for call in page.calls if call.ended_at)
        answered = await calls.calls(session, scope, CallFilters(outcome="answered"))
        detail = await calls.call_detail(session, scope, answered.calls[0].call_id)
        assert detail.charge is not None
        assert detail.charge.state == "rated"
        assert detail.dispositions
        assert detail.call.agent_name
        statements = await billing.statements(session, scope, month="2026-11")
        assert sum(statement.total for statement in statements) > 0


def test_no_agent_has_two_calls_at_once_and_nothing_is_in_the_future() -> None:
    story = past(NOW, days=30, agents=AGENTS, customers=40)
    for agent in range(len(AGENTS)):
        free_at = datetime.min.replace(tzinfo=UTC)
        for call in (call for call in story.calls if call.agent == agent):
            assert call.started_at >= free_at
            length = call.menu_seconds + call.waited_seconds + call.talked_seconds
            free_at = call.started_at + timedelta(seconds=length + call.wrap_up_seconds)
    assert max(state.at for state in story.states) < NOW
    assert {call.queue for call in story.calls if call.agent == 1} <= {"service", ""}


def test_the_past_is_the_same_on_every_installation_of_the_day() -> None:
    def told(story: Past) -> list[object]:
        return [*story.calls, *story.states]

    assert told(past(NOW, days=9, agents=AGENTS, customers=40)) == told(
        past(NOW, days=9, agents=AGENTS, customers=40)
    )


@pytest.mark.parametrize("caller", demo.CALLERS, ids=lambda caller: caller.label_en)
def test_each_demo_caller_can_be_dialled_as(caller: demo.DemoCaller) -> None:
    kind = normalise(caller.number).kind
    assert kind is not NumberKind.INVALID
    assert caller.label
