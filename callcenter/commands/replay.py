"""`callcenter acd replay`: a recorded day once more, as it is set and as it might be."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
import yaml
from pydantic import ValidationError

from acd.simulation.replaying import DayFigures
from acd.simulation.result import Broken, TooLong
from acd.simulation.staffing import NobodyThere
from agent_desktop.what_if import Changes, Day, WhatIf, play, read_day
from callcenter.errors import CommandFailed
from callcenter.settings import Settings, load_settings
from crm_core.database import Database
from crm_core.errors import InvalidValue
from crm_core.tenancy import Scope

_LINES = (
    ("calls", "offered", "{:,}"),
    ("answered", "answered", "{:,}"),
    ("abandoned", "abandoned", "{:,}"),
    ("overflowed", "overflowed", "{:,}"),
    ("service level", "service_level", "{:.1%}"),
    ("average wait, s", "average_wait", "{:.1f}"),
    ("longest wait, s", "longest_wait", "{:.0f}"),
    ("occupancy", "occupancy", "{:.1%}"),
    ("fairness (Gini)", "fairness", "{:.3f}"),
)


def replay_day(
    *,
    since: Annotated[str, typer.Option("--from", help="Day or moment, e.g. 2026-03-02.")],
    until: Annotated[str, typer.Option("--to", help="Not included; default: a day on.")] = "",
    strategy: Annotated[str, typer.Option(help="Of every queue, e.g. least_occupied.")] = "",
    agents: Annotated[int, typer.Option(help="So many more; below 0: fewer.")] = 0,
    changes: Annotated[
        Path | None, typer.Option(help="JSON or YAML: strategy, agents, queues.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Of days without a zone.")] = "Asia/Shanghai",
) -> None:
    """Play a recorded day under the present configuration and under another; compare."""
    start = _moment(since, zone)
    end = _moment(until, zone) if until else _a_day_on(start)
    if not start.timestamp() < end.timestamp():  # as times of one zone they compare by the wall
        raise CommandFailed("--to is to be later than --from")
    wanted = _changes(changes, strategy, agents)
    span = (start.astimezone(UTC), end.astimezone(UTC))
    try:
        day = asyncio.run(_read(load_settings(), span, wanted))
        played = play(day)
    except (InvalidValue, NobodyThere) as error:
        raise CommandFailed(str(error)) from error
    except TooLong as error:
        raise CommandFailed(f"this takes too long: {error}; choose less time") from error
    except Broken as error:
        raise CommandFailed(f"the board broke a promise: {error}") from error
    _tell(played)


async def _read(settings: Settings, span: tuple[datetime, datetime], changes: Changes) -> Day:
    start, end = span
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.read() as session:
            return await read_day(session, Scope(), start=start, end=end, changes=changes)
    finally:
        await database.close()


def _changes(path: Path | None, strategy: str, agents: int) -> Changes:
    given: dict[str, Any] = {}
    if path is not None:
        try:
            given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (OSError, yaml.YAMLError) as error:
            raise CommandFailed(f"{path} cannot be read: {error}") from error
        if not isinstance(given, dict):
            raise CommandFailed(f"{path} holds no changes: strategy, agents, queues")
    if strategy:
        given["strategy"] = strategy
    if agents:
        given["agents"] = agents
    try:
        return Changes.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CommandFailed(f"{place}: {first['msg']}") from error


def _moment(text: str, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        local.astimezone(UTC)
    except (ValueError, KeyError, OSError, OverflowError) as error:
        raise CommandFailed(f"{text!r} is no day or moment of {zone}") from error
    if "T" not in text and " " not in text:
        return datetime.combine(local.date(), time(), local.tzinfo)
    return local


def _a_day_on(local: datetime) -> datetime:
    """Return the same hour of the next day, which may be 23 or 25 hours later."""
    try:
        return local + timedelta(days=1)
    except OverflowError as error:
        raise CommandFailed(f"there is no day after {local.date()}") from error


def _tell(played: WhatIf) -> None:
    typer.echo(f"{'':18}{'recorded':>12}{'as it is':>12}{'changed':>12}{'difference':>12}")
    for words, name, form in _LINES:
        figures = [_value(day, name) for day in (played.recorded, played.before, played.after)]
        shown = [form.format(value) if value is not None else "-" for value in figures]
        apart = _apart(figures[1], figures[2], form)
        typer.echo(f"{words:18}{''.join(f'{each:>12}' for each in shown)}{apart:>12}")
    for note in played.notes:
        typer.echo(f"note: {_NOTES[note]}")


def _apart(before: float | None, after: float | None, form: str) -> str:
    if before is None or after is None:
        return ""
    return ("+" if after > before else "") + form.format(after - before)


def _value(day: DayFigures, name: str) -> float | None:
    value: float | None = getattr(day, name)
    return value


_NOTES = {
    "unknown_queues": "some calls came to queues that are not there any more; they are left out",
    "unknown_agents": "some agents of that day are not there any more; they are left out",
    "no_agents": "no states of agents were recorded: nobody answers in the replay",
}
