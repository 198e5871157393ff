"""A plan holds nothing that could break out of its place in Asterisk's files."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_conf.plan import (
    AgentPhone,
    AsteriskPlan,
    AsteriskPorts,
    FallbackQueue,
    InvalidPlan,
    display_name,
)

PLAN = AsteriskPlan(home=Path("/srv/callcenter"), ami_secret="0123456789abcdef")


@pytest.mark.parametrize(
    "secret", ["", "short", "0123456789abcdef\n", "0123456789;abcdef", "0123456789 abcdef"]
)
def test_a_secret_that_could_end_its_line_is_refused(secret: str) -> None:
    with pytest.raises(InvalidPlan):
        replace(PLAN, ami_secret=secret)


@pytest.mark.parametrize(
    "extension", ["", "1", "123456789", "10a1", "1001\n", "1001;", "../1", "١٢"]
)
def test_an_extension_is_two_to_eight_digits(extension: str) -> None:
    with pytest.raises(InvalidPlan):
        AgentPhone(extension=extension, name="Li")


@pytest.mark.parametrize("name", ["", "Sales", "sales]", "a b", "客服", "a" * 41, "x\n[y]"])
def test_a_queue_is_a_slug(name: str) -> None:
    with pytest.raises(InvalidPlan):
        FallbackQueue(name=name)


def test_a_queue_takes_no_member_that_is_no_extension() -> None:
    with pytest.raises(InvalidPlan):
        FallbackQueue(name="sales", members=("1001", "1002&PJSIP/trunk"))


@pytest.mark.parametrize("peer", ["carrier", "carrier:", "a b:5060", "x:5060;y", "x:5060\n"])
def test_a_trunk_peer_is_a_host_and_a_port(peer: str) -> None:
    with pytest.raises(InvalidPlan):
        replace(PLAN, trunk_peer=peer)


@pytest.mark.parametrize("number", ["4", "40 00", "4000)", "+", "four"])
def test_an_outbound_number_is_digits(number: str) -> None:
    with pytest.raises(InvalidPlan):
        replace(PLAN, outbound_number=number)


@pytest.mark.parametrize(
    "home", ["relative", "/with;comment", "/with\nline", "/with[section]", "/a,b"]
)
def test_a_home_that_cannot_be_written_in_a_file_is_refused(home: str) -> None:
    with pytest.raises(InvalidPlan):
        replace(PLAN, home=Path(home))


def test_a_home_too_long_for_a_socket_is_refused_before_asterisk_fails_on_it() -> None:
    with pytest.raises(InvalidPlan, match="too long"):
        replace(PLAN, home=Path("/" + "a" * 90))


def test_a_home_with_spaces_and_chinese_is_fine() -> None:
    assert replace(PLAN, home=Path("/srv/呼叫 中心")).directory.name == "asterisk"


@pytest.mark.parametrize("ports", [{"sip": 0}, {"ami": 65536}, {"rtp_first": 20, "rtp_last": 20}])
def test_a_port_is_a_port(ports: dict[str, int]) -> None:
    with pytest.raises(InvalidPlan):
        AsteriskPorts(**ports)


@given(st.text(max_size=200))
def test_any_name_becomes_one_that_can_stand_in_a_caller_id(name: str) -> None:
    shown = display_name(name)
    assert len(shown) <= 64
    assert not set(shown) & set('";[]<>\\\r\n\0,$')
    assert shown == shown.strip()


def test_names_that_can_be_kept_are_kept() -> None:
    assert display_name("王敏 Emma O'Neil-Ünal 😀") == "王敏 Emma O'Neil-Ünal 😀"
