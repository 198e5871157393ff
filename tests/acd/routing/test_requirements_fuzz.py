"""The language of requirements given anything: understood, or refused by place and reason."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from soon import soon

from acd.board.settings import QueueSettings, RequirementStep, Roster
from acd.checking import Known, check
from acd.routing import RequirementError, parse, parse_steps, unknown_in_steps, unknown_skills
from crm_core.sentences import Sentence

WORDS = st.sampled_from(
    [
        *("tech", "language:zh", "and", "or", "not", "then", "for", "anyone", "s", "seconds"),
        *("(", ")", ">=", "<=", ">", "<", "=", "0", "4", "99", "20", "86401", "AND", "Anyone"),
        *("语言", "tech>=2", "for 20 s then", "_", "-", ":", "$", "\u202e", "\x00", "t" * 90),
    ]
)
TEXTS = st.lists(WORDS, max_size=16).map(" ".join) | st.text(max_size=60)


@settings(max_examples=400, derandomize=True)
@given(text=TEXTS, known=st.frozensets(st.sampled_from(["tech", "language:zh"])))
def test_any_text_is_understood_or_refused_within_it(text: str, known: frozenset[str]) -> None:
    with soon():
        for read in (parse, parse_steps):
            try:
                read(text)
            except RequirementError as error:
                told_well(error, text)
            else:
                look = unknown_skills if read is parse else unknown_in_steps
                for missing in look(text, known):
                    told_well(missing, text)


def told_well(error: RequirementError, text: str) -> None:
    assert 1 <= error.place <= len(text) + 1, (error, text)
    assert isinstance(error.reason, Sentence), error


@settings(max_examples=200, derandomize=True)
@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
def test_the_check_of_a_queue_tells_each_text_that_is_none(texts: list[str]) -> None:
    steps = tuple(RequirementStep(needs=text, seconds=None) for text in texts)
    roster = Roster(queues=(QueueSettings(name="service", steps=steps),))
    wrong = {one.path for one in check(roster, Known(skills=frozenset({"tech"})))}
    for place, text in enumerate(texts):
        if text.strip():
            try:
                parse(text)
            except RequirementError:
                assert f"steps.{place}.needs" in wrong
