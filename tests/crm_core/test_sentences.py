"""Sentences: English texts that another language can say anew."""

from __future__ import annotations

import copy

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from crm_core.faults import fault_sentence
from crm_core.sentences import as_kept, from_kept, in_words, sentence, told_values, whole

GERMAN = {"there is no {what} '{name}'": "{what} „{name}“ fehlt", "queue": "Schlange"}


def german(text: str) -> str:
    return GERMAN.get(text, text)


def missing() -> str:
    return sentence(
        "gone", "there is no {what} '{name}'", what=sentence("q", "queue"), name="a{b}"
    )


def test_a_sentence_is_its_english_text() -> None:
    assert missing() == "there is no queue 'a{b}'"
    assert f"{missing()}!" == "there is no queue 'a{b}'!"


def test_another_language_words_it_anew_and_the_sentences_in_it() -> None:
    assert in_words(missing(), german) == "Schlange „a{b}“ fehlt"
    assert in_words(whole(missing()), german) == "Schlange „a{b}“ fehlt."


def test_what_somebody_wrote_is_not_translated() -> None:
    told = sentence("gone", "there is no {what} '{name}'", what="queue", name="queue")
    assert in_words(told, german) == "queue „queue“ fehlt"


def test_several_values_stand_in_a_row_and_figures_are_short() -> None:
    assert sentence("x", "{a}; {b}", a=("one", "two"), b=0.5) == "one, two; 0.5"


def test_a_sentence_is_copied_and_kept_whole() -> None:
    for other in (copy.deepcopy(missing()), from_kept(as_kept(missing()))):
        assert other == missing()
        assert told_values(other) == {"what": "queue", "name": "a{b}"}
    assert in_words(copy.deepcopy(missing()), german) == "Schlange „a{b}“ fehlt"


def test_a_text_that_was_kept_as_it_was_stays_so() -> None:
    for text in ("", "taken back by Ada", '{"code": broken', '{"code": 1}'):
        assert from_kept(text) == text


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    age: int

    @field_validator("age")
    @classmethod
    def _grown(cls, age: int) -> int:
        if age < 0:
            raise ValueError(sentence("unborn", "not born for {years} years", years=-age))
        return age


def faults(data: dict[str, object]) -> list[str]:
    try:
        Document.model_validate(data)
    except ValidationError as error:
        return [fault_sentence(one) for one in error.errors()]
    return []


def test_what_pydantic_finds_is_a_sentence_too() -> None:
    for data, code in (
        ({}, "missing"),
        ({"age": "1"}, "int_type"),
        ({"age": 1, "x": 1}, "extra_forbidden"),
        ({"age": -3}, "unborn"),
    ):
        [told] = faults(data)
        assert getattr(told, "code", "") == code
    assert in_words(faults({"age": -3})[0], lambda text: f"[{text}]") == "[not born for 3 years]"
