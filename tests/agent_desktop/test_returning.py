from __future__ import annotations

from acd.commands import SetNotReady, SetReady, SignIn
from acd.notices import AgentRow, AgentState
from agent_desktop.returning import Returning
from agent_desktop.testing import agent

A = "agent-a"
OFFLINE = {A: agent(A, state="offline").agent}
SIGN_IN, READY = SignIn(agent_id=A, by=A), SetReady(agent_id=A, by=A)


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
    lunch = SetNotReady(agent_id=A, by=A, reason="lunch")
    assert brought_back(row("not_ready", reason="lunch")) == {A: [SIGN_IN, lunch]}
    assert brought_back(row("not_ready")) == {A: [SIGN_IN]}


def test_who_is_in_a_call_becomes_ready_after_it_only_when_he_chose_so() -> None:
    assert brought_back(row("talking")) == {A: [SIGN_IN]}
    assert brought_back(row("talking", next_state=AgentState.READY)) == {A: [SIGN_IN, READY]}


def test_who_left_or_was_never_there_stays_away() -> None:
    assert brought_back(row("ready"), present=set()) == {}
    assert brought_back(row("offline")) == {}
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
