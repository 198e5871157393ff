"""Flows, tests, plans and hours spoilt at random: taken, or refused by place and reason, soon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from documents import spoilt, torn
from hypothesis import given, settings
from hypothesis import strategies as st
from soon import soon

from callcenter.workshop import IvrWorkshop
from crm_core.demo.numbers import plans, schedules
from crm_core.sentences import Sentence, words_of
from ivr.errors import FlowInvalid, Problem
from ivr.flow import flow_from, flow_text, read_flow
from ivr.flow.expressions import checked, evaluate
from ivr.flow.yaml_text import read_yaml, write_yaml
from ivr.numbers import PlanInvalid, read_plan
from ivr.numbers.lint import Known, lint_plan
from ivr.numbers.reading import as_yaml, read_schedule

WORKSHOP = IvrWorkshop()
FLOWS = {name: document for name, (document, _) in WORKSHOP.shipped().items()}
TESTS = {name: tests for name, (_, tests) in WORKSHOP.shipped().items()}
PLANS = list(plans().values())
SCHEDULES = list(schedules(date(2026, 3, 2)).values())
DICE = st.integers(0, 2**32).map(Random)


def refused(problems: tuple[Problem, ...]) -> None:
    """See that each fault has a place, and a reason that is a sentence of ours."""
    assert problems
    for problem in problems:
        assert problem.place
        assert isinstance(problem.reason, Sentence), problem


@settings(max_examples=120, derandomize=True)
@given(name=st.sampled_from(sorted(FLOWS)), dice=DICE)
def test_a_spoilt_flow_is_read_or_refused(name: str, dice: Random) -> None:
    document = spoilt(FLOWS[name], dice)
    with soon():
        try:
            flow = flow_from(document, name=name)
        except FlowInvalid as invalid:
            refused(invalid.problems)
        else:
            assert flow_from(read_yaml(flow_text(flow))) == flow


@settings(max_examples=25, derandomize=True)
@given(name=st.sampled_from(sorted(FLOWS)), dice=DICE, tests=st.booleans())
def test_the_editor_judges_every_spoilt_flow(name: str, dice: Random, tests: bool) -> None:
    document, suite = FLOWS[name], TESTS[name]
    spoils = (document, torn(suite, dice)) if tests else (spoilt(document, dice), suite)
    with soon():
        judgement = WORKSHOP.judge(*spoils, FLOWS)
    told = (*judgement.faults, *(one for one in judgement.trials if not one.passed))
    assert judgement.ok or told or judgement.dead_ends or judgement.coverage < judgement.bar
    assert all(one.place and isinstance(one.reason, Sentence) for one in told), told


@settings(max_examples=60, derandomize=True)
@given(name=st.sampled_from(sorted(FLOWS)), dice=DICE, kind=st.sampled_from(["yaml", "json"]))
def test_a_torn_text_is_read_or_refused(name: str, dice: Random, kind: str) -> None:
    text = torn(flow_text(flow_from(FLOWS[name]), kind=kind), dice)
    with soon():
        try:
            read_flow(text)
        except FlowInvalid as invalid:
            refused(invalid.problems)


@settings(max_examples=150, derandomize=True)
@given(plan=st.sampled_from(PLANS), dice=DICE)
def test_a_spoilt_plan_is_read_and_linted_or_refused(plan: dict[str, Any], dice: Random) -> None:
    known = Known(schedules={}, plans={}, queues=frozenset({"service"}), sites=frozenset())
    document = spoilt(plan, dice)
    with soon():
        try:
            read = read_plan(document)
        except PlanInvalid as invalid:
            refused(invalid.problems)
        else:
            for finding in lint_plan("4000", read, known):
                assert isinstance(finding.reason, Sentence)
            assert read_plan(as_yaml(read)) == read


@settings(max_examples=80, derandomize=True)
@given(schedule=st.sampled_from(SCHEDULES), dice=DICE)
def test_spoilt_hours_are_read_or_refused(schedule: dict[str, Any], dice: Random) -> None:
    with soon():
        try:
            read_schedule(spoilt(schedule, dice))
        except PlanInvalid as invalid:
            refused(invalid.problems)


@pytest.mark.parametrize("read", [read_plan, read_schedule])
@settings(max_examples=40, derandomize=True)
@given(dice=DICE)
def test_a_torn_plan_is_read_or_refused(read: Callable[[str], object], dice: Random) -> None:
    with soon():
        try:
            read(torn(write_yaml(dice.choice(PLANS)), dice))
        except PlanInvalid as invalid:
            refused(invalid.problems)


WORDS = st.sampled_from(
    [
        *("x", "pin", "caller", "1", "0", "1.5", "1e999", "'a'", '""', "number(", "length(", ")"),
        *("starts(", "ends(", "lower(", ",", "(", "+", "-", "*", "/", "%", "**", "//", "==", "<"),
        *(">=", "!=", "in", "not", "and", "or", "if", "else", "lambda", "[", "]", "{", "}", "."),
        *(
            "'%9999999d'",
            "0x7f",
            "1_0",
            "\n",
            "#",
            ":=",
            "True",
            "None",
            "@",
            "９",
            "ｘ",
            "f'{x}'",
        ),
    ]
)


@settings(max_examples=400, derandomize=True)
@given(
    text=st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=40),
    values=st.dictionaries(st.sampled_from(["x", "pin", "caller"]), st.text(max_size=8)),
)
def test_an_expression_is_worked_out_or_refused(text: str, values: dict[str, str]) -> None:
    with soon():
        told = _fault(checked, text) or _fault(evaluate, text, values)
    assert told is None or isinstance(told, Sentence), told


def _fault(work: Callable[..., object], *given: object) -> str | None:
    """Return why it was refused, None when it was not."""
    try:
        work(*given)
    except ValueError as error:
        return str(error) if not error.args else words_of(error)
    return None


@settings(max_examples=150, derandomize=True)
@given(
    text=st.text(st.sampled_from("ab:-[]{},&*!|>'\"#%@`? \n\t\u2028\x85\x00é\ud800"), max_size=30)
)
def test_yaml_is_read_or_refused(text: str) -> None:
    with soon():
        try:
            read_yaml(text)
        except ValueError:
            return
