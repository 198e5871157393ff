import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.messages import AmiMessage


def test_headers_match_whatever_their_case() -> None:
    message = AmiMessage(b"Event: Hangup\r\nUniqueid: 1.2\r\nActionID: a/1")
    assert message.get("uniqueID") == message["Uniqueid"] == "1.2"
    assert (message.event, message.response, message.action_id) == ("Hangup", "", "a/1")
    assert message.get("Nope", "x") == "x"
    assert "nope" not in message
    with pytest.raises(KeyError):
        message["Nope"]


def test_repeated_headers_are_all_kept_in_order() -> None:
    message = AmiMessage(b"Event: Status\r\nVariable: A=1\r\nvariable: B=2\r\nVariable: C=3")
    assert message.all("Variable") == ["A=1", "B=2", "C=3"]
    assert message.get("Variable") == "C=3"


@pytest.mark.parametrize(
    "raw",
    [
        b"Event: X\nA: b: c\nEmpty: ",
        b"Event:X\r\nA:b: c\r\nEmpty:",
        b"Event: X\r\nno colon here\r\nA: b: c\r\nEmpty: ",
        b"Event: X\r\n: no name\r\nA:b: c\r\nEmpty:\r\n",
    ],
)
def test_odd_forms_of_a_header_are_read(raw: bytes) -> None:
    message = AmiMessage(raw)
    assert [message.get(name, "-") for name in ("Event", "A", "Empty")] == ["X", "b: c", ""]


def test_a_lone_carriage_return_in_a_name_makes_no_header() -> None:
    message = AmiMessage(b"Event: Newchannel\r\nCallerIDName: x\rUniqueid: 6.6\r\nUniqueid: 1.2")
    assert message["Uniqueid"] == "1.2"
    assert message["CallerIDName"] == "x\rUniqueid: 6.6"


def test_other_line_ends_of_unicode_make_no_header() -> None:
    name = "a\u2028Uniqueid: 6.6\x0b\x1c\x85b"
    message = AmiMessage.of([("Event", "X"), ("CallerIDName", name)])
    assert message["CallerIDName"] == name
    assert "Uniqueid" not in message


def test_bytes_that_are_no_utf_8_spoil_their_own_line_only() -> None:
    message = AmiMessage(b"Event: X\r\nName: \xe5\xbc\r\nOther: " + "三李四".encode())
    assert message["Name"] == "\ufffd"
    assert message["Other"] == "三李四"


_NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,11}", fullmatch=True)
_VALUE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30)


@given(st.lists(st.tuples(_NAME, _VALUE), min_size=1))
def test_what_is_written_is_read(pairs: list[tuple[str, str]]) -> None:
    message = AmiMessage.of(pairs)
    assert message.pairs == pairs
    assert message.headers == dict(pairs)


@given(st.binary(max_size=300))
def test_no_bytes_at_all_can_break_the_reading(raw: bytes) -> None:
    message = AmiMessage(raw)
    assert dict(message.pairs) == AmiMessage(raw).headers
