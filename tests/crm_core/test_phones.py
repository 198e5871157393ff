"""Telephone numbers: each way of writing one leads to the same number, noise leads nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.phones import MAX_LENGTH, NumberKind, normalise

MOBILE = "+8613800138000"
FIXED = "+862150311234"


@pytest.mark.parametrize(
    "raw",
    [
        "+8613800138000",
        "8613800138000",
        "008613800138000",
        "0086 138-0013-8000",
        "013800138000",
        "13800138000",
        "138 0013 8000",
        "１３８００１３８０００",
        "٠١٣٨٠٠١٣٨٠٠٠",
        "+86 (0)13800138000",
        "tel:+86-138-0013-8000",
        "sip:13800138000@203.0.113.9",
    ],
)
def test_a_mobile_number_is_known_however_it_is_written(raw: str) -> None:
    number = normalise(raw)
    assert (number.e164, number.kind, number.raw) == (MOBILE, NumberKind.MOBILE, raw)


@pytest.mark.parametrize(
    "raw", ["02150311234", "021/50311234", "(021) 5031 1234", "2150311234", "50311234"]
)
def test_the_site_lends_its_area_code(raw: str) -> None:
    assert normalise(raw).e164 == FIXED
    assert normalise(raw).kind is NumberKind.FIXED


def test_another_site_lends_another_area_code() -> None:
    assert normalise("65529988", area_code="010").e164 == "+861065529988"


@pytest.mark.parametrize(
    "raw",
    [
        "021-50311234 ext 801",
        "021-50311234转801",
        "021-50311234 分机 801",
        "02150311234;ext=801",
        "02150311234,801",
        "02150311234#801",
        "(021) 50311234 (x 801)",
    ],
)
def test_an_extension_is_kept_apart(raw: str) -> None:
    number = normalise(raw)
    assert (number.e164, number.extension) == (FIXED, "801")


@pytest.mark.parametrize("raw", ["10086", "95588", "12345", "110", "1008611", "4000", "1001"])
def test_a_short_code_stays_as_it_is(raw: str) -> None:
    number = normalise(raw)
    assert (number.e164, number.digits, number.kind) == (None, raw, NumberKind.SHORT)


@pytest.mark.parametrize("raw", ["400-800-1234", "4008001234"])
def test_a_400_number_is_a_service_number(raw: str) -> None:
    assert normalise(raw).e164 == "+864008001234"
    assert normalise(raw).kind is NumberKind.SERVICE


@pytest.mark.parametrize(
    "raw", ["", "  ", "anonymous", "Anonymous", "unknown", "匿名", "\x00\r\n"]
)
def test_nobody_is_anonymous(raw: str) -> None:
    assert normalise(raw).kind is NumberKind.ANONYMOUS


@pytest.mark.parametrize("raw", ["1-800-FLOWERS", "张三", "<script>", "+", "013", "0" * 12])
def test_what_is_no_number_is_kept_as_it_came(raw: str) -> None:
    number = normalise(raw)
    assert (number.e164, number.kind, number.raw) == (None, NumberKind.INVALID, raw)


def test_numbers_of_other_countries_are_known() -> None:
    assert normalise("+44 (0)20 7946 0958").e164 == "+442079460958"
    assert normalise("001 202 555 0120").e164 == "+12025550120"


def test_a_flood_of_digits_costs_nothing() -> None:
    assert len(normalise("1" * 5_000_000).raw) == MAX_LENGTH


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    number = normalise(text)
    assert number.e164 is None or number.e164.startswith("+")


@given(st.from_regex(r"\+?[0-9 ()/.-]{0,30}", fullmatch=True))
def test_a_number_in_its_own_form_stays_the_same(text: str) -> None:
    e164 = normalise(text).e164
    if e164 is not None:
        assert normalise(e164).e164 == e164
