"""What if: a recorded day played again under the present configuration and under another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acd.board import Roster
from acd.checking import Known, check, new_errors
from acd.roster import roster_of
from acd.simulation.replaying import MOST_CALLERS, DayFigures, recorded_figures, replay
from acd.simulation.scenario import Script
from acd.simulation.script import Recording, script_of
from acd.simulation.staffing import with_agents
from agent_desktop.errors import refusal
from crm_core import configuration
from crm_core.configuration import Configuration, QueueDocument
from crm_core.configuration.shapes import Strategy
from crm_core.database import Session
from crm_core.errors import InvalidValue
from crm_core.sentences import sentence
from crm_core.tenancy import Scope
from reports.recorded import recorded


class Changes(BaseModel):
    """What is to be different; `queues` holds parts of their documents by name."""

    model_config = ConfigDict(extra="forbid")

    strategy: Strategy | None = None  # of every queue
    agents: int = Field(default=0, ge=-500, le=500)  # more, or fewer
    queues: dict[str, dict[str, Any]] = Field(default={}, max_length=200)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A recorded span with the configuration in force and the changed one."""

    recording: Recording
    present: Roster
    changed: Roster
    more: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """The day as recorded, as played again, and as it would have been."""

    recorded: DayFigures
    before: DayFigures
    after: DayFigures
    notes: tuple[str, ...] = field(default=())  # codes of what could not be taken in


async def read_day(
    session: Session, scope: Scope, *, start: datetime, end: datetime, changes: Changes
) -> Day:
    """Read the span and the configurations; raises InvalidValue with what is wrong."""
    found = await recorded(session, scope, start=start, end=end, most=MOST_CALLERS + 1)
    if not found.visits:
        raise InvalidValue("nobody called in this time", field="from")
    if len(found.visits) > MOST_CALLERS:
        raise InvalidValue(
            sentence(
                "many_calls", "more than {most} calls: choose less time", most=f"{MOST_CALLERS:,}"
            ),
            field="to",
        )
    present = await configuration.in_force(session, scope)
    recording = Recording(
        start=found.start, end=found.end, visits=found.visits, states=found.states
    )
    changed = _changed(present, changes)
    _refuse_new_errors(present, changed)
    return Day(
        recording=recording,
        present=roster_of(present),
        changed=roster_of(changed),
        more=changes.agents,
    )


def play(day: Day) -> WhatIf:
    """Play the day twice; takes seconds of computing.

    Raises `acd.simulation.result.TooLong` and `acd.simulation.staffing.NobodyThere`.
    """
    script = script_of(day.recording)
    other_script, changed = with_agents(script, day.changed, day.more)
    return WhatIf(
        recorded=recorded_figures(day.recording.visits, day.present),
        before=replay(script, day.present),
        after=replay(other_script, changed),
        notes=tuple(_notes(script, day.present)),
    )


async def play_beside(day: Day, executor: Executor) -> WhatIf:
    """Play the day in another process, so that nobody waits for it here."""
    return await asyncio.get_running_loop().run_in_executor(executor, play, day)


def _changed(present: Configuration, changes: Changes) -> Configuration:
    unknown = [name for name in changes.queues if name not in present.queues]
    if unknown:
        raise InvalidValue(f"there is no queue {unknown[0]}", field="queues")
    queues: dict[str, QueueDocument] = {}
    for name, document in present.queues.items():
        whole = document.model_dump(mode="json")
        if changes.strategy is not None:
            whole["strategy"] = changes.strategy.value
        try:
            queues[name] = QueueDocument.model_validate(
                _merged(whole, changes.queues.get(name, {}))
            )
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise InvalidValue(f"{name}: {place}: {first['msg']}", field="queues") from None
    return type(present)(
        queues=queues,
        agents=present.agents,
        skills=present.skills,
        reasons=present.reasons,
        version=present.version,
    )


def _refuse_new_errors(present: Configuration, changed: Configuration) -> None:
    """Refuse what could not be put in force either, naming the first error's place."""
    known = Known(skills=frozenset(present.skills))
    before, after = (check(roster_of(one), known) for one in (present, changed))
    if found := new_errors(before, after):
        first = found[0]
        message = refusal(f"{first.key}: {first.path}", first.message, len(found) - 1)
        raise InvalidValue(message, field="queues", code=first.code)


def _merged(whole: dict[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(whole)
    for key, value in part.items():
        inner = merged.get(key)
        both = isinstance(inner, dict) and isinstance(value, Mapping)
        merged[key] = _merged(inner, value) if both and isinstance(inner, dict) else value
    return merged


def _notes(script: Script, roster: Roster) -> list[str]:
    queues = {queue.name for queue in roster.queues}
    agents = {agent.agent_id for agent in roster.agents}
    notes = []
    if any(caller.queue not in queues for caller in script.callers):
        notes.append("unknown_queues")
    if any(wish.agent_id not in agents for wish in script.wishes):
        notes.append("unknown_agents")
    if not script.wishes:
        notes.append("no_agents")
    return notes
