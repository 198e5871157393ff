"""`callcenter ivr`: flows checked, tested and walked without a telephone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from callcenter.errors import CommandFailed
from callcenter.flow_files import FlowFiles, checked_file
from ivr.errors import FlowInvalid
from ivr.flow import flow_text
from ivr.trial import Report, Walked

app = typer.Typer(help="What callers hear: check, test and walk flows.", no_args_is_help=True)

Wanted = Annotated[str, typer.Argument(help="A flow's name or file; all flows when absent.")]
Folder = Annotated[Path | None, typer.Option(help="Where the flows are; the shipped ones.")]
_MOST_MISSED = 20


@app.command("check")
def check_flow(file: Annotated[Path, typer.Argument(help="A flow as YAML or JSON.")]) -> None:
    """Check one flow; every fault is told with its place, exit code 1."""
    if not file.is_file():
        raise CommandFailed(f"there is no file {file}")
    try:
        flow = checked_file(file, FlowFiles().library)
    except FlowInvalid as invalid:
        for problem in invalid.problems:
            typer.echo(f"{file}: {problem}")
        raise typer.Exit(1) from invalid
    typer.echo(f"{flow.name} version {flow.version}: {len(flow.nodes)} nodes, no fault")


@app.command("test")
def run_tests(flow: Wanted = "", folder: Folder = None) -> None:
    """Run the tests of flows; exit code 1 when one fails or covers less than its flow asks for."""
    files = _files(flow, folder)
    try:
        reports = [files.test(name) for name in files.names]
    except FlowInvalid as invalid:
        raise CommandFailed(str(invalid)) from invalid
    for report in reports:
        _tell_report(report)
    if not all(report.ok for report in reports):
        raise typer.Exit(1)


@app.command("walk")
def walk_flows(flow: Wanted = "", folder: Folder = None) -> None:
    """Try every path of flows; exit code 1 and the path when one does not end well."""
    files = _files(flow, folder)
    walked = {name: files.walk(name) for name in files.names}
    for name, found in walked.items():
        _tell_walk(name, found)
    if not all(found.ok for found in walked.values()):
        raise typer.Exit(1)


@app.command("show")
def show_flow(
    flow: Annotated[str, typer.Argument(help="A flow's name or file.")],
    kind: Annotated[str, typer.Option("--as", help="yaml or json")] = "yaml",
) -> None:
    """Print a flow."""
    if kind not in {"yaml", "json"}:
        raise CommandFailed("--as is yaml or json")
    files = _files(flow, None)
    typer.echo(flow_text(files.library[files.names[0]], kind=kind).rstrip())


def _files(wanted: str, folder: Path | None) -> FlowFiles:
    try:
        return FlowFiles(wanted, folder)
    except FlowInvalid as invalid:
        raise CommandFailed(str(invalid)) from invalid


def _tell_report(report: Report) -> None:
    passed = len(report.results) - len(report.failures)
    share = f"{report.coverage:.0%} of {report.branches} branches"
    typer.echo(f"{report.flow}: {passed} of {len(report.results)} tests pass, {share}")
    for failure in report.failures:
        typer.echo(f"  FAILED {failure.place} ({failure.name}): {failure.reason}")
    if not report.is_covered:
        missed = ", ".join(report.missed[:_MOST_MISSED])
        typer.echo(f"  FAILED coverage: the flow asks for {report.bar:.0%}; not taken: {missed}")


def _tell_walk(name: str, found: Walked) -> None:
    ends = ", ".join(f"{end} ({count})" for end, count in sorted(found.ends.items()))
    verdict = "every path ends well" if found.ok else "NOT every path ends well"
    typer.echo(f"{name}: {found.places} places, {verdict}: {ends}")
    for finding in found.findings:
        typer.echo(f"  {finding.reason}:")
        for line in finding.path:
            typer.echo(f"    {line}")
