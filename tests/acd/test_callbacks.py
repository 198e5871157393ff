"""A callback keeps its place, and is dialled once when an agent is really reserved for it."""

from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID

import pytest

from acd import commands as ask
from acd.board import AttemptOutcome, QueueSettings, WrapUpKind, WrapUpRule
from acd.board.model import Moment
from acd.board.promised import KnownCallback
from acd.board.settings import CallbackOrder, CallbackRule, Hours, Period, Seat, Strategy
from acd.effects import (
    DialCallback,
    HangUpCall,
    KeepCallback,
    OfferCall,
    PopScreen,
    PutCallData,
    ReturnToWait,
    Tell,
    WithdrawPop,
)
from acd.notices import AgentChanged, AgentState, CallState
from acd.testing import Shift, call_id, phone, roster
from cti import events as cti

RULE = CallbackRule(offered=True, tries=2, retry_seconds=600)
NUMBER = "13800138000"
ALWAYS = Hours()
TRUNK = "PJSIP/trunk"


def shift(
    *, ready: tuple[str, ...] = (), rule: CallbackRule = RULE, hours: Hours = ALWAYS
) -> Shift:
    queue = QueueSettings(name="service", callback=rule, hours=hours)
    staff = {"1001": ("service",), "1002": ("service",)}
    return Shift(roster(agents=staff, queues=(queue,))).start(ready=ready)


def own(number: int) -> UUID:
    return UUID(int=0xCA11 << 64 | number)


def keep_place(day: Shift, number: int) -> ask.Reply:
    """The caller keeps his place and hangs up."""
    wish = ask.RequestCallback(
        callback_id=own(number), call_id=call_id(number), number=f"1380013800{number}"
    )
    reply = day.give(wish)
    if isinstance(reply, ask.Accepted):
        day.end(number, cti.Outcome.OVERFLOWED)
    return reply


def is_made(day: Shift, dial: DialCallback, *, device: str = "") -> None:
    day.hear(
        cti.CallOffered(
            at=day.at,
            call_id=dial.call_id,
            channel="PJSIP/first-0001",
            uniqueid=dial.uniqueid,
            direction=cti.Direction.OUTBOUND,
            caller_number="",
            caller_name="",
            dialled_number=dial.kept.number,
            device=device,
        )
    )


def rings(day: Shift, dial: DialCallback, device: str) -> None:
    day.hear(cti.AgentRinging(at=day.at, call_id=dial.call_id, device=device, channel="c"))


def answers(day: Shift, dial: DialCallback, device: str) -> None:
    day.hear(
        cti.CallAnswered(at=day.at, call_id=dial.call_id, device=device, channel=f"{device}-1")
    )


def lets_it_ring(day: Shift, dial: DialCallback, agent: str) -> None:
    reason = cti.MissReason.NO_ANSWER
    day.hear(
        cti.AgentMissedCall(at=day.at, call_id=dial.call_id, device=phone(agent), reason=reason)
    )


def ends(day: Shift, dial: DialCallback, outcome: cti.Outcome = cti.Outcome.ANSWERED) -> None:
    day.hear(
        cti.CallEnded(
            at=day.at,
            call_id=dial.call_id,
            outcome=outcome,
            hung_up_by=cti.Party.AGENT,
            cause=16,
        )
    )


def dials(day: Shift) -> list[DialCallback]:
    return day.asked(DialCallback)


def kept(day: Shift) -> list[str]:
    return [one.kept.state for one in day.asked(KeepCallback)]


def test_a_callback_stands_where_its_caller_stood() -> None:
    day = shift()
    for number in range(3):
        day.enter(number)
    keep_place(day, 1)
    assert (day.queue_row().waiting, day.queue_row().callbacks) == (2, 1)
    for agent in ("1001", "1002"):
        day.give(ask.SignIn(agent_id=agent))
        day.ready(agent)
    assert [one.call_id for one in day.asked(OfferCall)] == [call_id(0)]
    assert [one.kept.callback_id for one in dials(day)] == [own(1)]
    day.ready("1001")
    assert len(day.asked(OfferCall)) == 1, "who came behind overtook nobody"


