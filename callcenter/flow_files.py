"""Flows and their tests as files: one by name or path, all of a folder, the tests beside them."""

from __future__ import annotations

from pathlib import Path

from callcenter.errors import CommandFailed
from ivr.errors import FlowInvalid
from ivr.flow import Flow, problems_of, read_flow
from ivr.flows import SHIPPED, TESTS, load_flows
from ivr.trial import Report, Suite, Walked, read_suite, run, walk

_MOST_BYTES = 20_000_000  # of a file read at all; a flow's own limit is far below


class FlowFiles:
    """The flows of a folder (the shipped ones where none is given) and one file beside them."""

    def __init__(self, wanted: str = "", folder: Path | None = None) -> None:
        """Read them; `wanted` is a flow's name, a path to its file, or empty for all.

        Raises CommandFailed when there is no such flow, and FlowInvalid for one that is broken.
        """
        self._folder = folder or SHIPPED
        if not self._folder.is_dir():
            raise CommandFailed(f"there is no folder {self._folder}")
        self.library = dict(load_flows(self._folder))
        self._paths: dict[str, Path] = {}
        if not self.library:
            raise CommandFailed(f"there is no flow in {self._folder}")
        self.names = sorted(self.library) if not wanted else [self._wanted(wanted)]

    def test(self, name: str) -> Report:
        """Run the tests of a flow; a flow without tests has an empty report."""
        return run(self.library[name], self._suite(name), library=self.library)

    def walk(self, name: str) -> Walked:
        """Walk a flow."""
        return walk(self.library[name], library=self.library)

    def _wanted(self, wanted: str) -> str:
        if wanted in self.library:
            return wanted
        path = Path(wanted)
        if not path.is_file():
            known = ", ".join(sorted(self.library))
            raise CommandFailed(f"there is no flow {wanted!r}; known: {known}; or give a file")
        flow = checked_file(path, self.library)
        self.library[flow.name] = flow
        self._paths[flow.name] = path.parent
        return flow.name

    def _suite(self, name: str) -> Suite:
        folder = self._paths.get(name, self._folder)
        path = folder / f"{name}{TESTS}"
        if not path.is_file():
            return Suite.model_construct(flow=name, tests=())
        suite = read_suite(path.read_bytes(), name=path.name)
        if suite.flow != name:
            raise CommandFailed(f"{path.name} tests the flow {suite.flow!r}, not {name!r}")
        return suite


def checked_file(path: Path, library: dict[str, Flow]) -> Flow:
    """Read one flow and check it with those it calls; raises FlowInvalid."""
    if path.stat().st_size > _MOST_BYTES:
        raise CommandFailed(f"{path} is far too large for a flow")
    flow = read_flow(path.read_bytes(), name=path.name)
    problems = problems_of(flow, library | {flow.name: flow})
    if problems:
        raise FlowInvalid(path.name, problems)
    return flow
