"""`callcenter acd replay` and `simulate` refuse what cannot be, with the place and the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from command_line import callcenter, refusal

from callcenter.commands.replay import _a_day_on, _moment
from callcenter.demo.seed import seed_when_empty
from callcenter.settings import load_settings


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--from 0001-01-01", "'0001-01-01' is no day or moment of Asia/Shanghai"),
        ("--from 2026-02-30", "'2026-02-30' is no day or moment of Asia/Shanghai"),
        ("--from 9999-12-31", "there is no day after 9999-12-31"),
        ("--from 2026-03-02 --to 2026-03-01", "--to is to be later than --from"),
        ("--from 2026-03-02 --to 2026-03-02", "--to is to be later than --from"),
        ("--from 2026-03-02 --zone Mars/Base", "'2026-03-02' is no day or moment of Mars/Base"),
        ("--from 2026-03-02 --strategy magic", "strategy: Input should be 'longest_idle'"),
        ("--from 2026-03-02 --agents 501", "agents: Input should be less than or equal to 500"),
        ("--from 2026-03-02", "nobody called in this time"),
    ],
)
def test_a_time_or_a_change_that_cannot_be_is_refused(
    tmp_path: Path, words: str, said: str
) -> None:
    done = callcenter("acd", "replay", *words.split(), CALLCENTER_HOME=str(tmp_path))
    assert said in refusal(done)


@pytest.mark.parametrize(
    "words", ["--events 0", "--agents 10001", "--queues 1001", "--load 0", "--load inf"]
)
def test_a_simulation_of_a_size_nobody_could_wait_for_is_refused(words: str) -> None:
    assert words.split(maxsplit=1)[0] in refusal(callcenter("acd", "simulate", *words.split()))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_on_which_clocks_change_lasts_from_midnight_to_midnight(
    day: str, hours: int
) -> None:
    start = _moment(day, "Europe/Berlin")
    end = _a_day_on(start)
    assert end.tzinfo == ZoneInfo("Europe/Berlin")
    assert end.timestamp() - start.timestamp() == timedelta(hours=hours).total_seconds()


async def test_a_change_that_could_not_be_put_in_force_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))
    await seed_when_empty(load_settings())
    since = f"--from={datetime.now(UTC).date() - timedelta(days=7)}"
    until = f"--to={datetime.now(UTC).date()}"
    changes = tmp_path / "changes.yaml"
    for text, said in (
        ("queues: {service: {limits: {max_wait_seconds: -4}}}", "limits.max_wait_seconds: -4"),
        ("queues: {service: {steps: [{needs: '(('}]}}", "steps.0.needs: at character 3"),
        ("queues: {service: {steps: [{needs: magic}]}}", "there is no skill magic"),
    ):
        changes.write_text(text)
        done = callcenter("acd", "replay", since, until, f"--changes={changes}")
        assert said in refusal(done)