def test_nobody_is_dialled_before_an_agent_is_reserved() -> None:
    day = shift()
    day.enter(0)
    keep_place(day, 0)
    day.wait(3600)
    assert dials(day) == []
    assert kept(day) == ["waiting"]


def test_agent_first_both_talk_once_and_the_place_is_given_up() -> None:
    day = shift()
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    [dial] = dials(day)
    assert dial.agent_first
    assert [one.call_id for one in day.asked(PopScreen)] == [dial.call_id]
    assert day.agent("1001").state is AgentState.OFFERED
    is_made(day, dial, device=phone("1001"))
    rings(day, dial, phone("1001"))
    answers(day, dial, phone("1001"))
    assert day.agent("1001").state is AgentState.TALKING
    rings(day, dial, TRUNK)
    answers(day, dial, TRUNK)
    ends(day, dial)
    assert kept(day) == ["waiting", "dialling", "talking", "done"]
    assert day.asked(KeepCallback)[-1].ended == (1, "connected")
    day.phone("1001", cti.DeviceState.NOT_INUSE)
    day.wait(3600)
    assert len(dials(day)) == 1
    assert day.queue_row().callbacks == 0


def test_customer_first_the_agent_is_rung_when_the_customer_has_answered() -> None:
    rule = CallbackRule(offered=True, order=CallbackOrder.CUSTOMER_FIRST)
    day = shift(rule=rule)
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    [dial] = dials(day)
    is_made(day, dial)
    rings(day, dial, TRUNK)
    day.wait(30)
    answers(day, dial, TRUNK)
    assert day.agent("1001").state is AgentState.OFFERED, "he stays reserved"
    rings(day, dial, phone("1001"))
    answers(day, dial, phone("1001"))
    assert day.agent("1001").state is AgentState.TALKING
    ends(day, dial)
    assert kept(day)[-1] == "done"


def test_a_customer_who_does_not_answer_is_tried_again_by_the_rule_and_then_given_up() -> None:
    day = shift()
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    for attempt in (1, 2):
        dial = dials(day)[-1]
        assert dial.attempt == attempt
        is_made(day, dial, device=phone("1001"))
        answers(day, dial, phone("1001"))
        day.phone("1001", cti.DeviceState.INUSE)
        ends(day, dial, cti.Outcome.NO_ANSWER)
        day.phone("1001", cti.DeviceState.NOT_INUSE)
        assert len(dials(day)) == attempt
        day.wait(601)
    assert len(dials(day)) == 2
    assert kept(day)[-1] == "failed"
    assert day.agent("1001").state is AgentState.READY


def test_an_agent_who_lets_it_ring_costs_no_try_and_the_next_one_is_asked_at_once() -> None:
    day = shift()
    day.enter(0)
    keep_place(day, 0)
    for agent in ("1001", "1002"):
        day.give(ask.SignIn(agent_id=agent))
    day.ready("1001")
    [first] = dials(day)
    is_made(day, first, device=phone("1001"))
    rings(day, first, phone("1001"))
    day.ready("1002")
    lets_it_ring(day, first, "1001")
    assert len(dials(day)) == 1, "not before the first call is gone"
    ends(day, first, cti.Outcome.NO_ANSWER)
    second = dials(day)[-1]
    assert (second.agent_id, second.attempt, second.kept.tries) == ("1002", 2, 0)
    assert second.call_id != first.call_id


