"""What the plan of a number is made of, as data with a schema."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from math import gcd
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from crm_core.sentences import sentence
from ivr.numbers.conditions import Condition, Region, Slug
from ivr.numbers.hours import Words, Zone
from ivr.numbers.targets import Piece, Target

FORMAT = 1
MOST_RULES = 200
DEEPEST = 4
HUNDRED = 10_000  # hundredths of a percent


class Share(Piece):
    """One part of a split: a percentage of the calls, with up to two decimals.

    It is closed, and its part goes to the others, while its site is down or its schedule closed.
    """

    percent: Annotated[float, Field(gt=0, le=100, strict=False, allow_inf_nan=False)]
    to: Target
    label: Words = ""
    site: Slug | None = None
    hours: Slug | None = None

    @model_validator(mode="after")
    def _two_decimals(self) -> Self:
        if abs(self.percent * 100 - self.hundredths) > 1e-6:  # noqa: PLR2004 - of a float
            raise ValueError(sentence("decimals", "a percentage has at most two decimals"))
        return self

    @property
    def hundredths(self) -> int:
        """The share in hundredths of a percent, exact."""
        return round(self.percent * 100)


class Rule(Piece):
    """If all of `when` hold, the call goes `to` a target, is split, or meets further rules.

    A call that no further rule takes goes on behind this one; so does one whose split has no
    open share.
    """

    id: Slug
    note: Words = ""
    when: Annotated[tuple[Condition, ...], Field(max_length=20, strict=False)] = ()
    to: Target | None = None
    split: (
        Annotated[tuple[Share, ...], Field(min_length=2, max_length=20, strict=False)] | None
    ) = None
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=50, strict=False)] | None = (
        None
    )

    @model_validator(mode="after")
    def _leads_one_way(self) -> Self:
        if sum(way is not None for way in (self.to, self.split, self.rules)) != 1:
            raise ValueError(sentence("one_of_three", "give one of `to`, `split` and `rules`"))
        return self


class Plan(Piece):
    """How the calls of one number are led; `read_plan` is the door that checks it as a whole."""

    format: Literal[1]
    zone: Zone = "Asia/Shanghai"
    region: Region = "CN"  # where numbers without a country code are at home
    screened: bool = True  # block list, repeats and anonymous callers are looked at first
    rules: Annotated[tuple[Rule, ...], Field(max_length=MOST_RULES, strict=False)] = ()
    otherwise: Target  # where a call goes that no rule takes
    closed: Target  # where every call goes after an emergency closing


class Screening(Piece):
    """What is refused before any plan; a plan may do without (`screened: false`)."""

    format: Literal[1]
    blocked: Target
    anonymous: Target | None = None  # None: anonymous callers are served as others
    most_a_minute: Annotated[int, Field(ge=0, le=1000)] = 10  # of one number; 0: no limit
    repeats: Target


Placed: TypeAlias = tuple[str, Rule]


def placed_rules(rules: tuple[Rule, ...], place: str = "rules") -> Iterator[Placed]:
    """Give every rule with its place, each before those inside it."""
    for index, rule in enumerate(rules):
        here = f"{place}.{index}"
        yield here, rule
        if rule.rules is not None:
            yield from placed_rules(rule.rules, f"{here}.rules")


def placed_targets(plan: Plan) -> Iterator[tuple[str, Target]]:
    """Give every target with its place."""
    for place, rule in placed_rules(plan.rules):
        if rule.to is not None:
            yield f"{place}.to", rule.to
        for index, share in enumerate(rule.split or ()):
            yield f"{place}.split.{index}.to", share.to
    yield "otherwise", plan.otherwise
    yield "closed", plan.closed


def weights_of(shares: tuple[Share, ...]) -> tuple[int, ...]:
    """Give the shares as the smallest whole numbers of the same proportion."""
    hundredths = [share.hundredths for share in shares]
    common = reduce(gcd, hundredths)
    return tuple(part // common for part in hundredths)
