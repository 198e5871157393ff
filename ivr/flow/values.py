"""Values of a call's data turned into clips: digits, numbers, dates, times, money, text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final

from ivr.flow.numerals import ZH, digit_clips, number_clips
from ivr.flow.pieces import MAX_VALUE, Style
from ivr.flow.steps import Clip, Sound, Spoken

_CURRENCIES = {
    "CNY": {"zh": "元", "en": "yuan"},
    "USD": {"zh": "美元", "en": "dollars"},
    "EUR": {"zh": "欧元", "en": "euros"},
}
_HOME = "CNY"
_MOST = Decimal(10**8)
_NOON = 12
_TWO, _MINUS = (Spoken("zh", "二"),), (Spoken("zh", "负"),)
_FEW = 10


def value_clips(value: str, style: Style, language: str) -> tuple[Clip, ...]:
    """Give the clips of a value; what does not fit its style is said digit by digit."""
    if not value:
        return ()
    return _SPEAKERS[style](value, language)


def _text(value: str, language: str) -> tuple[Clip, ...]:
    words = " ".join(value.split())[:MAX_VALUE]
    return (Spoken(language, words),) if words else ()


def _date(value: str, language: str) -> tuple[Clip, ...]:
    """Say an ISO date (or the date of an ISO time)."""
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return digit_clips(value, language)
    if language == "zh":
        year = tuple(Spoken("zh", ZH[int(figure)]) for figure in str(day.year))
        month = (*number_clips(str(day.month), "zh"), Spoken("zh", "月"))
        return (*year, Spoken("zh", "年"), *month, *number_clips(str(day.day), "zh"),
                Spoken("zh", "日"))  # fmt: skip
    if language == "en":
        return (Sound(f"digits/mon-{day.month - 1}"), *_ordinal(day.day), *_year(day.year))
    return digit_clips(value[:10], language)


def _ordinal(number: int) -> Iterator[Clip]:
    tens, ones = divmod(number, 10)
    if number <= 20 or not ones:  # noqa: PLR2004 - first to twentieth have sounds of their own
        yield Sound(f"digits/h-{number}")
    else:
        yield from (Sound(f"digits/{tens * 10}"), Sound(f"digits/h-{ones}"))


def _year(year: int) -> tuple[Clip, ...]:
    """Say 2026 as twenty twenty-six, 2005 as two thousand five."""
    century, rest = divmod(year, 100)
    if rest < _FEW or century < _FEW:
        return number_clips(str(year), "en")
    return (*number_clips(str(century), "en"), *number_clips(str(rest), "en"))


def _time(value: str, language: str) -> tuple[Clip, ...]:
    """Say the time of `10:30` or of an ISO time."""
    try:
        at = time.fromisoformat(value) if ":" in value[:3] else datetime.fromisoformat(value)
    except ValueError:
        return digit_clips(value, language)
    if language == "zh":
        minutes = (*number_clips(str(at.minute), "zh"), Spoken("zh", "分")) if at.minute else ()
        return (*_pair(number_clips(str(at.hour), "zh")), Spoken("zh", "点"), *minutes)
    if language == "en":
        half = Sound("digits/p-m" if at.hour >= _NOON else "digits/a-m")
        hour = number_clips(str(at.hour % _NOON or _NOON), "en")
        return (*hour, *_english_minutes(at.minute), half)
    return digit_clips(f"{at.hour:02}{at.minute:02}", language)


def _english_minutes(minute: int) -> tuple[Clip, ...]:
    if not minute:
        return (Sound("digits/oclock"),)
    oh = (Sound("digits/oh"),) if minute < _FEW else ()
    return (*oh, *number_clips(str(minute), "en"))


def _money(value: str, language: str) -> tuple[Clip, ...]:
    """Say `123.45` or `123.45 USD`; without a currency it is yuan."""
    amount, _, code = value.strip().partition(" ")
    words = _CURRENCIES.get(code or _HOME)
    try:
        sum_ = Decimal(amount)
    except InvalidOperation:
        return digit_clips(value, language)
    if words is None or language not in words or not sum_.is_finite() or abs(sum_) >= _MOST:
        return digit_clips(value, language)
    cents = round(abs(sum_) * 100)
    sign = "-" if sum_ < 0 and cents else ""
    unit = Spoken(language, words[language])
    if language == "zh" and words["zh"] == "元":
        return tuple(_yuan(sign, cents))
    behind = f".{cents % 100:02}" if cents % 100 else ""
    said = number_clips(f"{sign}{cents // 100}{behind}", language)
    return (*(said if behind else _pair(said)), unit)


def _pair(words: tuple[Clip, ...]) -> tuple[Clip, ...]:
    """Say two of something as a Chinese speaker does: 两元, 两点."""
    alone = words[-1:] == _TWO and words[:-1] in {(), _MINUS}
    return (*words[:-1], Spoken("zh", "两")) if alone else words


def _yuan(sign: str, cents: int) -> Iterator[Clip]:
    """Say 12.34 as 十二元三角四分, and 12.04 as 十二元零四分."""
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    yield from (*_pair(number_clips(f"{sign}{whole}", "zh")), Spoken("zh", "元"))
    if jiao:
        yield from (Spoken("zh", ZH[jiao]), Spoken("zh", "角"))
    elif fen:
        yield Spoken("zh", "零")
    if fen:
        yield from (Spoken("zh", ZH[fen]), Spoken("zh", "分"))


_SPEAKERS: Final[dict[Style, Callable[[str, str], tuple[Clip, ...]]]] = {
    "digits": digit_clips,
    "number": number_clips,
    "date": _date,
    "time": _time,
    "money": _money,
    "text": _text,
}


def vocabulary(language: str) -> Iterator[Spoken]:
    """Give each word of our voice that values are said with, so that it can be made ahead."""
    if language == "zh":
        words = (*ZH, "两", "十", "百", "千", "万", "负", "年", "月", "日", "点", "分", "元", "角",
                 "美元", "欧元")  # fmt: skip
        yield from (Spoken("zh", word) for word in words)
    elif language == "en":
        yield from (Spoken("en", word) for word in ("point", "yuan", "dollars", "euros"))
    else:
        yield from (Spoken(language, digit) for digit in "0123456789")