def test_after_an_agent_who_let_it_ring_the_next_tier_is_asked() -> None:
    queue = QueueSettings(name="service", callback=RULE, strategy=Strategy.ORDERED_TIERS)
    staff = roster(agents={"1001": ("service",), "1002": ("service",)}, queues=(queue,))
    first, second = (replace(agent, missed_limit=3) for agent in staff.agents)
    second = replace(second, seats=(Seat(queue="service", tier=2),))
    day = Shift(replace(staff, agents=(first, second))).start()
    day.enter(1)
    keep_place(day, 1)
    for agent in ("1002", "1001"):
        day.give(ask.SignIn(agent_id=agent))
    day.ready("1001")
    dial = dials(day)[-1]
    day.ready("1002")
    is_made(day, dial)
    rings(day, dial, phone("1001"))
    lets_it_ring(day, dial, "1001")
    ends(day, dial, cti.Outcome.FAILED)
    assert [one.agent_id for one in dials(day)] == ["1001", "1002"]


def test_after_an_agent_whose_phone_never_rang_for_the_customer_on_the_line_another_is_asked() -> (
    None
):
    rule = replace(RULE, order=CallbackOrder.CUSTOMER_FIRST)
    queue = QueueSettings(name="service", callback=rule, strategy=Strategy.ORDERED_TIERS)
    staff = roster(agents={"1001": ("service",), "1002": ("service",)}, queues=(queue,))
    first, second = staff.agents
    second = replace(second, seats=(Seat(queue="service", tier=2),))
    day = Shift(replace(staff, agents=(first, second))).start(ready=("1001",))
    day.enter(0)
    day.answer(0, "1001")
    day.enter(1)
    keep_place(day, 1)
    day.leave(0, "1001")
    [dial] = dials(day)
    is_made(day, dial)
    answers(day, dial, TRUNK)
    day.give(ask.SignIn(agent_id="1002"))
    day.ready("1002")
    day.effects.clear()
    day.wait(4)
    assert [one.call_id for one in day.asked(ReturnToWait)] == [dial.call_id]
    day.hear(cti.CallQueued(at=day.at, call_id=dial.call_id, channel="c", queue="service"))
    assert [one.agent_id for one in day.asked(OfferCall)] == ["1002"]


def test_an_attempt_that_was_refused_frees_the_agent_and_comes_back() -> None:
    day = shift()
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    [dial] = dials(day)
    day.effects += day.board.callback_failed(dial.call_id, AttemptOutcome.NOT_DIALLED, day.now)
    assert day.agent("1001").state is AgentState.READY
    assert len(day.asked(WithdrawPop)) == 1
    day.wait(6)
    assert [one.attempt for one in dials(day)] == [1, 2]
    assert dials(day)[-1].kept.tries == 0


def test_an_attempt_nobody_heard_of_is_not_repeated_at_once_and_hung_up_when_it_shows() -> None:
    day = shift()
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    [dial] = dials(day)
    day.wait(20)
    assert day.agent("1001").state is AgentState.READY
    assert len(dials(day)) == 1
    is_made(day, dial, device=phone("1001"))
    assert [one.call_id for one in day.asked(HangUpCall)] == [dial.call_id]
    assert day.agent("1001").state is AgentState.READY


def test_while_the_queue_is_closed_nobody_is_called_back() -> None:
    hours = Hours(periods=(Period(weekday=0, since=time(9), until=time(17, 1)),))
    day = shift(hours=hours)
    day.enter(0)
    keep_place(day, 0)
    day.wait(120)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    assert dials(day) == []


def test_a_callback_expires_and_can_be_cancelled() -> None:
    day = shift(rule=CallbackRule(offered=True, expires_seconds=100))
    for number in (0, 1):
        day.enter(number)
        keep_place(day, number)
    assert isinstance(day.give(ask.CancelCallback(callback_id=own(1))), ask.Accepted)
    day.wait(101)
    assert kept(day) == ["waiting", "waiting", "cancelled", "expired"]
    assert isinstance(day.give(ask.CancelCallback(callback_id=own(0))), ask.Refused)


