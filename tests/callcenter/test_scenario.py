"""A caller's SIPp scenario is sound XML, whatever his name."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.demo.scenario import Caller, caller_scenario, from_address, hang_up_message

names = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=300)


@given(names)
def test_any_name_stays_inside_its_quotes(name: str) -> None:
    address = from_address(Caller(from_number="123", to_number="4000", name=name))
    assert address.endswith("<sip:123@127.0.0.1>")
    quoted = address.removesuffix("<sip:123@127.0.0.1>").strip()
    inner = quoted[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inner
    assert not inner.endswith("\\")


@pytest.mark.parametrize("number", ["13800138000", "+8613800138000", "agent-1001", "*43", "10086"])
def test_the_scenario_reads_back_as_xml(number: str) -> None:
    caller = Caller(from_number=number, to_number=number, longest_seconds=7)
    text = caller_scenario(caller, media_port=4711, token="abc")
    assert ET.fromstring(text).tag == "scenario"  # noqa: S314 - our own text
    assert f"INVITE sip:{number}@" in text
    assert "m=audio 4711 " in text
    assert 'timeout="7000"' in text


def test_an_anonymous_caller_shows_neither_number_nor_name() -> None:
    address = from_address(Caller(from_number="anonymous", to_number="4000", name="Li"))
    assert address == '"Anonymous" <sip:anonymous@anonymous.invalid>'


@pytest.mark.parametrize(
    "number", ["", "1 2", "1@x", "1\r\n", "<1>", "1;a", "x" * 40, "[call_id]"]
)
def test_a_number_that_would_break_the_message_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="no number to dial"):
        Caller(from_number=number, to_number="4000")
    with pytest.raises(ValueError, match="no number to dial"):
        Caller(from_number="123", to_number=number)


def test_hanging_up_is_told_on_the_calls_own_id() -> None:
    assert b"Call-ID: abc\r\n" in hang_up_message("abc")
