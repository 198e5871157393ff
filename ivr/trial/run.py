"""Runs the tests of a flow: each line against the pure flow, in a made-up world."""

from __future__ import annotations

from collections.abc import Mapping

from crm_core.sentences import sentence, words_of
from ivr.flow import NO_FLOWS, Flow
from ivr.flow.steps import Enqueue, HangUp, Transfer
from ivr.trial.report import CaseResult, Report
from ivr.trial.rounds import Branch, Round, RoundFailed
from ivr.trial.suite import (
    AgentHangsUp,
    At,
    Case,
    Ended,
    EndsAs,
    HasData,
    Hear,
    Line,
    NobodyAnswers,
    NotHear,
    PressEarly,
    PressKeys,
    StaySilent,
    StepFails,
    Suite,
)


def run(flow: Flow, tests: Suite, *, library: Mapping[str, Flow] = NO_FLOWS) -> Report:
    """Run all tests of a flow; never raises for a flow and a suite that were read.

    Branches of flows it calls are taken too, and do not count.
    """
    taken: set[Branch] = set()
    results = tuple(
        _case_result(flow, case, f"tests.{at}", library, taken)
        for at, case in enumerate(tests.tests)
    )
    branches = branches_of(flow)
    missed = [branch for branch in branches if (flow.name, *branch) not in taken]
    return Report(
        flow=flow.name,
        version=flow.version,
        results=results,
        branches=len(branches),
        missed=tuple(f"{node}.{way}" for node, way in missed),
        bar=flow.coverage,
    )


def branches_of(flow: Flow) -> tuple[tuple[str, str], ...]:
    """Give each branch of a flow as node and way."""
    return tuple((node_id, way) for node_id, node in flow.nodes.items() for way in node.ways())


def _case_result(
    flow: Flow, case: Case, place: str, library: Mapping[str, Flow], taken: set[Branch]
) -> CaseResult:
    nodes = {node for one in (flow, *library.values()) for node in one.nodes}
    if strangers := sorted(case.answers.keys() - nodes):
        why = sentence("no_node", "there is no node '{node}'", node=strangers[0])
        return CaseResult(name=case.name, passed=False, place=f"{place}.answers", reason=why)
    round_ = Round(flow, case, library)
    try:
        for at, line in enumerate(case.steps):
            try:
                _take(round_, line)
            except RoundFailed as failed:
                here = f"{place}.steps.{at}"
                return CaseResult(
                    name=case.name, passed=False, place=here, reason=words_of(failed)
                )
        return CaseResult(name=case.name, passed=True)
    finally:
        taken.update(round_.branches)


def _take(round_: Round, line: Line) -> None:
    match line:
        case PressKeys():
            round_.press(line.press)
        case PressEarly():
            round_.press_early(line.early)
        case StaySilent():
            for _ in range(line.silence):
                round_.stay_silent()
        case StepFails():
            round_.fail(line.fail)
        case AgentHangsUp():
            round_.go_on("after")
        case NobodyAnswers():
            round_.go_on("failed")
        case _:
            _observe(round_, line)


def _observe(round_: Round, line: Hear | NotHear | At | HasData | Ended) -> None:
    round_.advance()
    heard = " ".join(round_.heard)
    match line:
        case Hear() if line.hear not in heard:
            raise RoundFailed(
                sentence(
                    "not_heard",
                    "'{words}' was not heard; heard was '{heard}'",
                    words=line.hear,
                    heard=heard,
                )
            )
        case NotHear() if line.not_hear in heard:
            raise RoundFailed(sentence("heard", "'{words}' was heard", words=line.not_hear))
        case At() if round_.step.node != line.at:
            raise RoundFailed(
                sentence(
                    "elsewhere",
                    "the flow stands in '{node}', not in '{wanted}'",
                    node=round_.step.node,
                    wanted=line.at,
                )
            )
        case HasData():
            _observe_data(round_, line)
        case Ended():
            _observe_end(round_, line.end)
        case _:
            return


def _observe_data(round_: Round, line: HasData) -> None:
    for key, value in line.data.items():
        found = round_.state.data.get(key, "")
        if found != value:
            raise RoundFailed(
                sentence(
                    "other_data",
                    "{key} is '{found}', not '{wanted}'",
                    key=key,
                    found=found,
                    wanted=value,
                )
            )


def _observe_end(round_: Round, wanted: EndsAs) -> None:
    step = round_.step
    match step:
        case Enqueue():
            found = EndsAs(queue=step.queue, priority=step.priority, operator=step.operator)
        case Transfer():
            found = EndsAs(transfer=step.number or step.agent)
        case HangUp():
            found = EndsAs(hang_up=True)
        case _:
            raise RoundFailed(
                sentence(
                    "not_ended",
                    "the flow has not ended: it waits for the caller in '{node}'",
                    node=step.node,
                )
            )
    for field, value in wanted.model_dump(exclude_none=True).items():
        if getattr(found, field) != value:
            ended = found.model_dump(exclude_none=True)
            raise RoundFailed(
                sentence(
                    "other_end",
                    "the flow ended with {found}, not with {wanted}",
                    found=tuple(f"{name}: {_shown(one)}" for name, one in ended.items()),
                    wanted=f"{field}: {_shown(value)}",
                )
            )


def _shown(value: object) -> str:
    """Write a value as the tests do."""
    return str(value).lower() if isinstance(value, bool) else str(value)
