"""Prompts, digits and numbers turned into clips, in the caller's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ivr.flow.model import Flow, MenuNode, Prompt, SayNode, SoundPart, TextPart
from ivr.flow.steps import Clip, Phrase, Sound, Spoken

MAX_DIGITS = 32
_BIGGEST = 10**8
_ZH = "零一二三四五六七八九"
_ZH_UNITS = ("", "十", "百", "千")
_ZH_WORDS = (*_ZH, *_ZH_UNITS[1:], "万", "负")


def prompt_clips(prompt: Prompt, language: str) -> tuple[Clip, ...]:
    """Give the clips of a prompt for a caller who hears `language`."""
    return tuple(_clip(part, language) for part in prompt)


def _clip(part: TextPart | SoundPart, language: str) -> Clip:
    if isinstance(part, SoundPart):
        return Sound(part.sound)
    return Spoken(*part.spoken(language))


def digit_clips(value: str, language: str) -> tuple[Clip, ...]:
    """Give a clip for each of the first 32 digits in `value`; other characters are left out."""
    digits = [char for char in value if char in "0123456789"][:MAX_DIGITS]
    return tuple(_digit(digit, language) for digit in digits)


def _digit(digit: str, language: str) -> Clip:
    if language == "en":
        return Sound(f"digits/{digit}")
    return Spoken(language, _ZH[int(digit)] if language == "zh" else digit)


def number_clips(value: str, language: str) -> tuple[Clip, ...]:
    """Give a whole number up to 99,999,999 in words; anything else is said digit by digit."""
    text = value.strip()
    if not (text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()):
        return digit_clips(value, language)
    number = int(text) if len(text) <= MAX_DIGITS else _BIGGEST
    if abs(number) >= _BIGGEST:
        return digit_clips(value, language)
    if language == "en":
        return tuple(Sound(f"digits/{word}") for word in _english(number))
    if language == "zh":
        return tuple(Spoken("zh", word) for word in _chinese(number))
    return digit_clips(value, language)


def _english(number: int) -> Iterator[str]:
    """Name Asterisk's sounds for a number: minus, 0..20, 30..90, hundred, thousand, million."""
    if number < 0:
        yield "minus"
    rest = abs(number)
    for size, word in ((10**6, "million"), (10**3, "thousand")):
        if rest >= size:
            yield from _english_hundreds(rest // size)
            yield word
            rest %= size
    if rest or not number:
        yield from _english_hundreds(rest)


def _english_hundreds(number: int) -> Iterator[str]:
    hundreds, rest = divmod(number, 100)
    if hundreds:
        yield from (str(hundreds), "hundred")
    tens, ones = divmod(rest, 10)
    if tens > 1:
        yield str(tens * 10)
        rest = ones
    if rest or not number:
        yield str(rest)


def _chinese(number: int) -> Iterator[str]:
    if number < 0:
        yield "负"
    high, low = divmod(abs(number), 10_000)
    words = [*_chinese_group(high), "万"] if high else []
    # 一万零五十: a zero is spoken where the thousands are missing
    if high and 0 < low < 1000:  # noqa: PLR2004 - a thousand is the place that is missing
        words.append("零")
    words.extend(_chinese_group(low))
    yield from words[1:] if words[:2] == ["一", "十"] else words or ["零"]


def _chinese_group(number: int) -> Iterator[str]:
    """Say 1..9999, with one 零 for each gap between its figures."""
    gap = False
    started = False
    for power in (3, 2, 1, 0):
        figure = number // 10**power % 10
        if not figure:
            gap = started
            continue
        if gap:
            yield "零"
        yield _ZH[figure]
        if power:
            yield _ZH_UNITS[power]
        gap, started = False, True


def phrases_of(clips: Sequence[Clip]) -> tuple[Phrase, ...]:
    """Join the spoken clips that follow each other: what is one file can be played unbroken."""
    runs = groupby(clips, key=lambda clip: isinstance(clip, Spoken))
    joined: list[Phrase] = []
    for spoken, run in runs:
        joined.extend([tuple(run)] if spoken else [(sound,) for sound in run])
    return tuple(joined)


def all_phrases(flow: Flow) -> frozenset[Phrase]:
    """Give all that callers of the flow can hear by our voice, so that it can be made ahead."""
    heard: set[Phrase] = set()
    for language in flow.languages:
        for prompts in _played_together(flow):
            clips = [
                clip for name in prompts for clip in prompt_clips(flow.prompts[name], language)
            ]
            heard.update(phrases_of(clips))
        if any(isinstance(node, SayNode) for node in flow.nodes.values()):
            heard.update((clip,) for clip in _vocabulary(language))
    return frozenset(phrase for phrase in heard if isinstance(phrase[0], Spoken))


def _played_together(flow: Flow) -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in flow.prompts)
    for node in flow.nodes.values():
        if isinstance(node, MenuNode):
            yield from ((node.wrong, node.prompt), (node.silent, node.prompt))


def _vocabulary(language: str) -> Iterator[Clip]:
    if language == "zh":
        yield from (Spoken("zh", word) for word in _ZH_WORDS)
    else:
        yield from (_digit(digit, language) for digit in "0123456789")
