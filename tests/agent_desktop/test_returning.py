from __future__ import annotations

from acd.commands import AssignQueues, SetNotReady, SetReady, SignIn
from acd.notices import AgentRow, AgentState
from agent_desktop.returning import Returning
from agent_desktop.testing import agent

A = "agent-a"
OFFLINE = {A: agent(A, state="offline").agent}
SIGN_IN, READY = SignIn(agent_id=A, by=A), SetReady(agent_id=A, by=A, after_wrap_up=True)


def row(state: str, **more: object) -> dict[str, AgentRow]:
    return {A: agent(A, state=state).agent.model_copy(update=more)}


def brought_back(before: dict[str, AgentRow], **more: object) -> object:
    returning = Returning()
    returning.remember(before)
    return returning.take(**{"rows": OFFLINE, "present": {A}, **more})


def test_who_was_ready_is_ready_again() -> None:
    assert brought_back(row("ready")) == {A: [SIGN_IN, READY]}
    assert brought_back(row("offered")) == {A: [SIGN_IN, READY]}


def test_who_had_a_break_keeps_it_with_its_reason() -> None:
    lunch = SetNotReady(agent_id=A, reason="lunch", after_wrap_up=True)
    assert brought_back(row("not_ready", reason="lunch")) == {A: [SIGN_IN, lunch]}
    assert brought_back(row("not_ready")) == {A: [SIGN_IN]}


def test_who_is_in_a_call_becomes_ready_after_it_only_when_he_chose_so() -> None:
    assert brought_back(row("talking")) == {A: [SIGN_IN]}
    assert brought_back(row("talking", next_state=AgentState.READY)) == {A: [SIGN_IN, READY]}


def test_who_left_or_was_never_there_stays_away() -> None:
    assert brought_back(row("ready"), present=set()) == {}
    assert brought_back(row("offline")) == {}
    assert brought_back(row("talking", next_state=AgentState.OFFLINE)) == {}
    assert brought_back(row("ready"), rows={}) == {}


def test_who_is_back_already_is_left_alone() -> None:
    assert brought_back(row("ready"), rows=row("not_ready")) == {}
    assert brought_back(row("not_ready"), rows=row("ready")) == {}


def test_who_is_found_in_his_call_is_signed_in_for_the_time_after_it() -> None:
    assert brought_back(row("talking"), rows=row("talking")) == {A: [SIGN_IN]}


def test_two_restarts_in_a_row_are_outlived_and_each_is_answered_once() -> None:
    returning = Returning()
    returning.remember(row("ready"))
    returning.remember(OFFLINE)
    assert returning.take(OFFLINE, {A}) == {A: [SIGN_IN, READY]}
    assert returning.take(OFFLINE, {A}) == {}


def test_what_was_wanted_for_after_the_call_is_asked_for_again() -> None:
    assert brought_back(row("wrap_up", wanted=AgentState.READY)) == {A: [SIGN_IN, READY]}
    assert brought_back(row("talking", wanted=AgentState.NOT_READY)) == {A: [SIGN_IN]}


def test_who_was_set_not_ready_by_a_supervisor_stays_so_by_him() -> None:
    before = row("not_ready", reason="training", set_by="lead", set_by_name="陈主管")
    again = SetNotReady(
        agent_id=A, by="lead", by_name="陈主管", reason="training", after_wrap_up=True
    )
    assert brought_back(before) == {A: [SIGN_IN, again]}


def test_the_queues_that_were_chosen_are_chosen_again() -> None:
    home = {"own_queues": ["sales", "service"]}
    now = {A: OFFLINE[A].model_copy(update=home)}
    before = row("ready", queues=["sales"], **home)
    chosen = SignIn(agent_id=A, by=A, queues=("sales",))
    assert brought_back(before, rows=now) == {A: [chosen, READY]}


def test_the_queues_a_supervisor_gave_are_given_again() -> None:
    now = {A: OFFLINE[A].model_copy(update={"own_queues": ["service"]})}
    before = row("ready", queues=["sales"], own_queues=["sales"])
    given = AssignQueues(agent_id=A, queues=("sales",))
    assert brought_back(before, rows=now) == {A: [SIGN_IN, given, READY]}
