"""Stories of a link that was lost and made again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from acd import commands as ask
from acd.board import AgentSettings, KnownCall, Roster
from acd.effects import MirrorReadiness, OfferCall, ReturnToWait, TakeBack, WithdrawPop
from acd.notices import AgentState, CallGone, CallState, FeedFresh, FeedStale
from acd.testing import Shift, call_id, phone, roster
from cti import events as cti

AGENTS = {"1001": ("service",), "1002": ("service",)}
STAGE = cti.CallStage


def floor(*ready: str) -> Shift:
    return Shift(roster(agents=AGENTS)).start(ready=ready)


def lose_link(shift: Shift) -> None:
    shift.hear(cti.LinkLost(at=shift.at))


def live(number: int, stage: cti.CallStage, *, agent: str = "", queue: str = "") -> cti.LiveCall:
    return cti.LiveCall(
        call_id=call_id(number),
        channel=f"PJSIP/trunk-{number:08x}",
        uniqueid=f"1700000000.{number}",
        stage=stage,
        direction=cti.Direction.INBOUND,
        caller_number="13800138000",
        caller_name="",
        dialled_number="4000",
        queue=queue,
        device=phone(agent) if agent else "",
    )


def resync(
    shift: Shift,
    *calls: cti.LiveCall,
    restarted: bool = False,
    settling: bool = False,
    **phones: str,
) -> None:
    devices = {phone(a): cti.DeviceState.NOT_INUSE for a in AGENTS}
    devices |= {phone(a.removeprefix("a")): cti.DeviceState(s) for a, s in phones.items()}
    shift.hear(
        cti.Resynced(
            at=shift.at,
            epoch=2,
            restarted=restarted,
            calls=calls,
            devices=devices,
            settling=settling,
        )
    )


def lent(number: int) -> cti.LiveCall:
    return replace(live(number, cti.CallStage.WAITING, queue="service"), fallback=True)


def queued_by_asterisk(shift: Shift, number: int) -> None:
    shift.hear(
        cti.CallQueued(
            at=shift.at,
            call_id=call_id(number),
            channel=f"PJSIP/trunk-{number:08x}",
            queue="service",
            fallback=True,
        )
    )


def test_before_the_first_word_of_asterisk_nobody_is_offered_anything() -> None:
    shift = Shift(roster(agents=AGENTS))
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    shift.phone("1001", cti.DeviceState.NOT_INUSE)
    shift.enter(1)
    assert shift.asked(OfferCall) == []


def test_without_the_link_nothing_is_offered_and_the_desktops_are_told() -> None:
    shift = floor("1001")
    lose_link(shift)
    lose_link(shift)
    assert len(shift.told(FeedStale)) == 1
    shift.enter(1)
    assert shift.asked(OfferCall) == []
    reply = shift.give(ask.DialOut(agent_id="1001", number="13900139000"))
    assert isinstance(reply, ask.Refused)
    assert reply.code == "engine_unavailable"


def test_with_the_link_back_the_queue_keeps_its_waits_and_places() -> None:
    shift = floor()
    shift.enter(1)
    shift.enter(2)
    queued_at = shift.call(1).queued_at  # type: ignore[union-attr]
    lose_link(shift)
    shift.wait(60)
    resync(shift, live(2, STAGE.WAITING, queue="service"), live(1, STAGE.WAITING, queue="service"))
    assert shift.told(FeedFresh) == [FeedFresh()]
    assert shift.call(1).queued_at == queued_at  # type: ignore[union-attr]
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    assert shift.asked(OfferCall)[0].call_id == call_id(1)
    assert shift.queue_row().offered_today == 2


def test_a_new_engine_takes_waits_and_places_from_the_store() -> None:
    shift = Shift(roster(agents=AGENTS))
    early = shift.at - timedelta(seconds=90)
    shift.board.remember(
        [KnownCall(call_id=call_id(2), queue="service", queued_at=early, priority=0)]
    )
    resync(shift, live(1, STAGE.WAITING, queue="service"), live(2, STAGE.WAITING, queue="service"))
    assert shift.call(2).queued_at == early  # type: ignore[union-attr]
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    assert shift.asked(OfferCall)[0].call_id == call_id(2)


def test_an_offer_that_went_unseen_is_taken_back() -> None:
    shift = floor("1001")
    shift.enter(1)
    lose_link(shift)
    resync(shift, live(1, STAGE.WAITING, queue="service"), a1001="UNAVAILABLE")
    assert shift.asked(WithdrawPop)[0].agent_id == "1001"
    assert shift.call(1).state is CallState.WAITING  # type: ignore[union-attr]


def test_a_call_answered_while_we_were_blind_is_shown_with_its_agent() -> None:
    shift = floor("1001")
    shift.enter(1)
    lose_link(shift)
    resync(shift, live(1, STAGE.TALKING, agent="1001"), a1001="INUSE")
    assert shift.agent("1001").state is AgentState.TALKING
    assert shift.asked(WithdrawPop) == []
    assert shift.queue_row().answered_today == 1


def test_a_talk_that_ended_while_we_were_blind_frees_the_agent() -> None:
    shift = floor("1001")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.answer(1, "1001")
    lose_link(shift)
    resync(shift)
    shift.end(1)
    assert shift.agent("1001").state is AgentState.READY
    assert shift.board.calls() == []
    assert [gone.outcome for gone in shift.told(CallGone)] == ["answered"]


def test_a_caller_who_vanished_while_we_were_blind_is_not_offered_to_anybody() -> None:
    shift = floor()
    shift.enter(1)
    lose_link(shift)
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    resync(shift)
    assert shift.asked(OfferCall) == []
    shift.wait(1.1)  # and should nobody tell how he ended, he is closed all the same
    assert [gone.outcome for gone in shift.told(CallGone)] == ["failed"]
    assert shift.queue_row().abandoned_today == 1


def test_a_talk_that_goes_on_stays_as_it_was() -> None:
    shift = floor("1001")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.answer(1, "1001")
    before = shift.agent("1001")
    lose_link(shift)
    resync(shift, live(1, STAGE.TALKING, agent="1001"), a1001="INUSE")
    assert shift.agent("1001") == before


def test_who_let_a_call_ring_goes_behind_others_who_come_free_with_the_link() -> None:
    staff = roster(agents=AGENTS)
    patient = tuple(replace(agent, missed_limit=3) for agent in staff.agents)
    shift = Shift(replace(staff, agents=patient)).start(ready=("1001",))
    shift.enter(1)
    shift.ring(1, "1001")
    shift.phone("1001", cti.DeviceState.UNAVAILABLE)
    shift.miss(1, "1001")
    lose_link(shift)
    shift.wait(5)
    shift.give(ask.SignIn(agent_id="1002"))
    shift.ready("1002")  # later than the other
    shift.effects.clear()
    resync(shift, live(1, cti.CallStage.WAITING, queue="service"))
    assert [offer.agent_id for offer in shift.asked(OfferCall)] == ["1002"]


def test_an_agent_who_calls_out_is_in_his_call_though_it_only_rings_outside_yet() -> None:
    shift = floor("1001")
    calling = replace(
        live(1, cti.CallStage.RINGING),
        channel=f"{phone('1001')}-1",
        direction=cti.Direction.OUTBOUND,
        device="PJSIP/trunk",
        there=((phone("1001"), f"{phone('1001')}-1"),),
    )
    lose_link(shift)
    resync(shift, calling, a1001="INUSE")
    assert shift.agent("1001").state is AgentState.TALKING
    lose_link(shift)
    shift.hear(
        cti.Resynced(
            at=shift.at,
            epoch=3,
            restarted=False,
            calls=(calling,),
            devices={phone("1001"): cti.DeviceState.INUSE},
        )
    )
    assert shift.agent("1001").state is AgentState.TALKING
    assert shift.agent("1001").call_id == call_id(1)


def test_a_phone_that_rings_when_a_new_engine_looks_is_adopted() -> None:
    shift = Shift(roster(agents=AGENTS))
    resync(shift, live(1, STAGE.RINGING, agent="1001", queue="service"), a1001="RINGING")
    assert shift.agent("1001").state is AgentState.OFFERED


def test_when_asterisk_was_restarted_all_calls_are_closed() -> None:
    shift = floor("1001")
    shift.enter(1)
    shift.enter(2)
    lose_link(shift)
    resync(shift, restarted=True)
    for number in (1, 2):
        shift.end(number, cti.Outcome.LOST_TO_RESTART)
    assert shift.board.calls() == []
    assert shift.agent("1001").state is AgentState.READY


def test_phones_that_the_snapshot_does_not_name_are_not_rung() -> None:
    shift = floor("1001")
    shift.hear(cti.Resynced(at=shift.at, epoch=2, restarted=False))
    shift.enter(1)
    assert shift.asked(OfferCall) == []


def test_readiness_is_mirrored_again_after_each_resync() -> None:
    shift = floor("1001")
    lose_link(shift)
    resync(shift)
    told = {m.device: m.paused for m in shift.asked(MirrorReadiness)}
    assert told == {phone("1001"): False, phone("1002"): True}


def test_a_new_roster_counts_from_the_very_next_call() -> None:
    shift = floor("1001", "1002")
    moved = Roster(
        queues=roster(agents={"1001": ("service", "sales")}).queues,
        agents=(AgentSettings(agent_id="1001", name="m", extension="1001", queues=("sales",)),),
    )
    shift.effects += shift.board.configure(moved, shift.now)
    shift.enter(1, "service")
    assert shift.asked(OfferCall) == []
    shift.enter(2, "sales")
    assert shift.asked(OfferCall)[0].agent_id == "1001"
    assert [row.agent_id for row in shift.board.agents()] == ["1001"]


def test_a_caller_whom_asterisks_own_queue_held_is_taken_back_in_his_place() -> None:
    shift = floor("1001")
    lose_link(shift)
    resync(shift, lent(1))
    assert [one.queue for one in shift.asked(TakeBack)] == ["service"]
    shift.wait(20)
    assert shift.asked(ReturnToWait) == shift.asked(OfferCall) == []
    shift.enter(1)
    assert [one.call_id for one in shift.asked(OfferCall)] == [call_id(1)]


def test_a_caller_whom_asterisks_own_queue_joins_meanwhile_stays_in_that_talk() -> None:
    shift = floor("1001", "1002")
    lose_link(shift)
    resync(shift, lent(1))
    shift.answer(1, "1001")
    shift.wait(5)
    assert shift.asked(ReturnToWait) == shift.asked(OfferCall) == []
    assert shift.agent("1001").state is AgentState.TALKING


def test_a_caller_who_falls_to_asterisks_own_queue_is_asked_back_and_not_offered() -> None:
    shift = floor("1001")
    shift.arrive(1)
    queued_by_asterisk(shift, 1)
    assert [one.call_id for one in shift.asked(TakeBack)] == [call_id(1)]
    assert shift.asked(OfferCall) == []
    shift.queue(1)
    assert [one.call_id for one in shift.asked(OfferCall)] == [call_id(1)]


def test_a_ring_that_asterisks_own_queue_began_and_that_is_vain_ends_with_his_return() -> None:
    shift = floor("1001", "1002")
    lose_link(shift)
    rings = replace(lent(1), stage=STAGE.RINGING, device=phone("1001"))
    resync(shift, rings, a1001="RINGING")
    assert shift.agent("1001").state is AgentState.OFFERED
    shift.miss(1, "1001")
    shift.wait(5)
    assert shift.asked(OfferCall) == shift.asked(ReturnToWait) == []
    shift.queue(1)
    assert [one.agent_id for one in shift.asked(OfferCall)] == ["1002"]


def test_nothing_is_said_to_a_caller_whom_asterisks_own_queue_has() -> None:
    shift = floor()
    shift.enter(1)
    assert shift.board.waits(call_id(1))
    queued_by_asterisk(shift, 1)
    assert not shift.board.waits(call_id(1))
    shift.queue(1)
    assert shift.board.waits(call_id(1))


def test_nobody_is_offered_before_what_happened_during_the_look_is_told() -> None:
    shift = floor("1001", "1002")
    lose_link(shift)
    waits = live(1, STAGE.WAITING, queue="service")
    resync(shift, waits, settling=True)
    assert (shift.asked(OfferCall), shift.told(FeedFresh)) == ([], [])
    shift.answer(1, "1001")
    shift.hear(cti.Settled(at=shift.at))
    assert shift.asked(OfferCall) == []
    assert shift.board.stale_since is None
    assert shift.agent("1001").state is AgentState.TALKING
    shift.enter(2)
    assert [one.agent_id for one in shift.asked(OfferCall)] == ["1002"]


def test_once_settled_everybody_is_served() -> None:
    shift = floor("1001")
    lose_link(shift)
    resync(shift, live(1, STAGE.WAITING, queue="service"), settling=True)
    shift.hear(cti.Settled(at=shift.at))
    assert [one.call_id for one in shift.asked(OfferCall)] == [call_id(1)]
