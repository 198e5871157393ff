"""Telephone numbers as people and switches write them, brought to one form."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

MAX_LENGTH = 64  # of what is looked at; the rest is noise
TAIL_DIGITS = 8  # a Chinese fixed number without its area code
SHORT_DIGITS = 6  # up to here a number is an extension or a short code
LONGEST_SERVICE_CODE = 8  # of Chinese codes that begin with 1 or 9, such as 1008611

_EXTENSION = re.compile(
    r"(?P<number>.*\d.*?)[\s(]*(?:转|轉|分机|分機|extension|ext|x|#|,|;\s*ext\s*=)[\s.:]*"
    r"(?P<extension>\d{1,8})[\s)]*$",
    re.IGNORECASE | re.DOTALL,
)
_FURNITURE = re.compile(r"[\s().\-/·‐-―~_\[\]]")
_SCHEME = re.compile(r"^(?:sips?|tel|callto):", re.IGNORECASE)
_DIALABLE = re.compile(r"\+?[0-9]{1,20}")
_ANONYMOUS = frozenset(
    {
        *("anonymous", "unknown", "private", "restricted", "unavailable", "withheld", "asserted"),
        *("none", "null", "blocked", "nobody", "s", "匿名", "未知", "隐藏"),
    }
)
_FIXED = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


class NumberKind(StrEnum):
    """What sort of number it is."""

    MOBILE = "mobile"
    FIXED = "fixed"
    SERVICE = "service"  # toll-free, shared cost, premium: 400, 800 ...
    SHORT = "short"  # 10086, 12345, an inside extension: dialled as it stands
    ANONYMOUS = "anonymous"  # nobody tells who calls
    INVALID = "invalid"  # kept as it came


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number: `e164` when it is one, `raw` as it came, `digits` to look up by."""

    e164: str | None
    raw: str
    extension: str
    kind: NumberKind
    digits: str = ""

    @property
    def shown(self) -> str:
        """The form to show and to dial."""
        return self.e164 or self.digits or self.raw

    @property
    def tail(self) -> str | None:
        """The last digits, for a short match; None when there are too few."""
        digits = (self.e164 or self.digits).lstrip("+")
        return digits[-TAIL_DIGITS:] if len(digits) >= TAIL_DIGITS - 1 else None


def normalise(raw: str, region: str = "CN", area_code: str = "021") -> PhoneNumber:
    """Return the number that `raw` means when seen from a site; never raises.

    `region` is the site's ISO country, `area_code` its own with the trunk 0. Numbers that are no
    E.164 numbers (short codes, letters, noise) keep their raw form.
    """
    return _normalised(raw[:MAX_LENGTH], region, area_code)


@lru_cache(maxsize=4096)
def _normalised(raw: str, region: str, area_code: str) -> PhoneNumber:
    kept = "".join(mark for mark in raw if mark.isprintable()).strip()
    plain = _SCHEME.sub("", _plain_digits(kept)).partition("@")[0].strip()
    if not plain or plain.lower() in _ANONYMOUS:
        return PhoneNumber(None, kept, "", NumberKind.ANONYMOUS)
    number, extension = _split_extension(plain)
    digits = _FURNITURE.sub("", number).replace("(0)", "")
    if not _DIALABLE.fullmatch(digits):
        return PhoneNumber(None, kept, extension, NumberKind.INVALID, digits[:40])
    return _meant(kept, digits, extension, region, area_code)


def _meant(raw: str, digits: str, extension: str, region: str, area_code: str) -> PhoneNumber:
    if _is_short(digits, region):
        return PhoneNumber(None, raw, extension, NumberKind.SHORT, digits)
    for candidate in (digits, area_code + digits, "0" + digits, "+" + digits):
        found = _valid(candidate, region)
        if found is not None:
            e164 = phonenumbers.format_number(found, PhoneNumberFormat.E164)
            return PhoneNumber(e164, raw, extension, _kind(found), digits)
    return PhoneNumber(None, raw, extension, NumberKind.INVALID, digits)


def _plain_digits(text: str) -> str:
    # NFKC makes full-width forms plain; other scripts' digits are read one by one.
    folded = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(mark, mark)) for mark in folded)


def _split_extension(text: str) -> tuple[str, str]:
    found = _EXTENSION.fullmatch(text)
    return (found["number"], found["extension"]) if found else (text, "")


def _is_short(digits: str, region: str) -> bool:
    if digits.startswith(("+", "0")):
        return False
    if len(digits) <= SHORT_DIGITS:
        return True
    return region == "CN" and digits[0] in "19" and len(digits) <= LONGEST_SERVICE_CODE


def _valid(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _kind(number: phonenumbers.PhoneNumber) -> NumberKind:
    found = phonenumbers.number_type(number)
    if found == PhoneNumberType.MOBILE:
        return NumberKind.MOBILE
    return NumberKind.FIXED if found in _FIXED else NumberKind.SERVICE
