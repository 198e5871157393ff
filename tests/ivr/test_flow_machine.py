"""A flow taken step by step, without a line, a clock or a disk."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import (
    Ask,
    Done,
    Enqueue,
    Failed,
    Flow,
    HangUp,
    Input,
    Play,
    Pressed,
    Silence,
    Sound,
    Spoken,
    State,
    Step,
    begin,
    flow_from,
    next_step,
)
from ivr.flow.machine import QUIET_LIMIT, STEP_LIMIT
from ivr.flow.numerals import digit_clips, number_clips
from ivr.flow.pieces import Style
from ivr.flow.values import value_clips, vocabulary
from ivr.flows import load_flows

HOTLINE = load_flows()["hotline"]
KEYS = "0123456789*#"


def walk(flow: Flow, *inputs: Input) -> tuple[State, list[Step]]:
    """Feed inputs to the steps that can take them; all other steps are done."""
    state, step = begin(flow)
    steps, left = [step], list(inputs)
    while not isinstance(step, Enqueue | HangUp):
        given_now: Input = Done()
        if isinstance(step, Ask) and step.typed:
            given_now = Pressed(step.typed)
        elif isinstance(step, Ask):
            given_now = left.pop(0) if left else Silence()
        elif isinstance(step, Play) and step.barge_in and left and step.clips:
            given_now = left.pop(0)
        state, step = next_step(flow, state, given_now)
        steps.append(step)
    return state, steps


def heard(steps: list[Step]) -> str:
    clips = [clip for step in steps if isinstance(step, Play | Ask) for clip in step.clips]
    return " ".join(clip.text for clip in clips if isinstance(clip, Spoken))


def ended(steps: list[Step]) -> tuple[str, bool]:
    end = steps[-1]
    assert isinstance(end, Enqueue)
    return end.queue, end.operator


def test_two_after_the_greeting_waits_for_service() -> None:
    state, steps = walk(HOTLINE, Done(), Pressed("2"))
    assert ended(steps) == ("service", False)
    assert state.data["topic"] == "service"
    assert state.language == "zh"


def test_two_pressed_during_the_greeting_is_not_asked_again() -> None:
    _, steps = walk(HOTLINE, Pressed("2"))
    assert ended(steps) == ("service", False)
    asked = [step for step in steps if isinstance(step, Ask)]
    assert [step.typed for step in asked] == ["2"]


def test_nine_speaks_english_from_there_on() -> None:
    state, steps = walk(HOTLINE, Done(), Pressed("9"), Pressed("1"))
    assert ended(steps) == ("sales", False)
    assert state.language == "en"
    assert "Please hold while we connect you." in heard(steps)


def test_zero_leads_to_the_operator() -> None:
    _, steps = walk(HOTLINE, Done(), Pressed("0"))
    assert ended(steps) == ("service", True)


def test_zero_leads_to_the_operator_even_where_a_menu_does_not_say_so() -> None:
    data = HOTLINE.model_dump(mode="json")
    del data["nodes"]["main"]["choices"]["0"]
    _, steps = walk(flow_from(data), Done(), Pressed("0"))
    assert ended(steps) == ("service", True)


def test_silence_is_told_and_ends_with_the_operator() -> None:
    _, steps = walk(HOTLINE)
    asked = [step for step in steps if isinstance(step, Ask)]
    assert len(asked) == 3
    assert [len(step.clips) for step in asked] == [2, 3, 3]
    assert "没有收到您的选择" in heard(steps)
    assert ended(steps) == ("service", True)


def test_a_wrong_key_is_told_and_the_menu_said_again() -> None:
    _, steps = walk(HOTLINE, Done(), Pressed("7"), Pressed("2"))
    assert heard(steps).count("您的选择无效") == 1
    assert ended(steps) == ("service", False)


def test_only_wrong_keys_end_with_the_operator() -> None:
    _, steps = walk(HOTLINE, *[Done()], *[Pressed("7")] * 9)
    assert ended(steps) == ("service", True)


def test_a_failed_step_goes_to_the_error_handler_and_then_to_a_person() -> None:
    state, step = begin(HOTLINE)
    state, step = next_step(HOTLINE, state, Failed("no sound"))
    assert step.node == "sorry"
    state, step = next_step(HOTLINE, state, Failed("no sound either"))
    assert isinstance(step, Enqueue)
    assert (step.queue, step.operator) == ("service", True)


def test_a_caller_who_switches_languages_for_ever_is_sent_to_a_person() -> None:
    _, steps = walk(HOTLINE, Done(), *[Pressed("9")] * (STEP_LIMIT * 2))
    assert ended(steps) == ("service", True)
    assert len(steps) <= STEP_LIMIT + 5


def ring(**nodes: dict[str, Any]) -> Flow:
    """Build a flow past its checks, as a fault of ours might."""
    base = HOTLINE.model_dump(mode="json")
    base["nodes"] = base["nodes"] | nodes
    base["start"] = next(iter(nodes))
    return Flow.model_validate(base)


def test_a_loop_without_input_that_slipped_the_checks_is_stopped() -> None:
    flow = ring(
        a={"kind": "set", "data": {"n": "1"}, "next": "b"},
        b={"kind": "play", "prompt": "sorry", "next": "a"},
    )
    _, steps = walk(flow)
    assert ended(steps) == ("service", True)
    assert len(steps) <= QUIET_LIMIT + 5


def test_an_error_handler_that_loops_is_stopped_too() -> None:
    flow = ring(sorry={"kind": "error", "next": "sorry"})
    _, steps = walk(flow)
    assert ended(steps) == ("service", True)


def test_going_on_after_the_end_is_refused() -> None:
    state, _ = walk(HOTLINE)
    with pytest.raises(ValueError, match="has ended"):
        next_step(HOTLINE, state, Done())


def test_a_good_bye_is_played_before_the_call_is_hung_up() -> None:
    data = HOTLINE.model_dump(mode="json")
    data["nodes"]["main"]["choices"]["3"] = "bye"
    data["nodes"]["bye"] = {"kind": "hang_up", "prompt": "sorry"}
    _, steps = walk(flow_from(data), Done(), Pressed("3"))
    assert isinstance(steps[-1], HangUp)
    assert steps[-1].clips


def test_a_value_is_said_in_the_callers_language() -> None:
    data = HOTLINE.model_dump(mode="json")
    data["nodes"]["greeting"] = {"kind": "say", "value": "order", "next": "main"}
    flow = flow_from(data)
    assert begin(flow, data={"order": "a10"})[1] == Play(
        node="greeting", clips=(Spoken("zh", "一"), Spoken("zh", "零"))
    )
    assert begin(flow, language="en", data={"order": "7"})[1] == Play(
        node="greeting", clips=(Sound("digits/7"),)
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "零"), ("7", "七"), ("10", "十"), ("12", "十二"), ("20", "二十"),
        ("101", "一百零一"),
        ("110", "一百一十"), ("1005", "一千零五"), ("1050", "一千零五十"), ("10000", "一万"),
        ("10050", "一万零五十"), ("100000", "十万"), ("1234567", "一百二十三万四千五百六十七"),
        ("-3", "负三"), ("99999999", "九千九百九十九万九千九百九十九"),
        ("1234.56", "一千二百三十四点五六"), ("-0.05", "负零点零五"), ("3.0", "三点零"),
    ],
)  # fmt: skip
def test_numbers_are_said_as_a_chinese_speaker_says_them(number: str, words: str) -> None:
    clips = number_clips(number, "zh")
    assert "".join(clip.text for clip in clips if isinstance(clip, Spoken)) == words


@pytest.mark.parametrize(
    ("number", "sounds"),
    [
        ("0", "0"), ("19", "19"), ("42", "40 2"), ("100", "1 hundred"), ("115", "1 hundred 15"),
        ("2000", "2 thousand"), ("1234567", "1 million 2 hundred 30 4 thousand 5 hundred 60 7"),
        ("-5", "minus 5"),
    ],
)  # fmt: skip
def test_numbers_are_said_in_english_by_asterisks_own_sounds(number: str, sounds: str) -> None:
    names = [clip.name for clip in number_clips(number, "en") if isinstance(clip, Sound)]
    assert names == [f"digits/{word}" for word in sounds.split()]


def test_figures_behind_the_point_are_said_one_by_one_in_english() -> None:
    said = [getattr(clip, "name", "") or clip.text for clip in number_clips("-12.50", "en")]
    assert said == ["digits/minus", "digits/12", "point", "digits/5", "digits/0"]


@pytest.mark.parametrize(
    ("value", "style", "words"),
    [
        ("-0.05", "money", "负零元零五分"), ("2", "money", "两元"), ("12", "money", "十二元"),
        ("-2.5", "money", "负两元五角"), ("-0.001", "money", "零元"),
        ("1.50 USD", "money", "一点五零美元"),
        ("2 EUR", "money", "两欧元"), ("02:20", "time", "两点二十分"), ("12:00", "time", "十二点"),
    ],
)  # fmt: skip
def test_values_are_said_as_a_chinese_speaker_says_them(
    value: str, style: Style, words: str
) -> None:
    clips = value_clips(value, style, "zh")
    assert "".join(clip.text for clip in clips if isinstance(clip, Spoken)) == words
    assert set(clips) <= set(vocabulary("zh"))


def test_what_is_no_number_is_said_digit_by_digit() -> None:
    assert number_clips("12-3", "en") == digit_clips("123", "en")
    assert number_clips("9" * 40, "en") == digit_clips("9" * 32, "en")
    assert number_clips("none", "zh") == ()


INPUTS = st.one_of(
    st.just(Done()), st.just(Silence()), st.builds(Pressed, st.sampled_from(KEYS)),
    st.just(Failed("broken")),
)  # fmt: skip


@given(st.lists(INPUTS, max_size=80))
def test_whatever_happens_a_caller_ends_in_a_queue(inputs: list[Input]) -> None:
    state, step = begin(HOTLINE)
    for number in range(3 * STEP_LIMIT):
        if isinstance(step, Enqueue):
            assert step.queue in {"sales", "service"}
            return
        given_now = inputs[number] if number < len(inputs) else Silence()
        state, step = next_step(HOTLINE, state, given_now)
    pytest.fail("the caller never came to an end")