def test_what_cannot_be_promised_is_refused_with_the_reason() -> None:
    day = shift(ready=("1001",))
    day.enter(0)
    assert isinstance(reply := keep_place(day, 0), ask.Refused)
    assert (reply.code, day.queue_row().waiting) == ("wrong_state", 1)
    wish = ask.RequestCallback(callback_id=own(5), number=NUMBER, queue="nowhere")
    assert isinstance(reply := day.give(wish), ask.Refused)
    assert reply.code == "unknown_queue"
    once = wish.model_copy(update={"queue": "service"})
    assert isinstance(day.give(once), ask.Accepted)
    assert isinstance(day.give(once), ask.Accepted), "asking twice is asking once"
    for number in (NUMBER, f"+86{NUMBER}", f"0086{NUMBER}", f"0{NUMBER}"):
        again = once.model_copy(update={"callback_id": own(6), "number": number})
        assert isinstance(reply := day.give(again), ask.Refused)
        assert reply.code == "already_waiting"
    assert day.queue_row().callbacks == 1


def test_a_caller_in_the_menu_is_promised_a_call_from_the_end_of_the_line() -> None:
    day = shift()
    day.enter(0)
    menu = day.arrive(1, caller="13900000001")
    wish = ask.RequestCallback(
        callback_id=own(1), number=NUMBER, queue="service", origin_call_id=menu
    )
    assert isinstance(day.give(wish), ask.Accepted)
    [promise] = [one.kept for one in day.asked(KeepCallback)]
    assert (promise.origin, promise.number) == (menu, NUMBER)
    [written] = day.asked(PutCallData)
    assert (written.call_id, written.data["callback"]) == (menu, "requested")
    day.end(1, cti.Outcome.OVERFLOWED)
    for agent in ("1001", "1002"):
        day.give(ask.SignIn(agent_id=agent))
        day.ready(agent)
    assert [one.call_id for one in day.asked(OfferCall)] == [call_id(0)]
    assert [one.kept.callback_id for one in dials(day)] == [own(1)]


def test_a_promise_outlives_a_call_the_board_never_saw() -> None:
    day = shift()
    wish = ask.RequestCallback(
        callback_id=own(1), number=NUMBER, queue="service", origin_call_id=call_id(7)
    )
    assert isinstance(day.give(wish), ask.Accepted)
    assert [one.kept.origin for one in day.asked(KeepCallback)] == [call_id(7)]
    assert day.asked(PutCallData) == []


def test_after_a_restart_callbacks_stand_in_their_old_places() -> None:
    day = shift()
    day.enter(0)
    old = KnownCallback(
        callback_id=own(1),
        queue="service",
        number=NUMBER,
        waits_since=day.at - timedelta(seconds=60),
        requested_at=day.at - timedelta(seconds=30),
        expires_at=day.at + timedelta(hours=1),
    )
    day.board.remember_callbacks([old], day.now)
    assert day.queue_row().waiting == 1
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    assert [one.kept.callback_id for one in dials(day)] == [own(1)]


def test_what_was_being_dialled_when_we_went_down_is_not_dialled_again_at_once() -> None:
    day = Shift(shift().roster)
    attempt = (UUID(int=77), "callback-1.1", "1001")
    old = KnownCallback(
        callback_id=own(1),
        queue="service",
        number=NUMBER,
        waits_since=day.at,
        requested_at=day.at,
        expires_at=day.at + timedelta(hours=1),
        attempts=1,
        attempt=attempt,
    )
    day.board.remember_callbacks([old], day.now)
    day.start(ready=("1001",))
    day.wait(300)
    assert dials(day) == []
    day.wait(400)
    assert [one.attempt for one in dials(day)] == [2]


