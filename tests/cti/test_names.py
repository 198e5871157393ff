import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.names import plain_name


def sip(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def ami(name: str) -> str:
    for mark, written in {"\\": "\\\\", '"': '\\"', "'": "\\'", "?": "\\?"}.items():
        name = name.replace(mark, written)
    return name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", ""),
        ("王敏", "王敏"),
        ("O\\'Hara", "O'Hara"),
        (ami(sip('<img src=x onerror="run()">')), '<img src=x onerror="run()">'),
        ("a\\r\\nEvent: Hangup\\n", "a Event: Hangup"),
        ("bell\\a \x1b[31mred", "bell [31mred"),
        ("\u202egnp.exe", "gnp.exe"),
        ("王敏 👩\u200d💼", "王敏 👩\u200d💼"),
        ("a\u2028b\x00c", "a b c"),
        ("ends with \\", "ends with \\"),
        ("bad \ufffd\ufffd", "bad \ufffd\ufffd"),
    ],
)
def test_a_name_is_what_was_meant(header: str, name: str) -> None:
    assert plain_name(header) == name


@given(st.text(st.characters(exclude_categories=("C", "Z")), max_size=40))
def test_what_sip_and_ami_wrap_comes_back(name: str) -> None:
    assert plain_name(ami(sip(name))) == name


@given(st.text(max_size=40))
def test_a_name_is_always_one_line(header: str) -> None:
    assert len(plain_name(header).splitlines()) <= 1
