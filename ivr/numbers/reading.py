"""The door through which plans and schedules come in and go out: YAML or JSON, checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from typing_extensions import override
from yaml.constructor import ConstructorError

from crm_core.sentences import sentence
from ivr.doubles import no_doubles
from ivr.errors import Problem
from ivr.faults import findings
from ivr.flow.reading import too_long
from ivr.numbers.errors import PlanInvalid
from ivr.numbers.hours import DAY_MINUTES, DAYS, Schedule
from ivr.numbers.model import DEEPEST, HUNDRED, MOST_RULES, Plan, Screening, placed_rules
from ivr.unreadable import text_fault, yaml_fault, yaml_place

MAX_BYTES = 200_000
MAX_DEPTH = 40
_MOST_PROBLEMS = 50

_Document = TypeVar("_Document", bound=BaseModel)


class _Loader(yaml.CSafeLoader):
    """Reads YAML's plain words as JSON would: 18:00 is text, +86 is text, yes is text."""

    @override
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                told = sentence("key_not_text", "a name is plain text")
                raise ConstructorError(None, None, told, key.start_mark)
            if key.value in seen:
                told = sentence("twice", "'{name}' stands twice", name=key.value)
                raise ConstructorError(None, None, told, key.start_mark)
            seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def read_plan(source: str | bytes | dict[str, Any], *, name: str = "plan") -> Plan:
    """Read a plan from YAML, JSON or plain data; PlanInvalid tells each fault with its place."""
    plan = _read(Plan, source, name)
    _refuse(name, tuple(plan_problems(plan)))
    return plan


def read_schedule(source: str | bytes | dict[str, Any], *, name: str = "schedule") -> Schedule:
    """Read a schedule from YAML, JSON or plain data; errors as `read_plan`."""
    schedule = _read(Schedule, source, name)
    _refuse(name, tuple(schedule_problems(schedule)))
    return schedule


def read_screening(source: str | bytes | dict[str, Any], *, name: str = "screening") -> Screening:
    """Read the screening from YAML, JSON or plain data; errors as `read_plan`."""
    return _read(Screening, source, name)


def as_data(document: BaseModel) -> dict[str, Any]:
    """Give a document as plain JSON data, without what was left at its default."""
    data: dict[str, Any] = document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return data


def as_yaml(document: BaseModel) -> str:
    """Write a document as YAML that `read_plan` and `read_schedule` take."""
    return yaml.safe_dump(as_data(document), allow_unicode=True, sort_keys=False, width=99)


def schema_of(document: type[BaseModel]) -> dict[str, Any]:
    """Give the JSON schema (draft 2020-12) of a plan, a schedule or the screening."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**head, **document.model_json_schema(by_alias=True)}


def plan_problems(plan: Plan) -> Iterator[Problem]:
    """Find what is wrong inside one plan, whatever is around it."""
    rules = list(placed_rules(plan.rules))
    if len(rules) > MOST_RULES:
        reason = sentence(
            "too_many_rules",
            "are {count}; a plan has at most {most}",
            count=len(rules),
            most=MOST_RULES,
        )
        yield Problem(place="rules", reason=reason)
    places: dict[str, str] = {}
    for place, rule in rules:
        first = places.setdefault(rule.id, place)
        if first != place:
            reason = sentence(
                "id_twice", "'{name}' stands at {first} already", name=rule.id, first=first
            )
            yield Problem(place=f"{place}.id", reason=reason)
        if place.count(".rules") >= DEEPEST:
            reason = sentence(
                "rules_deep", "lies deeper than {most} rules in one another", most=DEEPEST
            )
            yield Problem(place=place, reason=reason)
        total = sum(share.hundredths for share in rule.split or ())
        if rule.split is not None and total != HUNDRED:
            reason = sentence("not_hundred", "adds up to {total} %, not 100 %", total=total / 100)
            yield Problem(place=f"{place}.split", reason=reason)


def schedule_problems(schedule: Schedule) -> Iterator[Problem]:
    """Find periods and exceptions that lie over one another, and hours that never come."""
    if not schedule.hours and not any(one.hours for one in schedule.exceptions):
        reason = sentence("never_opens", "never opens: give at least one period")
        yield Problem(place="hours", reason=reason)
    week: list[tuple[int, int, str]] = []
    for index, period in enumerate(schedule.hours):
        for day in period.days:
            first, after = period.minutes
            begin = DAYS.index(day) * DAY_MINUTES
            week.append((begin + first, begin + after, f"hours.{index}"))
    yield from _overlaps(_wrapped(week))
    dated = [
        (one.since.toordinal(), one.last.toordinal() + 1, f"exceptions.{index}")
        for index, one in enumerate(schedule.exceptions)
    ]
    yield from _overlaps(dated)
    for index, one in enumerate(schedule.exceptions):
        spans = [
            (*span.minutes, f"exceptions.{index}.hours.{n}") for n, span in enumerate(one.hours)
        ]
        yield from _overlaps(spans)


def _wrapped(week: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Let what runs past Sunday's midnight stand on Monday too."""
    whole = 7 * DAY_MINUTES
    early = [(0, after - whole, place) for first, after, place in week if after > whole]
    return [*week, *early]


