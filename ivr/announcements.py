"""Announcements: what waiting callers hear, by name and language, as files the dialplan plays."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import structlog

from ivr.errors import VoiceFailed
from ivr.flow import Phrase, Spoken
from ivr.prompts import RATES

log = structlog.get_logger(__name__)

LANGUAGES = ("zh", "en")
NAME = re.compile(r"[a-z0-9_-]{1,60}")
LONGEST_POSITION = 20  # spoken as a number; beyond it there are "many"
_NUMBERED = re.compile(r"(position|from|to|digit|key)-([0-9]{1,3}|star|hash)")

_TEXTS: dict[str, tuple[str, str]] = {
    "please-wait": (
        "座席正忙，请您稍候，我们会按顺序尽快接听您的来电。",
        "All our agents are busy. Please hold the line; calls are answered in order.",
    ),
    "thanks-for-waiting": (
        "感谢您的等待，请继续稍候。",
        "Thank you for waiting. Please stay on the line.",
    ),
    "closed": (
        "您好，现在不是服务时间，请在服务时间内来电，再见。",
        "We are closed now. Please call again during our opening hours. Goodbye.",
    ),
    "full": (
        "您好，当前来电较多，请稍后再拨，再见。",
        "We receive very many calls just now. Please call again later. Goodbye.",
    ),
    "nobody": (
        "您好，暂时无人接听，请稍后再拨，再见。",
        "Nobody can take your call at the moment. Please call again later. Goodbye.",
    ),
    "leave-message": (
        "请在提示音后留言，留言结束后请挂机。",
        "Please leave a message after the tone, then hang up.",
    ),
    "position-many": ("您前面还有很多位客户在等待。", "There are many callers before you."),
    "callback-number": ("我们可以回电给您，您的号码是", "We can call you back. Your number is"),
    "callback-read-back": ("您输入的号码是", "You entered"),
    "callback-confirm": (
        "确认请按一，更换号码请按二，继续等待请按星号。",
        "To confirm press one, for another number press two, to go on waiting press star.",
    ),
    "callback-enter": (
        "请输入您的电话号码，以井号结束。",
        "Please enter your telephone number, then press hash.",
    ),
    "callback-taken": (
        "好的，您的排队位置已保留，我们会尽快回电，再见。",
        "Thank you. You keep your place in line and we will call you. Goodbye.",
    ),
    "callback-refused": (
        "抱歉，现在无法为您安排回电，请继续等待。",
        "We are sorry, we cannot call you back now. Please stay on the line.",
    ),
}
_SHAPES: dict[str, tuple[str, str]] = {
    "position": ("您排在第{}位。", "You are number {} in line."),
    "from": ("预计等待{}分钟", "The expected wait is {} minutes"),
    "to": ("到{}分钟。", "to {} minutes."),
    "digit": ("{}", "{}"),
    "key": (
        "按{}键可以挂机，我们保留您的排队位置并回电给您。",
        "Press {} to hang up, keep your place in line and be called back.",
    ),
}
_KEYS = {"star": ("星号", "star"), "hash": ("井号", "hash")}


class Store(Protocol):
    """Where texts become sound files."""

    def sound(self, phrase: Phrase) -> str | None:
        """Give the name Asterisk plays for a phrase, None for words that are not made yet."""
        ...

    async def make(self, phrase: Phrase) -> bool:
        """Make one phrase's sound; raises `VoiceFailed` or OSError."""
        ...


def text_of(name: str, language: str) -> str | None:
    """Return the words of an announcement of ours; None for a name that is none."""
    place = LANGUAGES.index(language)
    if name in _TEXTS:
        return _TEXTS[name][place]
    found = _NUMBERED.fullmatch(name)
    if found is None:
        return None
    shape, value = _SHAPES[found[1]][place], found[2]
    return shape.format(_KEYS[value][place] if value in _KEYS else value)


class Announcements:
    """A folder with `<language>/<name>.wav`, filled by the voice when a name is first needed.

    A file somebody else put there, a recorded prompt, is played instead of our own text.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        """Keep the files in `folder`, which Asterisk must be able to read."""
        self._store, self._folder = store, folder
        self._there: set[tuple[str, str]] = set()

    def sound(self, language: str, name: str) -> str:
        """Return what Asterisk plays for the name."""
        return str(self._folder / _known(language) / name)

    async def ready(self, language: str, names: Sequence[str]) -> tuple[str, ...]:
        """Return those of the names that can be played now; what is missing is made, or left."""
        language = _known(language)
        return tuple([name for name in names if await self._is_ready(language, name)])

    async def _is_ready(self, language: str, name: str) -> bool:
        if (language, name) in self._there:
            return True
        if not NAME.fullmatch(name):
            log.warning("announcement_unknown", name=name[:80])
            return False
        try:
            there = await self._make(language, name)
        except (VoiceFailed, OSError) as error:
            log.warning("announcement_failed", name=name, language=language, reason=str(error))
            return False
        if there:
            self._there.add((language, name))
        return there

    async def _make(self, language: str, name: str) -> bool:
        path = self._folder / language / name
        if await asyncio.to_thread(path.with_suffix(".wav").exists):
            return True
        text = text_of(name, language)
        if text is None:
            log.warning("announcement_unknown", name=name)
            return False
        phrase: Phrase = (Spoken(language, text),)
        await self._store.make(phrase)
        made = self._store.sound(phrase)
        if made is None:
            return False
        await asyncio.to_thread(_copy, Path(made), path)
        return True


def _known(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


def _copy(made: Path, path: Path) -> None:
    """Copy each rate's file and rename it: a half-written prompt is never played."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    for ending in reversed(RATES.values()):
        draft = path.with_name(f".{path.name}{ending}")
        shutil.copyfile(made.with_name(made.name + ending), draft)
        draft.chmod(0o644)
        draft.replace(path.with_name(path.name + ending))


def names_in(folder: Path) -> frozenset[str]:
    """Return the names that can be said: our own, and the prompts somebody put into `folder`."""
    recorded = {
        path.stem
        for language in LANGUAGES
        for path in (folder / language).glob("*.wav")
        if NAME.fullmatch(path.stem) and not _NUMBERED.fullmatch(path.stem)
    }
    return frozenset(recorded | set(_TEXTS))
