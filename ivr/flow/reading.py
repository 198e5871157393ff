"""The door through which every flow comes in: bytes or data to a checked `Flow`."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from ivr.errors import FlowInvalid, Problem
from ivr.flow.checks import problems_of
from ivr.flow.model import Flow

MAX_BYTES = 1_000_000
_MOST_PROBLEMS = 50


def read_flow(source: str | bytes, *, name: str = "flow") -> Flow:
    """Read a flow from JSON text; raises `FlowInvalid` with each fault's place and reason.

    `name` says in the error which flow it was (its file, or the one being edited).
    """
    raw = source.encode() if isinstance(source, str) else source
    if len(raw) > MAX_BYTES:
        reason = f"is {len(raw):,} bytes long; a flow has at most {MAX_BYTES:,}"
        raise FlowInvalid(name, (Problem(place="flow", reason=reason),))
    try:
        data = json.loads(raw, object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError) as error:
        reason = f"is no JSON: {error}"
        raise FlowInvalid(name, (Problem(place="flow", reason=reason),)) from error
    return flow_from(data, name=name)


def flow_from(data: Any, *, name: str = "flow") -> Flow:
    """Check a flow given as plain data (dicts, lists, strings, numbers); errors as `read_flow`."""
    try:
        flow = Flow.model_validate(data)
    except ValidationError as error:
        raise FlowInvalid(name, _problems(error)) from error
    problems = problems_of(flow)
    if problems:
        raise FlowInvalid(name, problems)
    return flow


def flow_schema() -> dict[str, Any]:
    """Give the JSON schema (draft 2020-12) of a flow, for editors and for the documentation."""
    schema = Flow.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Call flow"}
    return {**schema, **head}


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse `{"1": …, "1": …}`: JSON would silently keep the last."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"{double!r} stands twice in one object")
    return made


def _problems(error: ValidationError) -> tuple[Problem, ...]:
    faults = error.errors(include_url=False, include_context=False)[:_MOST_PROBLEMS]
    return tuple(Problem(place=_place(fault["loc"]), reason=fault["msg"]) for fault in faults)


def _place(location: tuple[str | int, ...]) -> str:
    """Join a place, leaving out what pydantic adds: the kind of a node, the key marker."""
    parts = [str(part) for part in location]
    if parts[:1] == ["nodes"] and len(parts) > 2:  # noqa: PLR2004 - nodes, id, kind
        del parts[2]
    if parts[:1] == ["prompts"] and len(parts) > 3:  # noqa: PLR2004 - prompts, name, part, kind
        del parts[3]
    return ".".join(part for part in parts if part != "[key]") or "flow"
