"""A caller confirms his number or enters another; whatever breaks, he waits on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from cti.agi import AgiSession
from cti.errors import AgiHangup
from ivr.announcements import Announcements, text_of
from ivr.callbacks import CallbackSession
from ivr.flow import Phrase

CALLER = "13800138000"


class Desk:
    def __init__(self, *, willing: bool = True) -> None:
        self.willing = willing
        self.promised: list[str] = []
        self.declined = 0

    async def promise(self, call_id: UUID, number: str) -> bool:
        del call_id
        if self.willing:
            self.promised.append(number)
        return self.willing

    async def decline(self, call_id: UUID) -> None:
        del call_id
        self.declined += 1


class Sounds:
    def sound(self, language: str, name: str) -> str:
        return f"{language}/{name}"

    async def ready(self, language: str, names: Sequence[str]) -> tuple[str, ...]:
        del language
        return tuple(names)


class Line:
    """An AGI session that presses what it is told, one key a wait, and keeps what it heard."""

    def __init__(self, *keys: str, number: str = CALLER, digits: str = "") -> None:
        self.environment = {"agi_uniqueid": "1700000000.1", "agi_callerid": number}
        self.keys, self.digits = list(keys), digits
        self.heard: list[str] = []
        self.variables: dict[str, str] = {}

    async def get_variable(self, name: str) -> str | None:
        return {"CC_LANGUAGE": "en"}.get(name)

    async def set_variable(self, name: str, value: str) -> None:
        self.variables[name] = value

    async def stream_file(self, sound: str, keys: str = "") -> str:
        del keys
        self.heard.append(sound.removeprefix("en/"))
        return ""

    async def wait_for_digit(self, milliseconds: int) -> str:
        del milliseconds
        if not self.keys:
            raise AgiHangup("gone")
        return self.keys.pop(0)

    async def get_data(self, sound: str, milliseconds: int, most: int) -> str:
        del milliseconds, most
        self.heard.append(sound.removeprefix("en/"))
        return self.digits


async def serve(line: Line, desk: Desk) -> None:
    await CallbackSession(desk, Sounds())(cast("AgiSession", line))


async def test_the_number_is_read_out_and_confirmed() -> None:
    line, desk = Line("1"), Desk()
    await serve(line, desk)
    assert desk.promised == [CALLER]
    assert line.variables["CC_CALLBACK"] == "taken"
    assert line.heard[0] == "callback-number"
    assert line.heard[1:12] == [f"digit-{digit}" for digit in CALLER]


async def test_another_number_is_entered_and_read_back() -> None:
    line, desk = Line("2", "1", digits="02161112222"), Desk()
    await serve(line, desk)
    assert desk.promised == ["02161112222"]
    assert "callback-read-back" in line.heard


@pytest.mark.parametrize("number", ["anonymous", "", "12"])
async def test_who_calls_without_a_number_is_asked_for_one(number: str) -> None:
    line, desk = Line("1", number=number, digits=CALLER), Desk()
    await serve(line, desk)
    assert line.heard[0] == "callback-enter"
    assert desk.promised == [CALLER]


@pytest.mark.parametrize("keys", [("*",), ("9", "9", "9"), ("", "", "")])
async def test_who_would_rather_wait_waits(keys: tuple[str, ...]) -> None:
    line, desk = Line(*keys), Desk()
    await serve(line, desk)
    assert (desk.promised, desk.declined, line.variables) == ([], 1, {})


async def test_what_is_refused_is_said_and_he_waits_on() -> None:
    line, desk = Line("1"), Desk(willing=False)
    await serve(line, desk)
    assert line.heard[-1] == "callback-refused"
    assert (desk.declined, line.variables) == (1, {})


async def test_a_caller_who_is_gone_promises_nothing() -> None:
    line, desk = Line(), Desk()
    await serve(line, desk)
    assert (desk.promised, line.variables) == ([], {})


class Voice:
    """A store that writes a file for each phrase."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[Phrase] = []

    def sound(self, phrase: Phrase) -> str | None:
        return str(self.folder / "made") if phrase in self.made else None

    async def make(self, phrase: Phrase) -> bool:
        for ending in (".wav", ".wav16"):
            (self.folder / f"made{ending}").write_bytes(b"sound")
        self.made.append(phrase)
        return True


async def test_an_announcement_is_made_when_it_is_first_needed_and_once(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    said = Announcements(voice, tmp_path / "said")
    for _ in range(2):
        assert await said.ready("en", ["position-3", "nonsense", "../x"]) == ("position-3",)
    assert len(voice.made) == 1
    assert (tmp_path / "said" / "en" / "position-3.wav16").read_bytes() == b"sound"
    own: Any = tmp_path / "said" / "zh" / "our-own.wav"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"recorded")
    assert await said.ready("", ["our-own"]) == ("our-own",), "a recorded prompt is played"


def test_every_word_is_there_in_both_languages() -> None:
    names = ["closed", "leave-message", "position-20", "from-2", "to-5", "key-star", "digit-0"]
    assert all(text_of(name, language) for name in names for language in ("zh", "en"))
    assert text_of("position-4", "en") == "You are number 4 in line."
    assert text_of("anything", "en") is None