def remember_dialled(day: Shift, made: UUID) -> None:
    """Let the store know of a callback for which this call was asked for, to agent 1001."""
    old = KnownCallback(
        callback_id=own(1),
        queue="service",
        number=NUMBER,
        waits_since=day.at,
        requested_at=day.at,
        expires_at=day.at + timedelta(hours=1),
        attempts=1,
        attempt=(made, "callback-1.1", "1001"),
    )
    day.board.remember_callbacks([old], day.now)


def live_call(made: UUID, channel: str, stage: cti.CallStage, device: str) -> cti.LiveCall:
    """Return that call as a look at Asterisk finds it."""
    return cti.LiveCall(
        call_id=made,
        channel=channel,
        uniqueid="callback-1.1",
        stage=stage,
        direction=cti.Direction.OUTBOUND,
        caller_number="",
        caller_name="",
        dialled_number=NUMBER,
        device=device,
    )


def ends_for_good(day: Shift, made: UUID) -> None:
    """Let the agent hang up; nobody is called any more."""
    day.hear(
        cti.CallEnded(
            at=day.at,
            call_id=made,
            outcome=cti.Outcome.ANSWERED,
            hung_up_by=cti.Party.AGENT,
            cause=16,
        )
    )
    day.wait(3600)
    assert (dials(day), kept(day)[-1]) == ([], "done")


def test_a_call_for_a_callback_found_alive_after_a_restart_goes_on() -> None:
    day = Shift(shift().roster)
    made = UUID(int=77)
    remember_dialled(day, made)
    channel = f"{phone('1001')}-1"
    found = live_call(made, channel, cti.CallStage.TALKING, phone("1001"))
    live = replace(found, device_channel=channel)
    devices = {phone("1001"): cti.DeviceState.INUSE}
    day.hear(cti.Resynced(at=day.at, epoch=1, restarted=False, calls=(live,), devices=devices))
    assert day.agent("1001").state is AgentState.TALKING
    row = day.board.call(made)
    assert row is not None
    assert row.state is CallState.TALKING
    ends_for_good(day, made)


@pytest.mark.parametrize("order", list(CallbackOrder))
def test_who_talked_is_not_called_again_though_the_engine_died_between_the_two_answers(
    order: CallbackOrder,
) -> None:
    rule = replace(RULE, order=order)
    first, second = phone("1001"), TRUNK
    if order is CallbackOrder.CUSTOMER_FIRST:
        first, second = second, first
    day, made = Shift(shift(rule=rule).roster), UUID(int=77)
    remember_dialled(day, made)
    found = live_call(made, f"{first}-1", cti.CallStage.RINGING, second)
    live = replace(found, there=((first, f"{first}-1"),))
    devices = {phone("1001"): cti.DeviceState.INUSE}
    day.hear(cti.Resynced(at=day.at, epoch=1, restarted=False, calls=(live,), devices=devices))
    agents_turn = order is CallbackOrder.CUSTOMER_FIRST
    assert day.agent("1001").state is not (AgentState.TALKING if agents_turn else AgentState.READY)
    day.hear(cti.CallAnswered(at=day.at, call_id=made, device=second, channel=f"{second}-2"))
    assert day.agent("1001").state is AgentState.TALKING
    assert kept(day)[-1] == "talking"
    ends_for_good(day, made)


def test_a_customer_on_the_line_whose_agent_went_waits_on_in_his_place() -> None:
    rule = CallbackRule(offered=True, order=CallbackOrder.CUSTOMER_FIRST)
    day = shift(rule=rule)
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    [dial] = dials(day)
    is_made(day, dial)
    answers(day, dial, TRUNK)
    day.enter(1)
    day.give(ask.SignOut(agent_id="1001"))
    assert [one.call_id for one in day.asked(ReturnToWait)] == [dial.call_id]
    day.hear(cti.CallQueued(at=day.at, call_id=dial.call_id, channel="c", queue="service"))
    day.give(ask.SignIn(agent_id="1002"))
    day.ready("1002")
    assert [one.call_id for one in day.asked(OfferCall)] == [dial.call_id]


