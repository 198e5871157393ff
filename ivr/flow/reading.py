"""The door through which every flow comes in: bytes or data to a checked `Flow`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from crm_core.sentences import Sentence, sentence
from ivr.doubles import no_doubles
from ivr.errors import FlowInvalid, Problem
from ivr.faults import findings
from ivr.flow.checks import problems_of
from ivr.flow.model import Flow
from ivr.flow.yaml_text import read_yaml, write_yaml
from ivr.unreadable import text_fault

MAX_BYTES = 1_000_000
_MOST_PROBLEMS = 50


def read_flow(source: str | bytes, *, name: str = "flow") -> Flow:
    """Read a flow from JSON or YAML; raises `FlowInvalid` with each fault's place and reason.

    `name` says in the error which flow it was (its file, or the one being edited).
    """
    raw = source.encode() if isinstance(source, str) else source
    if len(raw) > MAX_BYTES:
        raise FlowInvalid(name, (Problem(place="flow", reason=too_long(raw, MAX_BYTES)),))
    return flow_from(read_data(raw, name=name), name=name)


def read_data(raw: bytes, *, name: str) -> Any:
    """Read JSON (it begins with a brace) or YAML as plain data; raises `FlowInvalid`."""
    kind = "JSON" if raw.lstrip()[:1] in {b"{", b"["} else "YAML"
    try:
        if kind == "JSON":
            return json.loads(raw, object_pairs_hook=no_doubles)
        return read_yaml(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        reason = sentence(
            "unreadable", "is no {kind}: {error}", kind=kind, error=text_fault(error)
        )
        raise FlowInvalid(name, (Problem(place="flow", reason=reason),)) from error


def flow_from(data: Any, *, name: str = "flow", library: Mapping[str, Flow] | None = None) -> Flow:
    """Check a flow given as plain data (dicts, lists, strings, numbers); errors as `read_flow`.

    With a `library` the flows it calls are checked to be there.
    """
    try:
        flow = Flow.model_validate(data)
    except ValidationError as error:
        raise FlowInvalid(name, faults_of(error)) from error
    problems = problems_of(flow, library)
    if problems:
        raise FlowInvalid(name, problems)
    return flow


def flow_text(flow: Flow, *, kind: str = "yaml") -> str:
    """Write a flow as `yaml` or `json`; what equals its default is left out."""
    data = flow.model_dump(mode="json", exclude_defaults=True)
    return write_yaml(data) if kind == "yaml" else json.dumps(data, indent=2, ensure_ascii=False)


def flow_schema() -> dict[str, Any]:
    """Give the JSON schema (draft 2020-12) of a flow, for editors and for the documentation."""
    schema = Flow.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Call flow"}
    return {**schema, **head}


def too_long(raw: bytes, most: int) -> Sentence:
    """Say of a text that it is longer than `most` bytes."""
    return sentence(
        "too_long",
        "is {length} bytes long; at most {most} are taken",
        length=f"{len(raw):,}",
        most=f"{most:,}",
    )


def faults_of(error: ValidationError) -> tuple[Problem, ...]:
    """Give pydantic's findings as places and reasons, at most fifty."""
    found = findings(error, _MOST_PROBLEMS)
    return tuple(Problem(place=_place(location), reason=reason) for location, reason in found)


def _place(location: tuple[str | int, ...]) -> str:
    """Join a place, leaving out what pydantic adds: the kind of a node, the key marker."""
    parts = [str(part) for part in location]
    if parts[:1] == ["nodes"] and len(parts) > 2:  # noqa: PLR2004 - nodes, id, kind
        del parts[2]
    if parts[:1] == ["prompts"] and len(parts) > 3:  # noqa: PLR2004 - prompts, name, part, kind
        del parts[3]
    return ".".join(part for part in parts if part != "[key]") or "flow"
