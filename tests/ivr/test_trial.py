"""Flows tested and walked without a telephone: what passes, what fails, and where."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.errors import FlowInvalid
from ivr.flow import Flow, flow_from
from ivr.flows import SHIPPED, TESTS, load_flows
from ivr.trial import Suite, read_suite, run, walk

FLOWS = load_flows()
HOTLINE = FLOWS["hotline"]
Data = dict[str, Any]


def suite(*steps: Data, **case: Any) -> Suite:
    return Suite.model_validate(
        {"flow": "hotline", "tests": [{"name": "one", "steps": list(steps)} | case]}
    )


def changed(flow: Flow, **nodes: Data) -> Flow:
    data = flow.model_dump(mode="json", exclude_defaults=True)
    data["nodes"] |= {name.replace("_", "-"): node for name, node in nodes.items()}
    return flow_from(data)


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_each_shipped_flow_passes_its_own_tests_and_every_path_ends_well(name: str) -> None:
    tests = read_suite((SHIPPED / f"{name}{TESTS}").read_bytes())
    report = run(FLOWS[name], tests, library=FLOWS)
    assert report.failures == ()
    assert report.missed == ()
    walked = walk(FLOWS[name], library=FLOWS)
    assert walked.findings == ()
    assert walked.ends


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"hear": "good morning"}, "was not heard"),
        ({"not_hear": "您好"}, "was heard"),
        ({"at": "sales"}, "stands in 'main'"),
        ({"data": {"topic": "tea"}}, "topic is '', not 'tea'"),
        ({"end": {"queue": "sales"}}, "has not ended"),
        ({"early": "1"}, ""),
        ({"agent_hangs_up": True}, "no way 'after'"),
    ],
)
def test_what_a_test_expects_and_does_not_get_is_told_with_its_place(
    step: Data, reason: str
) -> None:
    report = run(HOTLINE, suite(step))
    if not reason:
        assert report.failures == ()
        return
    [failure] = report.failures
    assert failure.place == "tests.0.steps.0"
    assert reason in failure.reason


def test_a_wrong_end_is_told() -> None:
    report = run(HOTLINE, suite({"press": "1"}, {"end": {"queue": "service"}}))
    [failure] = report.failures
    assert (failure.place, report.ok) == ("tests.0.steps.1", False)
    assert "queue: sales" in failure.reason


def test_branches_nobody_takes_are_named_and_the_flows_bar_is_kept() -> None:
    bar = flow_from(HOTLINE.model_dump(mode="json") | {"coverage": 0.5})
    report = run(bar, suite({"press": "1"}))
    assert report.failures == ()
    assert "main.choices.2" in report.missed
    assert "main.choices.1" not in report.missed
    assert 0 < report.coverage < 0.5
    assert not report.ok


def test_a_node_that_asks_another_system_needs_an_answer_in_the_test() -> None:
    dip = {"kind": "dip", "url": "https://crm.example.com/", "next": "main", "failed": "main"}
    flow = changed(HOTLINE, greeting=dip)
    tests = suite({"at": "main"})
    [failure] = run(flow, tests).failures
    assert "no answer is written" in failure.reason
    mocked = suite({"at": "main"}, answers={"greeting": [{"way": "failed"}]})
    assert run(flow, mocked).failures == ()
    wrong = suite({"at": "main"}, answers={"greeting": [{"way": "sideways"}]})
    assert "no way 'sideways'" in run(flow, wrong).failures[0].reason


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("flow: x\ntests:\n- name: a\n  steps:\n  - shout: b\n", "tests.0.steps.0", "a step is"),
        ("flow: x\ntests:\n- name: a\n  steps:\n  - press: abc\n", "tests.0.steps.0", "form"),
        (
            "flow: x\ntests:\n- name: a\n  now: noon\n  steps:\n  - press: '1'\n",
            "tests.0.now",
            "is no time",
        ),
        ("flow: x\ntests: []\n", "tests", "at least 1"),
        ("[1", "flow", "is no JSON"),
    ],
)
def test_tests_that_cannot_be_read_are_refused_with_place_and_reason(
    text: str, place: str, reason: str
) -> None:
    with pytest.raises(FlowInvalid) as refused:
        read_suite(text)
    [problem] = refused.value.problems[:1]
    assert problem.place.startswith(place)
    assert reason in problem.reason


def test_tests_of_ten_megabytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(FlowInvalid, match="at most"):
        read_suite(b" " * 10_000_000)


def test_a_walk_shows_the_path_to_a_call_that_ends_without_a_word() -> None:
    data = HOTLINE.model_dump(mode="json", exclude_defaults=True)
    data["nodes"]["main"]["choices"]["3"] = "bye"
    data["nodes"]["bye"] = {"kind": "hang_up"}
    walked = walk(flow_from(data))
    [finding, *_] = walked.findings
    assert finding.reason == "the call is ended without a word"
    assert finding.path[-2:] == ("main: ask → key 3", "bye: hang_up")


def test_a_walk_finds_a_question_asked_in_silence() -> None:
    data = HOTLINE.model_dump(mode="json", exclude_defaults=True)
    data["prompts"]["main"] = [{"value": "nothing"}]
    reasons = {finding.reason for finding in walk(flow_from(data)).findings}
    assert "the caller is asked and hears nothing" in reasons


def test_the_end_key_pressed_ahead_of_digits_is_no_silence() -> None:
    data = FLOWS["self-service"].model_dump(mode="json", exclude_defaults=True)
    asked = data["nodes"][data["start"]]
    assert asked["kind"] == "collect"
    data["nodes"]["hello"] = {"kind": "play", "prompt": asked["prompt"], "next": "chinese"}
    data["nodes"]["chinese"] = {"kind": "language", "language": "zh", "next": data["start"]}
    assert walk(flow_from(data | {"start": "hello"}), library=FLOWS).findings == ()


def test_a_walk_finds_a_ring_that_needs_no_caller() -> None:
    data = HOTLINE.model_dump(mode="json", exclude_defaults=True)
    data["nodes"]["ring"] = {"kind": "set", "data": {"n": "1"}, "next": "greeting"}
    data["nodes"]["greeting"]["next"] = "ring"
    flow = Flow.model_validate(data)  # past the checks, as a fault of ours might
    reasons = {finding.reason for finding in walk(flow).findings}
    assert "goes round without the caller" in reasons
