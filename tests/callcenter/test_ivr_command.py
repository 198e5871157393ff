"""`callcenter ivr`: exit codes and places that a CI and a person can use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callcenter.commands.ivr import app
from callcenter.errors import CommandFailed
from ivr.flow import flow_text, read_flow
from ivr.flows import SHIPPED, load_flows

HOTLINE = load_flows()["hotline"]
RUNNER = CliRunner()
GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "ten-steps"


def test_the_shipped_flows_pass() -> None:
    result = RUNNER.invoke(app, ["test"])
    assert result.exit_code == 0, result.output
    assert "hotline: 10 of 10 tests pass, 100% of 24 branches" in result.output


def test_the_shipped_flows_end_well_on_every_path() -> None:
    result = RUNNER.invoke(app, ["walk", "service-line"])
    assert result.exit_code == 0, result.output
    assert "every path ends well" in result.output


def test_a_failing_test_is_told_with_its_place_and_exits_with_one(tmp_path: Path) -> None:
    (tmp_path / "hotline.json").write_text(flow_text(HOTLINE, kind="json"), encoding="utf-8")
    case = {"name": "tea", "steps": [{"press": "1"}, {"end": {"queue": "tea"}}]}
    tests = json.dumps({"flow": "hotline", "tests": [case]})
    (tmp_path / "hotline.test.yaml").write_text(tests, encoding="utf-8")
    for words in (["test", "--folder", str(tmp_path)], ["test", str(tmp_path / "hotline.json")]):
        result = RUNNER.invoke(app, words)
        assert result.exit_code == 1
        assert "FAILED tests.0.steps.1 (tea)" in result.output


def test_tests_that_cannot_be_read_are_told_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "hotline.json").write_text(flow_text(HOTLINE, kind="json"), encoding="utf-8")
    tests = json.dumps({"flow": "hotline", "tests": [{"name": "x", "steps": [{"fail": True}]}]})
    (tmp_path / "hotline.test.yaml").write_text(tests, encoding="utf-8")
    result = RUNNER.invoke(app, ["test", str(tmp_path / "hotline.json")])
    assert isinstance(result.exception, CommandFailed)
    assert "tests.0.steps.0.fail" in str(result.exception)


def test_the_flow_of_the_guide_passes_its_tests_and_ends_well() -> None:
    file = GUIDE / "repair-line.yaml"
    result = RUNNER.invoke(app, ["test", str(file)])
    assert result.exit_code == 0, result.output
    assert "repair-line: 5 of 5 tests pass, 100% of 20 branches" in result.output
    result = RUNNER.invoke(app, ["walk", str(file)])
    assert "every path ends well" in result.output


def test_a_path_that_does_not_end_well_is_shown(tmp_path: Path) -> None:
    data = HOTLINE.model_dump(mode="json", exclude_defaults=True)
    data["nodes"]["main"]["choices"]["3"] = "bye"
    data["nodes"]["bye"] = {"kind": "hang_up"}
    file = tmp_path / "hotline.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    result = RUNNER.invoke(app, ["walk", str(file)])
    assert result.exit_code == 1
    assert "main: ask → key 3" in result.output


def test_every_fault_of_a_flow_is_told_with_its_place(tmp_path: Path) -> None:
    data = HOTLINE.model_dump(mode="json", exclude_defaults=True)
    del data["nodes"]["service"]
    data["nodes"]["main"]["wrong"] = "nonsense"
    file = tmp_path / "hotline.yaml"
    file.write_text(json.dumps(data), encoding="utf-8")
    result = RUNNER.invoke(app, ["check", str(file)])
    assert result.exit_code == 1
    assert "nodes.hold-service.next: there is no node 'service'" in result.output
    assert "nodes.main.wrong: there is no prompt 'nonsense'" in result.output
    assert RUNNER.invoke(app, ["check", str(SHIPPED / "hotline.json")]).exit_code == 0


def test_a_flow_is_shown_as_yaml_that_reads_back() -> None:
    result = RUNNER.invoke(app, ["show", "hotline"])
    assert read_flow(result.output) == HOTLINE


def test_an_unknown_flow_is_refused_in_words() -> None:
    with pytest.raises(CommandFailed, match="there is no flow 'tea'"):
        RUNNER.invoke(app, ["walk", "tea"], catch_exceptions=False)


def test_a_folder_without_flows_is_no_success(tmp_path: Path) -> None:
    for folder, reason in ((tmp_path / "none", "there is no folder"), (tmp_path, "is no flow in")):
        with pytest.raises(CommandFailed, match=reason):
            RUNNER.invoke(app, ["test", "--folder", str(folder)], catch_exceptions=False)
