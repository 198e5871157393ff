"""What a call costs: a tariff and answered seconds become an exact amount with its explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SECONDS_PER_MINUTE = 60
MAX_PLACES = 6  # as amounts are stored
MIDNIGHT = "24:00"
ROUNDINGS = ("half_up", "half_even", "up", "down")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A price for numbers that begin with `prefix`, in a band of local weekdays and hours.

    `initial_block` seconds are charged at least, then steps of `increment`; `minimum` is the least
    amount of an answered call; the amount is rounded once, to `places`.
    """

    price_per_minute: Decimal
    prefix: str = ""
    label: str = ""
    connect_fee: Decimal = Decimal(0)
    initial_block: int = 60
    increment: int = 60
    minimum: Decimal = Decimal(0)
    places: int = 2
    rounding: str = "half_up"
    valid_from: datetime | None = None
    valid_to: datetime | None = None  # exclusive
    weekdays: str = "1234567"  # ISO, Monday is 1
    starts: str = "00:00"  # local
    ends: str = MIDNIGHT  # exclusive; before `starts` when the band passes midnight
    id: UUID | None = None

    def __post_init__(self) -> None:
        """Refuse prices that cannot be meant."""
        if self.increment < 1 or self.initial_block < 0 or not 0 <= self.places <= MAX_PLACES:
            raise ValueError("blocks are whole seconds, places are 0 to 6")
        if min(self.price_per_minute, self.connect_fee, self.minimum) < 0:
            raise ValueError("a price is not negative")
        if self.rounding not in ROUNDINGS:
            raise ValueError(f"rounding is one of {', '.join(ROUNDINGS)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tariff:
    """A price list; its bands are read in `zone`."""

    code: str
    name: str
    direction: str
    rates: tuple[Rate, ...]
    currency: str = "CNY"
    zone: str = "Asia/Shanghai"
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the explanation: a stable code, its figures in words, the amount so far.

    `figures` are the same figures apart, for whoever says them in another language.
    """

    code: str
    detail: str
    amount: str
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """The price of a call: `state` rated, or unrated with the `reason`."""

    state: str
    amount: Decimal
    currency: str
    answered_seconds: Decimal
    billed_seconds: int = 0
    tariff_id: UUID | None = None
    rate_id: UUID | None = None
    steps: tuple[Step, ...] = ()
    reason: str = ""


def rate(
    tariff: Tariff, *, number: str, answered_seconds: Decimal, started_at: datetime
) -> Rating:
    """Return the price of a call to `number` (E.164 or short code) that began at `started_at`.

    The band in force at the start holds for the whole call. Without a fitting rate the answer is
    `unrated` with the reason; a call that nobody answered costs nothing.
    """
    if answered_seconds <= 0:
        return free(tariff.currency, "not_answered", "nobody answered", tariff_id=tariff.id)
    try:
        chosen = choose(tariff, number=number, at=started_at)
    except (ZoneInfoNotFoundError, ValueError):
        why = step(
            "no_zone",
            "the tariff {tariff} names no zone we know: {zone}",
            tariff=tariff.code,
            zone=tariff.zone,
        )
        return unrated(why)
    if chosen is None:
        why = step(
            "no_rate",
            "the tariff {tariff} has no rate for {number} at this time",
            tariff=tariff.code,
            number=number,
        )
        return unrated(why, answered_seconds=answered_seconds, currency=tariff.currency)
    return _priced(tariff, chosen, answered_seconds)


def free(currency: str, code: str, why: str, *, tariff_id: UUID | None = None) -> Rating:
    """Return the rating of a call that costs nothing, and why."""
    return Rating(
        state="rated",
        amount=Decimal(0),
        currency=currency,
        answered_seconds=Decimal(0),
        tariff_id=tariff_id,
        steps=(Step(code, why, "0"),),
    )


def unrated(why: Step, *, answered_seconds: Decimal = Decimal(0), currency: str = "CNY") -> Rating:
    """Return the rating of a call that has no price yet, and why."""
    return Rating(
        state="unrated",
        amount=Decimal(0),
        currency=currency,
        answered_seconds=answered_seconds,
        steps=(why,),
        reason=why.detail,
    )


def choose(tariff: Tariff, *, number: str, at: datetime) -> Rate | None:
    """Return the rate in force: longest prefix, then narrowest band, then latest validity."""
    local = at.astimezone(ZoneInfo(tariff.zone))
    fitting = [
        held
        for held in tariff.rates
        if number.startswith(held.prefix) and _valid(held, at) and _in_band(held, local)
    ]
    return max(fitting, key=_precedence, default=None)


def billed(held: Rate, answered_seconds: Decimal) -> int:
    """Return the seconds that are charged: the first block, then whole steps."""
    seconds = int(answered_seconds.to_integral_value(ROUND_CEILING))  # a begun second counts
    if seconds <= 0:
        return 0
    beyond = max(0, seconds - held.initial_block)
    return held.initial_block + -(-beyond // held.increment) * held.increment


def rounded(amount: Fraction, places: int, rounding: str) -> Decimal:
    """Return the amount rounded once, exactly, to `places` decimals."""
    scaled = amount * 10**places
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    half = Fraction(1, 2)
    up = {
        "up": rest > 0,
        "down": False,
        "half_up": rest >= half,
        "half_even": rest > half or (rest == half and whole % 2 == 1),
    }[rounding]
    return Decimal(whole + int(up)).scaleb(-places)


def _precedence(held: Rate) -> tuple[int, bool, int, float, str]:
    full_day = (held.starts, held.ends) == ("00:00", MIDNIGHT)
    since = held.valid_from.timestamp() if held.valid_from else float("-inf")
    return (len(held.prefix), not full_day, -len(set(held.weekdays)), since, str(held.id))


def _valid(held: Rate, at: datetime) -> bool:
    begun = held.valid_from is None or held.valid_from <= at
    return begun and (held.valid_to is None or at < held.valid_to)


def _in_band(held: Rate, local: datetime) -> bool:
    now = local.time().replace(tzinfo=None)
    starts = time.fromisoformat(held.starts)
    ends = None if held.ends == MIDNIGHT else time.fromisoformat(held.ends)
    today = str(local.isoweekday()) in held.weekdays
    if ends is None or starts < ends:
        return today and starts <= now and (ends is None or now < ends)
    # The band passes midnight: its small hours belong to the weekday before.
    yesterday = str((local.isoweekday() - 2) % 7 + 1) in held.weekdays
    return (today and now >= starts) or (yesterday and now < ends)


def _priced(tariff: Tariff, held: Rate, answered_seconds: Decimal) -> Rating:
    seconds = billed(held, answered_seconds)
    talk = Fraction(held.price_per_minute) * seconds / SECONDS_PER_MINUTE
    exact = max(Fraction(held.connect_fee) + talk, Fraction(held.minimum))
    amount = rounded(exact, held.places, held.rounding)
    return Rating(
        state="rated",
        amount=amount,
        currency=tariff.currency,
        answered_seconds=answered_seconds,
        billed_seconds=seconds,
        tariff_id=tariff.id,
        rate_id=held.id,
        steps=tuple(_steps(tariff, held, answered_seconds, amount)),
    )


def _steps(
    tariff: Tariff, held: Rate, answered_seconds: Decimal, amount: Decimal
) -> Sequence[Step]:
    seconds = billed(held, answered_seconds)
    talk = Fraction(held.price_per_minute) * seconds / SECONDS_PER_MINUTE
    sum_ = Fraction(held.connect_fee) + talk
    told = [
        step(
            "tariff",
            "{name} ({code}), {rate}",
            name=tariff.name,
            code=tariff.code,
            rate=held.label or held.prefix or "*",
        ),
        step(
            "seconds",
            "{answered} s answered -> {charged} s charged ({first} s, then {step} s)",
            answered=f"{answered_seconds.normalize():f}",
            charged=str(seconds),
            first=str(held.initial_block),
            step=str(held.increment),
        ),
    ]
    if held.connect_fee:
        fee = f"{held.connect_fee:f}"
        told.append(step("connect_fee", "{fee}", _shown(held.connect_fee), fee=fee))
    price = f"{held.price_per_minute:f}"
    words = "{charged} s x {price} / min"
    told.append(step("talk", words, _shown(sum_), charged=str(seconds), price=price))
    if sum_ < held.minimum:
        least = f"{held.minimum:f}"
        told.append(step("minimum", "at least {least}", _shown(held.minimum), least=least))
    words, places = "{rounding} to {places} decimals", str(held.places)
    told.append(step("rounded", words, f"{amount:f}", rounding=held.rounding, places=places))
    return told


def step(kind: str, words: str, amount: str = "0", /, **figures: str) -> Step:
    """Return a step with its figures filled in and kept apart."""
    return Step(kind, words.format(**figures), amount, figures)


def _shown(amount: Fraction | Decimal) -> str:
    return f"{rounded(Fraction(amount), MAX_PLACES, 'half_even').normalize():f}"
