"""Flows are checked as a whole before anyone hears them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import FlowInvalid
from ivr.flow import flow_from, flow_schema, read_flow
from ivr.flow.reading import MAX_BYTES
from ivr.flows import SHIPPED, load_flows

Data = dict[str, Any]


@pytest.fixture
def hotline() -> Data:
    data: Data = json.loads((SHIPPED / "hotline.json").read_text("utf-8"))
    return data


def faults(data: Data) -> list[tuple[str, str]]:
    with pytest.raises(FlowInvalid) as refused:
        flow_from(data)
    return [(problem.place, problem.reason) for problem in refused.value.problems]


def test_the_shipped_flows_hold() -> None:
    assert set(load_flows()) == {"hotline", "night-service", "self-service", "service-line"}


def test_the_committed_schema_is_the_one_the_code_checks_by() -> None:
    committed = json.loads((SHIPPED.parent / "flow" / "flow.schema.json").read_text("utf-8"))
    assert committed == flow_schema(), "write it again: python -m ivr.flow"


def test_the_schema_accepts_the_shipped_flow_and_refuses_an_unknown_field(hotline: Data) -> None:
    jsonschema.validate(hotline, flow_schema())
    hotline["nodes"]["main"]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(hotline, flow_schema())


def drop_node(data: Data) -> None:
    del data["nodes"]["service"]


def name_no_prompt(data: Data) -> None:
    data["nodes"]["main"]["wrong"] = "nonsense"


def forget_english(data: Data) -> None:
    del data["prompts"]["wrong-key"][0]["text"]["en"]


def loop_in_silence(data: Data) -> None:
    data["nodes"]["main"]["give_up"] = "greeting"


def strand_a_node(data: Data) -> None:
    data["nodes"]["lonely"] = {"kind": "queue", "queue": "sales"}


def ask_after_an_error(data: Data) -> None:
    data["nodes"]["sorry"]["next"] = "main"


def speak_unknown_language(data: Data) -> None:
    data["nodes"]["speak-english"]["language"] = "fr"


def misuse_handler(data: Data) -> None:
    data["on_error"] = "main"


def shout_words_nobody_hears(data: Data) -> None:
    data["prompts"]["greeting"][0]["text"]["en"] = "hello"


@pytest.mark.parametrize(
    ("spoil", "place", "reason"),
    [
        (drop_node, "nodes.hold-service.next", "there is no node 'service'"),
        (name_no_prompt, "nodes.main.wrong", "there is no prompt 'nonsense'"),
        (forget_english, "prompts.wrong-key.0.text", "has no words in 'en'"),
        (loop_in_silence, "nodes.greeting", "loop without input: greeting → main → greeting"),
        (strand_a_node, "nodes.lonely", "no way leads here"),
        (ask_after_an_error, "on_error", "asks the caller again in 'main'"),
        (speak_unknown_language, "nodes.speak-english.language", "none of the flow's languages"),
        (misuse_handler, "on_error", "'main' is no error node"),
        (shout_words_nobody_hears, "prompts.greeting.0.text.en", "is never spoken"),
    ],
)
def test_a_fault_is_told_with_its_place_and_reason(
    hotline: Data, spoil: Callable[[Data], None], place: str, reason: str
) -> None:
    spoil(hotline)
    assert any(at == place and reason in why for at, why in faults(hotline)), faults(hotline)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("nodes", "main", "choices", "12"), "service", "nodes.main.choices.12"),
        (("nodes", "main", "retries"), -1, "nodes.main.retries"),
        (("nodes", "main", "retries"), "2", "nodes.main.retries"),
        (("nodes", "main", "colour"), "red", "nodes.main.colour"),
        (("nodes", "main", "kind"), "magic", "nodes.main"),
        (("nodes", "service", "queue"), "Customer Service", "nodes.service.queue"),
        (("nodes", "topic-sales", "data", "topic"), "a\r\nb", "nodes.topic-sales.data.topic"),
        (("prompts", "sorry", 0), {"words": "sorry"}, "prompts.sorry.0"),
        (("prompts", "sorry", 0), {"sound": "../../etc/passwd"}, "prompts.sorry.0.sound"),
        (("prompts", "sorry", 0, "text", "zh"), "", "prompts.sorry.0.text.zh"),
        (("prompts", "sorry", 0, "text", "zh"), "x" * 1001, "prompts.sorry.0.text.zh"),
        (("format",), 2, "format"),
        (("start",), 7, "start"),
    ],
)
def test_a_field_that_does_not_fit_is_told_by_its_place(
    hotline: Data, path: tuple[str | int, ...], value: object, place: str
) -> None:
    inner: Any = hotline
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert place in [at for at, _ in faults(hotline)]


def test_several_faults_are_told_at_once(hotline: Data) -> None:
    drop_node(hotline)
    name_no_prompt(hotline)
    forget_english(hotline)
    assert len(faults(hotline)) == 3


def test_a_ten_megabyte_flow_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(FlowInvalid, match=f"at most {MAX_BYTES:,}"):
        read_flow(b" " * 10_000_000)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null", "[]", '"flow"', '{"a":1,"a":2}'])
def test_what_is_no_flow_is_refused_in_words(text: str) -> None:
    with pytest.raises(FlowInvalid, match="flow"):
        read_flow(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_flow_or_are_refused_in_words(raw: bytes) -> None:
    with pytest.raises(FlowInvalid):
        read_flow(raw)


def test_the_guides_example_is_a_flow() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "ivr.md").read_text("utf-8")
    example = guide.split("```json\n")[1].split("```")[0]
    assert read_flow(example).name == "night"