def test_a_clock_that_steps_dials_nobody_early() -> None:
    day = shift()
    day.enter(0)
    keep_place(day, 0)
    day.wait(0.2)  # what is told of the queue
    stepped = Moment(day.at + timedelta(hours=12), day.now.clock + 1)
    assert day.board.tick(stepped) == []
    assert day.queue_row().callbacks == 1


def test_a_customer_who_was_rung_while_nobody_listened_is_not_rung_again_at_once() -> None:
    day = shift(ready=("1001",))
    day.give(ask.SetNotReady(agent_id="1001", reason="break"))
    day.enter(0)
    keep_place(day, 0)
    day.ready("1001")
    [dial] = dials(day)
    is_made(day, dial, device=phone("1001"))
    day.hear(cti.LinkLost(at=day.at))
    day.hear(
        cti.Resynced(
            at=day.at,
            epoch=9,
            restarted=False,
            calls=(),
            devices={phone(agent): cti.DeviceState.NOT_INUSE for agent in ("1001", "1002")},
        )
    )
    day.wait(60)
    assert day.asked(KeepCallback)[-1].ended == (1, "lost")
    assert len(dials(day)) == 1
    day.wait(600)
    assert [one.attempt for one in dials(day)] == [1, 2]


def test_a_customer_whose_telephone_rang_counts_as_tried_though_the_agent_is_not_known() -> None:
    day = shift()
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    [dial] = dials(day)
    is_made(day, dial, device=phone("1001"))
    rings(day, dial, TRUNK)
    ends(day, dial, cti.Outcome.NO_ANSWER)
    assert day.asked(KeepCallback)[-1].kept.tries == 1
    day.wait(300)
    assert len(dials(day)) == 1


def test_the_row_of_an_agent_tells_of_the_work_after_once_the_customer_is_there() -> None:
    rule_after = WrapUpRule(kind=WrapUpKind.TIMED, seconds=10)
    queue = QueueSettings(name="service", callback=RULE, wrap_up=rule_after)
    day = Shift(roster(agents={"1001": ("service",)}, queues=(queue,))).start()
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    [dial] = dials(day)
    is_made(day, dial, device=phone("1001"))
    answers(day, dial, phone("1001"))
    day.effects.clear()
    answers(day, dial, TRUNK)
    told = [effect.notice for effect in day.asked(Tell)]
    rows = [notice.agent for notice in told if isinstance(notice, AgentChanged)]
    assert [row.wrap_up_kind for row in rows] == ["timed"]


def test_a_callback_widens_its_ring_when_the_queues_of_an_agent_change() -> None:
    late = Seat(queue="service", delay_seconds=15)
    staff = roster(
        agents={"1001": ("service", "sales")},
        queues=(QueueSettings(name="service", callback=RULE), QueueSettings(name="sales")),
    )
    agents = tuple(replace(agent, seats=(late,)) for agent in staff.agents)
    day = Shift(replace(staff, agents=agents)).start()
    day.give(ask.ChooseQueues(agent_id="1001", queues=("sales",)))
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    day.wait(60)
    day.give(ask.ChooseQueues(agent_id="1001", queues=()))
    assert len(dials(day)) == 1


def test_a_callback_expires_by_the_clock_though_the_time_of_day_was_set_back() -> None:
    day = shift(rule=CallbackRule(offered=True, expires_seconds=100))
    day.enter(0)
    keep_place(day, 0)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    [dial] = dials(day)
    is_made(day, dial, device=phone("1001"))
    day.wait(101)
    back = Moment(day.at - timedelta(hours=1), day.now.clock)
    ended = cti.CallEnded(
        at=day.at,
        call_id=dial.call_id,
        outcome=cti.Outcome.NO_ANSWER,
        hung_up_by=cti.Party.AGENT,
        cause=16,
    )
    day.effects += day.board.apply(ended, back)
    assert kept(day)[-1] == "expired"
