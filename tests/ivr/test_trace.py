"""What a decision saw, put into words: each code of `Sight` has some."""

from __future__ import annotations

import pytest

from ivr.numbers.asking import Sight
from ivr.trace import seen_words


@pytest.mark.parametrize(
    ("sight", "words"),
    [
        ((), ""),
        (("closed", "week"), "closed, week"),
        (("closed", "holiday", "春节"), "closed, holiday 春节"),
        (("open",), "open"),
        (("weekday", "mon"), "mon"),
        (("number", "+8613800138000", "CN"), "+8613800138000 CN"),
        (("number", "4000", ""), "4000"),
        (("anonymous",), "number withheld"),
        (("listed", "threats"), "threats"),
        (("listed", ""), "listed"),
        (("not_known",), "not known"),
        (("calls", 3, 24), "3 within 24 h"),
        (("value", 12), "12"),
        (("down",), "down"),
        (("unknown",), "unknown"),
        (("share", 2, 3, 33.5), "2 of 3: 33.5 %"),
        (("share", 2, 3, 40.0, 1), "2 of 3: 40 %, for share 1"),
        (("all_closed",), "every share is closed"),
    ],
)
def test_what_was_seen_is_said_in_english(sight: Sight, words: str) -> None:
    assert seen_words(sight) == words
