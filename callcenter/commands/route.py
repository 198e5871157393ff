"""`callcenter route`: where calls of our numbers go, and what is wrong with their plans."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from callcenter.errors import EXIT_CODE, CommandFailed
from callcenter.settings import Settings, load_settings
from crm_core import directory, numbers, queues
from crm_core.database import Database, Session
from crm_core.tenancy import Scope
from ivr.numbers import (
    Customer,
    Decision,
    Facts,
    Number,
    Plan,
    PlanInvalid,
    QueueLoad,
    Request,
    decide,
    read_plan,
)
from ivr.numbers.conditions import MOST_HOURS_BACK
from ivr.numbers.facts import shown_number
from ivr.numbers.hours import zone_of
from ivr.numbers.lint import Known, lint, lint_plan
from ivr.numbers.lint_rules import Finding
from ivr.numbers.split import read_state
from ivr.plan_store import Stored, flow_titles, known_around, read_stored
from ivr.trace import trace_lines

app = typer.Typer(help="Where calls of our numbers go, and why.", no_args_is_help=True)

_FIRST_YEAR, _LAST_YEAR = 1970, 2199

PlanFile = Annotated[
    Path | None, typer.Option("--plan", help="A plan (YAML or JSON) instead of the published one.")
]


def _moment(text: str, zone_of_number: str) -> datetime:
    """Read a time; one without a zone is on the clocks of the number's plan."""
    if not text:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandFailed(f"--at {text!r} is no time such as 2026-11-20T21:30") from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise CommandFailed(f"--at {text!r} lies outside of {_FIRST_YEAR} to {_LAST_YEAR}")
    return found if found.tzinfo else found.replace(tzinfo=zone_of(zone_of_number))


def _read(path: Path) -> Plan:
    try:
        return read_plan(path.read_bytes(), name=path.name)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}") from error
    except PlanInvalid as error:
        raise CommandFailed(str(error)) from error


def _require_known(option: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse an assumption about what is not there: it would change nothing."""
    names = sorted(known)
    for name in given:
        if name not in names:
            raise CommandFailed(f"{option} {name!r}: known are {', '.join(names) or 'none'}")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)


def _load(texts: list[str]) -> dict[str, QueueLoad]:
    """Read `service:waiting=5,ready=2`."""
    found = {}
    for text in texts:
        queue, _, figures = text.partition(":")
        try:
            named = {
                name: _count(value)
                for name, _, value in (part.partition("=") for part in figures.split(","))
            }
            found[queue] = QueueLoad(**named)
        except (TypeError, ValueError):
            raise CommandFailed(
                f"--load {text!r}: say it as service:waiting=5,ready=2,expected_wait=60"
            ) from None
    return found


@app.command()
def simulate(
    *,
    number: Annotated[str, typer.Option("--to", help="The number of ours that is dialled.")],
    caller: Annotated[str, typer.Option("--from", help="Who calls; empty: withheld.")] = "",
    at: Annotated[str, typer.Option(help="When, such as 2026-11-20T21:30; now if left out.")] = "",
    load: Annotated[
        list[str] | None, typer.Option(help="Assume of a queue: service:waiting=5,ready=2.")
    ] = None,
    down: Annotated[list[str] | None, typer.Option(help="Assume this site is down.")] = None,
    vip: Annotated[bool, typer.Option("--vip", help="Assume a VIP calls.")] = False,
    plan: PlanFile = None,
) -> None:
    """Say where a call would go, with every test on its way; nothing is counted."""
    tried = None if plan is None else _read(plan)
    facts = {"load": _load(load or []), "down": down, "vip": vip}
    request = {"caller": caller, "number": number, "at": at}
    decision = asyncio.run(_simulate(load_settings(), request, facts, tried))
    for line in trace_lines(decision):
        typer.echo(line)
    if decision.target is None:
        raise typer.Exit(1)


async def _simulate(
    settings: Settings, asked: dict[str, str], assumed: dict[str, Any], tried: Plan | None
) -> Decision:
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.read() as session:
            stored = await read_stored(session, Scope())
            lines = await queues.queues(session, Scope())
            _require_known("--load", assumed["load"], (line.name for line in lines))
            _require_known("--down", assumed["down"] or (), stored.sites)
            instead = _instead(stored, asked["number"], tried)
            book = stored.book(instead=instead)
            entry = book.find(asked["number"])
            own = entry.number.plan if entry is not None else None
            at = _moment(asked["at"], own.zone if own is not None else "Asia/Shanghai")
            facts = await _facts(session, asked["caller"], at, stored, assumed)
            kept = await numbers.read_counters(session, Scope())
    finally:
        await database.close()
    found = {
        key: read_state(kept.get(key), len(split.weights)) for key, split in book.splits().items()
    }
    states = {key: state for key, state in found.items() if state is not None}
    return decide(book, Request(caller=asked["caller"], did=asked["number"], at=at), facts, states)


def _instead(stored: Stored, number: str, tried: Plan | None) -> Number | None:
    if tried is None:
        return None
    own = next((one for one in stored.numbers if one.did == number), None)
    flow, closed = (own.flow, own.closed) if own is not None else ("", False)
    return Number(did=number, flow=flow, plan=tried, closed=closed)


async def _facts(
    session: Session, caller: str, at: datetime, stored: Stored, assumed: dict[str, Any]
) -> Facts:
    card = await directory.identify(session, Scope(), caller)
    vip = assumed["vip"] or (card.known and any(match.vip for match in card.matches))
    since = at - timedelta(hours=MOST_HOURS_BACK)
    return Facts(
        customer=Customer(known=card.known or vip, vip=vip),
        calls_before=await numbers.calls_before(
            session, Scope(), shown_number(caller), since=since
        ),
        load=assumed["load"],
        sites_down=stored.sites_down if assumed["down"] is None else frozenset(assumed["down"]),
        last_minute=1,
    )


@app.command(name="lint")
def lint_plans(
    number: Annotated[str, typer.Option("--to", help="Of this number alone.")] = "",
    plan: PlanFile = None,
) -> None:
    """Say what is wrong with plans: each finding with its place and its reason; 2 on errors."""
    tried = None if plan is None else _read(plan)
    found = asyncio.run(_lint(load_settings(), number, tried))
    for one in found:
        typer.echo(f"{one.severity}: {one.number} {one.place}: {one.reason}")
    errors = sum(one.severity == "error" for one in found)
    typer.echo(f"{errors} errors, {len(found) - errors} warnings")
    if errors:
        raise typer.Exit(EXIT_CODE)


async def _lint(settings: Settings, number: str, tried: Plan | None) -> list[Finding]:
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.read() as session:
            stored = await read_stored(session, Scope())
            flows = frozenset(await flow_titles(session, Scope()))
            known: Known = await known_around(session, Scope(), stored, flows=flows)
    finally:
        await database.close()
    if tried is not None:
        return list(lint_plan(number or "plan", tried, known))
    found = lint(known, stored.screening)
    return [one for one in found if not number or one.number == number]
