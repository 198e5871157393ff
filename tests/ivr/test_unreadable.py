from __future__ import annotations

import json

import pytest
import yaml

from crm_core.sentences import Sentence, in_words
from ivr.errors import FlowInvalid
from ivr.flow.reading import read_data
from ivr.numbers.errors import PlanInvalid
from ivr.numbers.reading import read_plan
from ivr.unreadable import text_fault, yaml_fault

BROKEN_YAML = {
    "a: b: c": "a second colon in one value; put the value between quotation marks",
    "a: [1, 2": "a comma or the closing bracket is missing before this",
    'a: "x': "the text ends in the middle of a text between quotation marks",
    "a: @x": "a value cannot begin with this character; put the value between quotation marks",
    "a:\n  b: 1\n c: 2": "this does not go on what stands above;"
    " look at how far the line is indented",
    "a: 1\n\tb: 2": "a line is indented by a tab; take spaces",
    'a: "\\q"': "the character behind the backslash is none that is known there",
    "a: \x01": "here stands a character that cannot be seen and is not taken",
    "a: 1\nb": "a colon behind the name is missing",
    "--- a\n--- b": "more than one document",
    "a: |x": "behind | or > the text begins on the next line",
    "a: ]": "a value is missing here",
}
BROKEN_JSON = {
    '{"a": }': "line 1, column 7: a value is missing here",
    '{"a" 1}': "line 1, column 6: a colon behind the name is missing",
    '{"a": 1,}': "line 1, column 9: a name between quotation marks is missing here",
    '{"a": 1} x': "line 1, column 10: this stands behind the end of what was read",
}


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@pytest.mark.parametrize(("text", "told"), BROKEN_YAML.items())
def test_the_readers_of_yaml_in_c_and_in_python_are_said_alike(
    loader: type[yaml.SafeLoader], text: str, told: str
) -> None:
    with pytest.raises(yaml.YAMLError) as raised:
        yaml.load(text, loader)  # noqa: S506 - both are safe ones
    assert yaml_fault(raised.value) == told


@pytest.mark.parametrize(("text", "told"), BROKEN_JSON.items())
def test_broken_json_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(json.JSONDecodeError) as raised:
        json.loads(text)
    assert text_fault(raised.value) == told


def test_what_nobody_foresaw_is_told_as_the_reader_says_it() -> None:
    told = yaml_fault(yaml.YAMLError("the moon is full"))
    assert told == "this is not understood (the moon is full)"


@pytest.mark.parametrize("text", ["name: [", "1: 2\n1: 3", "[1]: 2", "a: \xff"])
def test_every_word_of_a_refusal_can_be_put_into_another_language(text: str) -> None:
    raw = text.encode("latin-1")
    with pytest.raises(FlowInvalid) as flow:
        read_data(raw, name="flow")
    with pytest.raises(PlanInvalid) as plan:
        read_plan(raw)
    for reason in (flow.value.problems[0].reason, plan.value.problems[0].reason):
        assert isinstance(reason, Sentence)
        left = in_words(reason, _blanked).replace("YAML", "").replace("JSON", "")
        assert not any(letter.isalpha() for letter in left)


def _blanked(pattern: str) -> str:
    """Leave of a pattern its fields alone."""
    kept = pattern.replace("{", "|{").replace("}", "}|").split("|")
    return " ".join(part for part in kept if part.startswith("{"))
