"""Customers by themselves: PINs that lock, cases of their own alone, scores and messages kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crm_core import directory, messages, surveys, tickets
from crm_core.database import Database
from crm_core.errors import AlreadyExists, InvalidValue, NotFound
from crm_core.ids import new_id
from crm_core.people import User
from crm_core.self_service import (
    LOCK_AFTER,
    LogIn,
    case_of,
    hash_pin,
    log_in,
    pin_hash,
    set_pin,
    try_pin,
)
from crm_core.tenancy import Scope

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


async def given_pin(
    database: Database,
    scope: Scope,
    customer: directory.Customer,
    *,
    number: str = "1001",
    pin: str = "7391",
) -> None:
    hashed = await hash_pin(pin)
    async with database.transaction() as session:
        await set_pin(session, scope, customer.contact_id, customer_number=number, hashed=hashed)


async def tried(
    database: Database, scope: Scope, pin: str, *, number: str = "1001", at: datetime = NOW
) -> str:
    return (await judged(database, scope, pin, number=number, at=at)).outcome


async def judged(
    database: Database, scope: Scope, pin: str, *, number: str = "1001", at: datetime = NOW
) -> LogIn:
    async with database.read() as session:
        against = await pin_hash(session, scope, number)
    tried = await try_pin(pin, against)
    async with database.transaction() as session:
        return await log_in(session, scope, customer_number=number, tried=tried, at=at)


async def test_the_right_pin_names_the_customer(
    database: Database, scope: Scope, customer: directory.Customer
) -> None:
    await given_pin(database, scope, customer)
    found = await judged(database, scope, "7391")
    assert (found.outcome, found.contact_id, found.name) == (
        "ok",
        customer.contact_id,
        customer.name,
    )
    assert await tried(database, scope, "7392") == "wrong"
    assert await tried(database, scope, "7391", number="9999") == "wrong"


async def test_too_many_wrong_pins_lock_the_right_one_out_for_a_while(
    database: Database, scope: Scope, customer: directory.Customer
) -> None:
    await given_pin(database, scope, customer)
    said = [await tried(database, scope, "0000") for _ in range(LOCK_AFTER)]
    assert said == ["wrong"] * (LOCK_AFTER - 1) + ["locked"]
    assert await tried(database, scope, "7391") == "locked"
    assert await tried(database, scope, "7391", at=NOW + timedelta(minutes=31)) == "ok"


async def test_pins_tried_at_once_lock_the_number_all_the_same(
    database: Database, scope: Scope, customer: directory.Customer
) -> None:
    await given_pin(database, scope, customer)
    async with database.read() as session:
        against = await pin_hash(session, scope, "1001")
    wrong, right = await try_pin("0000", against), await try_pin("7391", against)
    said = []
    for tried in (*[wrong] * LOCK_AFTER, right):  # all were compared before any was judged
        async with database.transaction() as session:
            said.append(await log_in(session, scope, customer_number="1001", tried=tried, at=NOW))
    assert [one.outcome for one in said][-2:] == ["locked", "locked"]


async def test_a_pin_that_was_changed_while_it_was_tried_does_not_fit(
    database: Database, scope: Scope, customer: directory.Customer
) -> None:
    await given_pin(database, scope, customer)
    async with database.read() as session:
        tried = await try_pin("7391", await pin_hash(session, scope, "1001"))
    await given_pin(database, scope, customer, pin="1937")
    async with database.transaction() as session:
        found = await log_in(session, scope, customer_number="1001", tried=tried, at=NOW)
    assert found.outcome == "wrong"


async def test_a_right_pin_forgives_the_wrong_ones_before(
    database: Database, scope: Scope, customer: directory.Customer
) -> None:
    await given_pin(database, scope, customer)
    for _ in range(3):
        said = [await tried(database, scope, "0000") for _ in range(LOCK_AFTER - 1)]
        assert set(said) == {"wrong"}
        assert await tried(database, scope, "7391") == "ok"


async def test_another_tenants_caller_gets_in_nowhere(
    database: Database, scope: Scope, stranger: Scope, customer: directory.Customer
) -> None:
    await given_pin(database, scope, customer)
    assert await tried(database, stranger, "7391") == "wrong"


@pytest.mark.parametrize(("number", "pin"), [("1001", "12"), ("1001", "12a4"), ("", "1234")])
async def test_what_no_telephone_can_enter_is_no_pin(
    database: Database, scope: Scope, customer: directory.Customer, number: str, pin: str
) -> None:
    with pytest.raises(InvalidValue):
        await given_pin(database, scope, customer, number=number, pin=pin)


async def test_tickets_the_system_opens_are_in_the_tenants_language(
    database: Database, scope: Scope
) -> None:
    german = {
        "Voice message from {who}": "Nachricht von {who}",
        "an unknown number": "unbekannt",
        "Low score {score}/{most}: {question}": "Note {score}/{most}: {question}",
    }
    own = replace(scope, words=lambda text: german.get(text, text))
    draft = messages.Draft(
        call_id=new_id(),
        at=NOW,
        queue="service",
        number="",
        language="de",
        file="one.wav",
        seconds=7.4,
    )
    score = surveys.Score(
        call_id=new_id(), at=NOW, flow="hotline", question="help", score=1, most=5
    )
    async with database.transaction() as session:
        await messages.keep_message(session, own, draft)
        await surveys.keep_score(session, own, score, low=True)
    async with database.read() as session:
        found = (await tickets.tickets(session, scope)).tickets
    assert {one.subject for one in found} == {"Nachricht von unbekannt", "Note 1/5: help"}


async def test_two_customers_have_two_numbers(
    database: Database, scope: Scope, customer: directory.Customer
) -> None:
    await given_pin(database, scope, customer)
    async with database.transaction() as session:
        edit = directory.CustomerEdit(name="another")
        other = await directory.save_customer(session, scope, edit)
    with pytest.raises(AlreadyExists):
        await given_pin(database, scope, other)


async def test_a_customer_hears_of_his_own_cases_alone(
    database: Database, scope: Scope, customer: directory.Customer
) -> None:
    async with database.transaction() as session:
        theirs = await tickets.open_ticket(session, scope, tickets.TicketDraft(subject="x"))
        draft = tickets.TicketDraft(subject="y", type="order", contact_id=customer.contact_id)
        own = await tickets.open_ticket(session, scope, draft)
        contact = customer.contact_id
        found = await case_of(session, scope, contact, order=True)
        assert found is not None
        assert (found.number, found.status) == (own.number, "open")
        assert await case_of(session, scope, contact, order=False) is None
        for number in (str(theirs.number), "9" * 12, "1; drop"):
            assert await case_of(session, scope, contact, order=True, number=number) is None


async def test_a_low_score_opens_one_ticket_and_a_high_one_none(
    database: Database, scope: Scope
) -> None:
    low = surveys.Score(
        call_id=new_id(), at=NOW, flow="hotline", question="satisfaction", score=1, most=5
    )
    high = surveys.Score(
        call_id=new_id(), at=NOW, flow="hotline", question="satisfaction", score=5, most=5
    )
    async with database.transaction() as session:
        assert await surveys.keep_score(session, scope, low, low=True)
        assert not await surveys.keep_score(session, scope, low, low=True)
        assert await surveys.keep_score(session, scope, high, low=False)
        end = NOW + timedelta(days=1)
        [figures] = await surveys.survey_figures(session, scope, begin=NOW, end=end)
        page = await tickets.tickets(session, scope)
    assert (figures.answers, figures.average, figures.low) == (2, 3.0, 1)
    assert [(one.type, one.priority) for one in page.tickets] == [("complaint", "high")]


async def test_a_message_waits_in_the_list_until_somebody_has_heard_it(
    database: Database, scope: Scope
) -> None:
    draft = messages.Draft(
        call_id=new_id(),
        at=NOW,
        queue="service",
        number="13800138000",
        language="zh",
        file="one.wav",
        seconds=7.5,
    )
    async with database.transaction() as session:
        assert await messages.keep_message(session, scope, draft)
        assert not await messages.keep_message(session, scope, draft)
        [message] = (await messages.messages(session, scope)).messages
        assert (message.ticket_status, message.contact_name) == ("open", "")
        unheard = messages.MessageFilters(state="unheard")
        to_do = messages.MessageFilters(state="open")
        await messages.mark_heard(session, scope, message.id)
        assert (await messages.messages(session, scope, unheard)).messages == ()
        [heard] = (await messages.messages(session, scope, to_do)).messages
        assert heard.heard_at is not None


async def test_a_message_is_seen_to_once_and_may_be_put_back(
    database: Database, scope: Scope, stranger: Scope, agent: User
) -> None:
    draft = messages.Draft(
        call_id=new_id(),
        at=NOW,
        queue="service",
        number="13800138000",
        language="zh",
        file="one.wav",
        seconds=7.5,
    )
    acting = Scope(tenant_id=scope.tenant_id, user_id=agent.id)
    to_do, done = messages.MessageFilters(state="open"), messages.MessageFilters(state="done")
    async with database.transaction() as session:
        await messages.keep_message(session, scope, draft)
        [message] = (await messages.messages(session, scope)).messages
        await messages.mark_done(session, acting, message.id, at=NOW)
        await messages.mark_done(session, scope, message.id)
        [seen_to] = (await messages.messages(session, scope, done)).messages
        assert (seen_to.done_at, seen_to.done_by) == (NOW, agent.display_name)
        await messages.mark_done(session, acting, message.id, done=False)
        [again] = (await messages.messages(session, scope, to_do)).messages
        assert again.done_at is None
        for hidden in (("sales",), ()):
            with pytest.raises(NotFound):
                await messages.message(session, scope, message.id, queues=hidden)
        with pytest.raises(NotFound):
            await messages.mark_done(session, stranger, message.id)
