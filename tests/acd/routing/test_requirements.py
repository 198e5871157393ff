"""The language of requirements: understood, or refused with the place and the reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.routing import (
    RequirementError,
    StepText,
    parse,
    parse_steps,
    skills_named,
    unknown_in_steps,
    unknown_skills,
)

SKILLS = ["tech", "sales", "language:zh", "语言:中文"]
levels = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 9))
atoms = st.builds(
    lambda skill, how, level: f"{skill}{how}{level}",
    st.sampled_from(SKILLS),
    st.sampled_from([">=", ">", "=", "<=", "<"]),
    st.integers(0, 9),
) | st.sampled_from(SKILLS)
texts = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("text", "levels", "met"),
    [
        ("tech", {"tech": 1}, True),
        ("tech", {}, False),
        ("tech<2", {}, True),
        ("language:zh>=4 and tech>=2", {"language:zh": 4, "tech": 2}, True),
        ("language:zh>=4 and tech>=2", {"language:zh": 3, "tech": 2}, False),
        ("tech>=5 or sales", {"sales": 1}, True),
        ("tech>=5 or sales and language:zh", {"sales": 1}, False),  # `and` binds closer
        ("not sales", {"tech": 1}, True),
        ("NOT (sales OR tech)", {"tech": 1}, False),
        ("语言:中文>=3", {"语言:中文": 3}, True),
        ("order=2", {"order": 2}, True),  # a skill may begin like a word of the language
    ],
)
def test_a_requirement_is_met_or_not(text: str, levels: dict[str, int], *, met: bool) -> None:
    assert parse(text).meets(levels) is met


@given(text=texts, levels=levels)
def test_what_is_said_against_an_agent_agrees_with_the_test(
    text: str, levels: dict[str, int]
) -> None:
    requirement = parse(text)
    assert (requirement.why_not(levels) == "") is requirement.meets(levels)
    again = parse(requirement.in_words())
    assert again.meets(levels) is requirement.meets(levels)
    assert skills_named(text) == set(requirement.skills) <= set(SKILLS)


def test_the_reason_names_the_skill_and_the_level_asked_for() -> None:
    requirement = parse("language:zh>=4 and tech>=2")
    assert requirement.why_not({"language:zh": 3, "tech": 2}) == "language:zh is 3, needs >=4"


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("", 1, "nothing is written"),
        ("tech and", 9, "expected '(', 'not' or a skill"),
        ("tech and or sales", 10, "'or' here, expected a skill"),
        ("and tech", 1, "'and' here, expected a skill"),
        ("Anyone", 1, "'Anyone' here, expected a skill"),
        ("tech for 20 s", 6, "'for' cannot stand here"),
        ("tech>=2andsales", 8, "'andsales' cannot stand here, expected 'and', 'or' or the end"),
        ("tech >= ", 8, "expected a number"),
        ("tech sales", 6, "'sales' cannot stand here"),
        ("tech>=12", 7, "levels go from 0 to 9"),
        ("tech $ sales", 6, "'$' has no meaning here"),
        ("(tech", 6, "expected"),
        ("tech)", 5, "')' cannot stand here"),
        ("x" * 501, 501, "longer than 500 characters"),
        ("not " * 20 + "tech", 49, "nested deeper than 12"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_reason(
    text: str, place: int, reason: str
) -> None:
    with pytest.raises(RequirementError) as refused:
        parse(text)
    assert refused.value.place == place
    assert reason in refused.value.reason
    assert f"at character {place}" in str(refused.value)


def test_a_skill_may_begin_with_a_word_of_the_language() -> None:
    assert parse("format>=2 and order or nothing").skills == ("format", "order", "nothing")
    assert parse_steps("s>=2 for 5 s then then-some")[1] == StepText("then-some>=1", None)


def refusal_of(read: Callable[[str], object], text: str) -> RequirementError | None:
    try:
        read(text)
    except RequirementError as error:
        return error
    return None


@given(text=st.text(max_size=60))
def test_any_text_is_understood_or_refused(text: str) -> None:
    for read in (parse, parse_steps):
        error = refusal_of(read, text)
        assert error is None or (1 <= error.place <= len(text) + 1 and error.reason)


def test_an_unknown_skill_is_told_with_its_place() -> None:
    [error] = unknown_skills("tech>=2 and welding", {"tech"})
    assert (error.place, error.reason) == (13, "there is no skill welding")
    assert unknown_skills("", {"tech"}) == []
    text = "tech and flying for 20 s then welding>=2 for 5 s then anyone"
    found = unknown_in_steps(text, {"tech"})
    assert [(one.place, one.reason) for one in found] == [
        (10, "there is no skill flying"),
        (31, "there is no skill welding"),
    ]


def test_steps_are_read_in_their_order() -> None:
    text = "language:zh>=4 and (tech>=2 or sales) for 20 s then tech for 10 then anyone"
    assert parse_steps(text) == (
        StepText("language:zh>=4 and (tech>=2 or sales>=1)", 20),
        StepText("tech>=1", 10),
        StepText("", None),
    )
    assert parse_steps("tech>=2") == (StepText("tech>=2", None),)
    assert parse_steps("tech for 20 s") == (StepText("tech>=1", 20), StepText("", None))


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("tech then anyone", 5, "for how many seconds"),
        ("tech for 0 s then anyone", 10, "a step lasts 1 to 86400 seconds"),
        ("tech for", 9, "expected a number"),
        (" then ".join(["tech for 1 s"] * 11), 1, "more than 10 steps"),
    ],
)
def test_steps_that_cannot_be_are_refused(text: str, place: int, reason: str) -> None:
    with pytest.raises(RequirementError) as refused:
        parse_steps(text)
    assert refused.value.place == place
    assert reason in refused.value.reason
