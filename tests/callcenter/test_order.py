"""A call that cannot be is refused in words before anything is started."""

import pytest

from callcenter.demo.order import CallOrder
from callcenter.errors import CommandFailed

FINE = {"from_number": "13800138000", "to_number": "4000"}


@pytest.mark.parametrize(
    "change",
    [
        {"from_number": "1<3"},
        {"from_number": "1\r\nX: y"},
        {"from_number": ""},
        {"to_number": "4 000"},
        {"keys": "2a"},
        {"talk": -1.0},
        {"talk": float("nan")},
        {"talk": float("inf")},
        {"before_keys": 1e9},
        {"name": "a\nb"},
        {"name": "x" * 600},
    ],
)
def test_a_call_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    order = CallOrder(**{**FINE, **change})  # type: ignore[arg-type]
    with pytest.raises(CommandFailed):
        order.caller()


@pytest.mark.parametrize(
    "change",
    [
        {"from_number": "anonymous"},
        {"from_number": "+8613800138000", "to_number": "*43"},
        {"name": "张三 <b>&amp; 😀 [x]", "keys": "1,,2#*"},
        {"talk": 0.0},
    ],
)
def test_odd_callers_are_let_through(change: dict[str, object]) -> None:
    order = CallOrder(**{**FINE, **change})  # type: ignore[arg-type]
    assert order.caller().longest_seconds == order.longest()


def test_the_longest_time_covers_ringing_keys_and_talk() -> None:
    order = CallOrder(**FINE, keys="12", before_keys=3, talk=10)  # type: ignore[arg-type]
    assert order.longest() >= 3 + 2 * 1 + 10
