"""What is known of a caller goes with his call: into its place in line, through every wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from acd import commands as ask
from acd.board import Brief, KnownCall, QueueSettings
from acd.board.settings import RequirementStep
from acd.briefing import brief_from, brief_of
from acd.effects import OfferCall
from acd.testing import Shift, call_id, roster
from crm_core.contexts import CallContexts
from crm_core.directory import CallerCard
from crm_core.directory.card import CardAccount, CardMatch
from cti import events as cti

ONE = {"1001": ("service",)}


def vip_card(*, level: int = 3) -> CallerCard:
    account = CardAccount(
        account_id=str(UUID(int=6)),
        name="盈硕",
        kind="organisation",
        grade="A",
        vip_level=level,
        industry="",
        region="",
    )
    match = CardMatch(
        contact_id=str(UUID(int=5)),
        account_id=account.account_id,
        name="张三",
        account_name="盈硕",
        grade="A",
        vip=True,
        level="known",
    )
    return CallerCard(
        number="1",
        raw_number="1",
        kind="mobile",
        known=True,
        matches=(match,),
        account=account,
        owner_agent_id="1002",
        last_agent_id="1001",
    )


def test_a_number_that_is_not_to_be_called_is_known_to_the_queue() -> None:
    card = CallerCard(number="1", raw_number="1", kind="mobile")
    assert not brief_from(card, {}, queued_with=0).do_not_call
    assert brief_from(replace(card, do_not_call=True), {}, queued_with=0).do_not_call


def served(shift: Shift) -> list[int]:
    return [offer.call_id.int - 1 for offer in shift.asked(OfferCall)]


def brief(shift: Shift, number: int, **known: object) -> None:
    shift.board.brief(call_id(number), Brief(**known), shift.now)


@pytest.mark.parametrize("when", ["before_the_call", "in_the_menu", "while_waiting"])
def test_a_brief_gives_the_place_whenever_it_comes(when: str) -> None:
    shift = Shift(roster(agents=ONE)).start()
    shift.enter(1)
    if when == "before_the_call":
        brief(shift, 2, priority=2)
    shift.arrive(2)
    if when == "in_the_menu":
        brief(shift, 2, priority=2)
    shift.queue(2)
    if when == "while_waiting":
        brief(shift, 2, priority=2)
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    assert served(shift) == [2]


def test_a_brief_outlives_our_restart_with_the_call() -> None:
    shift = Shift(roster(agents=ONE))
    since = shift.at - timedelta(seconds=30)
    known = Brief(priority=5)
    shift.board.remember(
        [
            KnownCall(call_id=call_id(1), queue="service", queued_at=since),
            KnownCall(call_id=call_id(2), queue="service", queued_at=shift.at, brief=known),
        ]
    )
    live = [
        cti.LiveCall(
            call_id=call_id(number),
            channel=f"PJSIP/trunk-{number}",
            uniqueid=f"1.{number}",
            stage=cti.CallStage.WAITING,
            direction=cti.Direction.INBOUND,
            caller_number="1",
            caller_name="",
            dialled_number="",
            queue="service",
        )
        for number in (1, 2)
    ]
    shift.hear(
        cti.Resynced(
            at=shift.at,
            epoch=1,
            restarted=False,
            calls=tuple(live),
            devices={"PJSIP/agent-1001": cti.DeviceState.NOT_INUSE},
        )
    )
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    assert served(shift) == [2]


def test_a_queue_may_have_a_priority_of_its_own() -> None:
    queues = (QueueSettings(name="service"), QueueSettings(name="vip", priority=1))
    shift = Shift(roster(agents={"1001": ("service", "vip")}, queues=queues)).start()
    shift.enter(1, "service")
    shift.enter(2, "vip")
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    assert served(shift) == [2]


def test_the_card_becomes_priority_owner_and_last_agent() -> None:
    known = brief_from(vip_card(), {}, queued_with=0)
    assert known == Brief(priority=3, owner="1002", last_agent="1001")
    assert brief_from(vip_card(level=0), {}, queued_with=0).priority == 1  # marked VIP himself
    assert brief_from(None, {}, queued_with=0) == Brief()


def test_the_flows_words_become_steps_and_priority() -> None:
    contexts = CallContexts()
    contexts.put(call_id(1), {"requirements": "tech>=2 for 20 s then tech", "priority": "4"})
    steps = (RequirementStep(needs="tech>=2", seconds=20), RequirementStep(needs="tech>=1"))
    assert brief_of(contexts.get(call_id(1)), queued_with=0) == Brief(steps=steps, priority=4)
    assert (
        brief_of(contexts.get(call_id(1)), queued_with=4).priority == 0
    )  # told twice, counts once
    assert brief_of(None, queued_with=0) == Brief()


@pytest.mark.parametrize("words", [{"requirements": "tech >>"}, {"priority": "much"}])
def test_words_that_mean_nothing_leave_the_call_to_its_queue(words: dict[str, str]) -> None:
    assert brief_from(None, words, queued_with=0) == Brief()


def test_nobody_waits_for_an_owner_who_is_moved_to_another_queue() -> None:
    service = QueueSettings(name="service", owner_seconds=60)
    staff = {"1001": ("service",), "1002": ("service",)}
    shift = Shift(roster(agents=staff, queues=(service, QueueSettings(name="sales"))))
    shift.start(ready=("1001", "1002"))
    shift.enter(1)
    shift.ring(1, "1001")
    shift.answer(1, "1001")
    shift.effects.clear()
    brief(shift, 2, owner="1001")
    shift.enter(2)
    assert served(shift) == []
    shift.give(ask.AssignQueues(agent_id="1001", queues=("sales",), by="lead"))
    shift.wait(0)
    assert served(shift) == [2]
