"""The flow editor's workshop over the IVR: judges flows, runs their tests, speaks their words."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from agent_desktop.errors import Invalid, refusal
from agent_desktop.workshop import (
    CannotSpeak,
    DeadEnd,
    Document,
    Fault,
    Judgement,
    Trial,
    TriedCall,
    TriedStep,
)
from crm_core.sentences import sentence
from ivr.errors import FlowInvalid, VoiceFailed
from ivr.flow import Flow, Spoken, Step, flow_from, flow_schema, told, what
from ivr.flow.reading import read_data
from ivr.flow.yaml_text import write_yaml
from ivr.flows import SHIPPED, load_flows
from ivr.trial import Report, Walked, read_suite, run, walk
from ivr.trial.rehearsal import acts, rehearse
from ivr.voices import EspeakVoice

HEARD_RATE = 16_000  # Hz
MOST_DEAD_ENDS = 20


class IvrWorkshop:
    """The editor's workshop with the IVR of this machine."""

    def shipped(self) -> Mapping[str, tuple[Document, str]]:
        """Give the flows that come with the product, with their tests, by name."""
        return _shipped()

    def judge(self, document: Document, tests: str, library: Mapping[str, Document]) -> Judgement:
        """Check a flow, run its tests and walk every path."""
        others = _readable(library, without=document.get("name"))
        try:
            flow = flow_from(document, library=others)
        except FlowInvalid as invalid:
            return Judgement(ok=False, faults=_faults(invalid, ""))
        book = {**others, flow.name: flow}
        walked = walk(flow, library=book)
        report, wrong = _tried(flow, tests, book)
        return _judgement(flow, walked, report, wrong)

    def try_call(
        self, document: Document, script: str, library: Mapping[str, Document]
    ) -> TriedCall:
        """Play a flow to a caller with a script."""
        others = _readable(library, without=document.get("name"))
        try:
            flow = flow_from(document, library=others)
        except FlowInvalid as invalid:
            problem = invalid.problems[0]
            why = refusal(problem.place, problem.reason, 0)
            raise Invalid(why, field=problem.place, code="flow_invalid") from invalid
        called = rehearse(flow, acts(script), library={**others, flow.name: flow})
        steps = tuple(
            TriedStep(node=step.node, heard=_heard(step), given=told(given))
            for step, given in called.taken
        )
        return TriedCall(taken=steps, end=what(called.end) if called.end else "")

    async def speak(self, text: str, *, language: str) -> bytes:
        """Give the words as a 16 kHz wav; raises CannotSpeak."""
        with tempfile.TemporaryDirectory(prefix="callcenter-") as folder:
            file = Path(folder) / "words.wav"
            try:
                voice = await EspeakVoice.find()
                await voice.speak(text, language=language, files={HEARD_RATE: file})
            except VoiceFailed as error:
                raise CannotSpeak(str(error)) from error
            return file.read_bytes()

    def schema(self) -> Document:
        """Give the JSON schema of a flow."""
        return flow_schema()

    def as_yaml(self, document: Document) -> str:
        """Write a flow as YAML."""
        return write_yaml(document)

    def from_text(self, text: str) -> Document:
        """Read YAML or JSON as plain data; raises Invalid with the place and the reason."""
        try:
            data: Any = read_data(text.encode(), name="text")
        except FlowInvalid as invalid:
            problem = invalid.problems[0]
            raise Invalid(refusal(problem.place, problem.reason, 0), field="text") from invalid
        if not isinstance(data, dict):
            raise Invalid("A flow is a mapping of names to values.", field="text")
        return data


@cache
def _shipped() -> dict[str, tuple[Document, str]]:
    return {
        name: (flow.model_dump(mode="json", exclude_defaults=True), _tests_of(name))
        for name, flow in load_flows().items()
    }


def _heard(step: Step) -> str:
    return " ".join(
        clip.text if isinstance(clip, Spoken) else f"♪ {clip.name}"
        for clip in getattr(step, "clips", ())
    )


def _tests_of(name: str) -> str:
    path = SHIPPED / f"{name}.test.yaml"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _readable(library: Mapping[str, Document], *, without: object) -> dict[str, Flow]:
    """Return the flows of a library that hold together; a broken one is another's fault."""
    found: dict[str, Flow] = {}
    for name, document in library.items():
        if name == without:
            continue
        try:
            found[name] = flow_from(document)
        except FlowInvalid:
            continue
    return found


def _tried(flow: Flow, tests: str, book: Mapping[str, Flow]) -> tuple[Report | None, list[Fault]]:
    if not tests.strip():
        return None, []
    try:
        suite = read_suite(tests)
    except FlowInvalid as invalid:
        return None, list(_faults(invalid, "tests: "))
    if suite.flow != flow.name:
        reason = sentence(
            "other_flow",
            "these are the tests of '{other}', not of '{flow}'",
            other=suite.flow,
            flow=flow.name,
        )
        return None, [Fault(place="tests: flow", reason=reason)]
    return run(flow, suite, library=book), []


def _judgement(flow: Flow, walked: Walked, report: Report | None, wrong: list[Fault]) -> Judgement:
    dead_ends = tuple(
        DeadEnd(reason=found.reason, path=found.path) for found in walked.findings[:MOST_DEAD_ENDS]
    )
    covered = report.is_covered and not report.failures if report else flow.coverage == 0
    return Judgement(
        ok=covered and not dead_ends and not wrong,
        faults=tuple(wrong),
        trials=tuple(
            Trial(name=one.name, passed=one.passed, place=one.place, reason=one.reason)
            for one in (report.results if report else ())
        ),
        dead_ends=dead_ends,
        missed=report.missed if report else (),
        coverage=report.coverage if report else 0.0,
        bar=flow.coverage,
    )


def _faults(invalid: FlowInvalid, kind: str) -> tuple[Fault, ...]:
    return tuple(
        Fault(place=f"{kind}{problem.place}", reason=problem.reason)
        for problem in invalid.problems
    )
