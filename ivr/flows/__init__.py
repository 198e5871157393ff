"""The published flows, read from their files, and which of them a dialled number gets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import structlog

from ivr.canary import Ending
from ivr.errors import FlowInvalid, FlowMissing, Problem
from ivr.flow import Flow, problems_of, read_flow

log = structlog.get_logger(__name__)

SHIPPED = Path(__file__).parent
TESTS = ".test.yaml"


class FlowBook:
    """Flows by name and by the number dialled; every number has one, the default where unknown."""

    def __init__(
        self, flows: Mapping[str, Flow], *, default: str, numbers: Mapping[str, str] | None = None
    ) -> None:
        """Take flows by name, the default's name, and the flow's name for each dialled number.

        A number whose flow is missing gets the default, and a log line. Raises `FlowMissing`
        when there is no default.
        """
        if default not in flows:
            raise FlowMissing(f"there is no flow {default!r}; known: {sorted(flows)}")
        self._flows = dict(flows)
        self._numbers = dict(numbers or {})
        self._default = default
        for number, name in self._numbers.items():
            if name not in flows:
                log.warning("did_without_flow", number=number, flow=name, instead=default)

    def flow_for(self, did: str) -> Flow:
        """Give the flow of a dialled number."""
        name = self._numbers.get(did, self._default)
        return self._flows.get(name) or self._flows[self._default]

    def named(self, name: str) -> Flow | None:
        """Give the flow of this name, or None."""
        return self._flows.get(name)

    def version_for(self, flow: Flow, call_id: UUID) -> Flow:
        """Give the flow itself: a book has one version of each."""
        del call_id
        return flow

    def ended(self, flow: Flow, ending: Ending) -> None:
        """Count nothing: there is nothing to compare with."""

    @property
    def library(self) -> Mapping[str, Flow]:
        """All flows by name: those a flow may call."""
        return self._flows

    @property
    def flows(self) -> tuple[Flow, ...]:
        """All flows, in the order of their names."""
        return tuple(self._flows[name] for name in sorted(self._flows))


def load_flows(folder: Path = SHIPPED) -> dict[str, Flow]:
    """Read every `*.json` and `*.yaml` of a folder, keyed by flow name.

    Tests (`*.test.yaml`) lie beside them. One bad flow, or one that calls a flow that is not
    there, is `FlowInvalid`.
    """
    flows: dict[str, Flow] = {}
    for path in sorted((*folder.glob("*.json"), *folder.glob("*.yaml"))):
        if not path.name.endswith(TESTS):
            flow = _load(path)
            flows[flow.name] = flow
    for flow in flows.values():
        problems = problems_of(flow, flows)
        if problems:
            raise FlowInvalid(flow.name, problems)
    return flows


def _load(path: Path) -> Flow:
    flow = read_flow(path.read_bytes(), name=path.name)
    if flow.name != path.stem:
        reason = f"is {flow.name!r}, but its file is named {path.name!r}"
        raise FlowInvalid(path.name, (Problem(place="name", reason=reason),))
    return flow