def _overlaps(spans: list[tuple[int, int, str]]) -> Iterator[Problem]:
    told = set()
    ordered = sorted(spans)
    for (_, after, earlier), (first, _, later) in pairwise(ordered):
        if first < after and (earlier, later) not in told:
            told.add((earlier, later))
            reason = sentence("overlaps", "overlaps {other}", other=earlier)
            yield Problem(place=later, reason=reason)


def _read(document: type[_Document], source: str | bytes | dict[str, Any], name: str) -> _Document:
    data = source if isinstance(source, dict) else _data(source, name)
    try:
        return document.model_validate(data)
    except ValidationError as error:
        raise PlanInvalid(name, _problems(error)) from None


def _data(source: str | bytes, name: str) -> Any:
    raw = source.encode() if isinstance(source, str) else source
    if len(raw) > MAX_BYTES:
        _refuse_whole(name, too_long(raw, MAX_BYTES))
    try:
        text = raw.decode()
        if text.lstrip().startswith("{"):
            return json.loads(text, object_pairs_hook=no_doubles)
        _check_shape(text, name)
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader, with fewer kinds of words
    except (ValueError, RecursionError) as error:
        reason = sentence("cannot_be_read", "cannot be read: {error}", error=text_fault(error))
        raise PlanInvalid(name, (Problem(place=name, reason=reason),)) from None
    except yaml.YAMLError as error:
        raise PlanInvalid(name, (_yaml_problem(error, name),)) from None


def _check_shape(text: str, name: str) -> None:
    """Refuse what grows when it is read: references, and depth without end."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            _refuse_whole(name, sentence("references", "has references (*), which are not taken"))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            _refuse_whole(
                name,
                sentence(
                    "levels_deep", "has more than {most} levels inside one another", most=MAX_DEPTH
                ),
            )


def _yaml_problem(error: yaml.YAMLError, name: str) -> Problem:
    found = yaml_place(error)
    place = name if found is None else f"line {found[0]}, column {found[1]}"
    reason = sentence("no_yaml", "is no YAML: {error}", error=yaml_fault(error))
    return Problem(place=place, reason=reason)


def _refuse_whole(name: str, reason: str) -> None:
    _refuse(name, (Problem(place=name, reason=reason),))


def _refuse(name: str, problems: tuple[Problem, ...]) -> None:
    if problems:
        raise PlanInvalid(name, problems[:_MOST_PROBLEMS])


def _problems(error: ValidationError) -> tuple[Problem, ...]:
    found = findings(error, _MOST_PROBLEMS)
    return tuple(Problem(place=_place(location), reason=reason) for location, reason in found)


_KINDS = frozenset(
    {
        *("flow", "queue", "agent", "number", "voicemail", "announcement", "busy"),
        *("hours", "weekday", "time", "date", "holiday", "area", "caller", "recent", "load"),
        "site",
    }
)


def _place(location: tuple[str | int, ...]) -> str:
    """Join a place, leaving out the kind that pydantic adds behind a union."""
    parts: list[str] = []
    for index, part in enumerate(location):
        before = location[index - 1] if index else ""
        added = part in _KINDS and (
            before in {"to", "otherwise", "closed", "blocked", "anonymous", "repeats"}
            or (isinstance(before, int) and index > 1 and location[index - 2] == "when")
        )
        if not added:
            parts.append(str(part))
    return ".".join(parts) or "plan"
