"""Read bodies and queries into pydantic models; whatever does not fit is refused by its place."""

from __future__ import annotations

import asyncio
import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Annotated, TypeVar

from aiohttp import web
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from agent_desktop.errors import Invalid
from crm_core.faults import fault_sentence
from crm_core.sentences import sentence, whole

BODY_SECONDS = 10.0
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_BODY_BYTES = 256 * 1024

_Model = TypeVar("_Model", bound=BaseModel)


def _without_control(text: str) -> str:
    if any(mark < " " and mark not in "\n\r\t" for mark in text) or "\x7f" in text:
        raise ValueError(sentence("control", "control characters are not allowed"))
    return text


def _on_one_line(text: str) -> str:
    if any(mark < " " or mark == "\x7f" for mark in text):
        raise ValueError(
            sentence("control_line", "control characters and line breaks are not allowed")
        )
    return text


Line = Annotated[
    str, StringConstraints(max_length=200, strip_whitespace=True), AfterValidator(_on_one_line)
]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, strip_whitespace=True),
    AfterValidator(_on_one_line),
]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]
Prose = Annotated[
    str,
    StringConstraints(max_length=20_000, strip_whitespace=True),
    AfterValidator(_without_control),
]


def _only_a_day(text: object) -> object:
    if isinstance(text, str) and not _DAY.fullmatch(text):
        raise ValueError(sentence("no_day", "a day is written YYYY-MM-DD"))
    return text


Day = Annotated[date, BeforeValidator(_only_a_day)]
"""A day as YYYY-MM-DD; pydantic alone would take a time without its zone for one."""


def _within_the_calendar(moment: datetime) -> datetime:
    if not MINYEAR < moment.year < MAXYEAR:  # in another zone it may lie outside
        raise ValueError(
            sentence(
                "no_year",
                "give a year between {first} and {last}",
                first=MINYEAR + 1,
                last=MAXYEAR - 1,
            )
        )
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_within_the_calendar)]
"""A moment with its zone, in UTC."""


class Body(BaseModel):
    """Base of request bodies: nothing unknown, no numbers that are none."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=False)


class Query(BaseModel):
    """Base of query strings: nothing unknown."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Paged(Query):
    """Base of list queries: how many, and from where on."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=400)] | None = None


class Nothing(Body):
    """An empty body, or `{}`."""


async def read_body(request: web.Request, model: type[_Model]) -> _Model:
    """Return the JSON body as `model`; 400 names the field, 413 when over 256 KiB, 408 if slow."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            raw = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    if raw:
        _check_media_type(request)
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        raise _refusal(error) from None


def read_query(request: web.Request, model: type[_Model]) -> _Model:
    """Return the query string as `model`; a name given twice is refused."""
    for name in request.query:
        if len(request.query.getall(name)) > 1:
            raise Invalid("This may be given once only.", field=name)
    try:
        return model.model_validate_strings(dict(request.query))
    except ValidationError as error:
        raise _refusal(error, depth=1) from None


def _check_media_type(request: web.Request) -> None:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(reason="Send application/json.")


def _refusal(error: ValidationError, *, depth: int | None = None) -> Invalid:
    """Name the first fault and its place, which in a query is the name alone."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"][:depth])
    return Invalid(whole(fault_sentence(first)), field=place[:200] or None)
