"""Digits and numbers in words: Asterisk's sounds for English, our voice for Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flow.steps import Clip, Sound, Spoken

MAX_DIGITS = 32
_BIGGEST = 10**8
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
POINT = {"en": "point", "zh": "点"}
ZH = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")


def digit_clips(value: str, language: str) -> tuple[Clip, ...]:
    """Give a clip for each of the first 32 digits in `value`; other characters are left out."""
    digits = [char for char in value if char in "0123456789"][:MAX_DIGITS]
    return tuple(_digit(digit, language) for digit in digits)


def _digit(digit: str, language: str) -> Clip:
    if language == "en":
        return Sound(f"digits/{digit}")
    return Spoken(language, ZH[int(digit)] if language == "zh" else digit)


def number_clips(value: str, language: str) -> tuple[Clip, ...]:
    """Give a number below 100,000,000 in words, figures behind its point one by one.

    Anything else is said digit by digit.
    """
    found = _NUMBER.fullmatch(value.strip())
    if found is None or language not in {"en", "zh"}:
        return digit_clips(value, language)
    minus, whole, behind = found[1], found[2], found[3] or ""
    if len(whole) > MAX_DIGITS or int(whole) >= _BIGGEST:
        return digit_clips(value, language)
    point = (Spoken(language, POINT[language]),) if behind else ()
    return (*_whole(minus, int(whole), language), *point, *digit_clips(behind, language))


def _whole(minus: str, number: int, language: str) -> Iterator[Clip]:
    """Say a whole number; nought keeps its minus, as it does in minus nought point five."""
    if language == "en":
        words = (*(("minus",) if minus else ()), *_english(number))
        yield from (Sound(f"digits/{word}") for word in words)
    else:
        words = (*(("负",) if minus else ()), *_chinese(number))
        yield from (Spoken("zh", word) for word in words)


def _english(number: int) -> Iterator[str]:
    """Name Asterisk's sounds for a number: 0..20, 30..90, hundred, thousand, million."""
    rest = number
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
    high, low = divmod(number, 10_000)
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
        yield ZH[figure]
        if power:
            yield _UNITS[power]
        gap, started = False, True
