"""Asterisk is told of new phones once, and it is said when that could not be done."""

from dataclasses import replace
from pathlib import Path

from asterisk_conf.plan import AgentPhone, AsteriskPlan
from asterisk_conf.render import render
from callcenter.asterisk.renewal import FILES, NOT_TOLD, Renewal


def plan(home: Path, *extensions: str) -> AsteriskPlan:
    phones = tuple(AgentPhone(extension=one, name=f"agent {one}") for one in extensions)
    return AsteriskPlan(home=home, ami_secret="a-secret-of-the-tests", agents=phones)


def written(home: Path) -> bool:
    return any(home.iterdir())


async def test_nothing_is_touched_while_the_files_would_stay_as_they_are(tmp_path: Path) -> None:
    now = plan(tmp_path, "1001")

    async def read() -> AsteriskPlan:
        return replace(now)

    assert await Renewal(now, read).renew() == ""
    assert not written(tmp_path)


async def test_a_phone_that_came_while_nobody_looked_is_noticed_by_the_files(
    tmp_path: Path,
) -> None:
    before, now = plan(tmp_path, "1001"), plan(tmp_path, "1001", "1010")
    before.configuration.mkdir(parents=True)
    for name, text in render(before).items():
        (before.configuration / name).write_text(text, encoding="utf-8")

    async def read() -> AsteriskPlan:
        return now

    assert await Renewal(now, read).renew() == NOT_TOLD  # no Asterisk runs here
    for name in FILES:
        (before.configuration / name).write_text(render(now)[name], encoding="utf-8")
    assert await Renewal(now, read).renew() == ""


async def test_a_new_phone_without_an_asterisk_here_is_left_to_people(tmp_path: Path) -> None:
    async def read() -> AsteriskPlan:
        return plan(tmp_path, "1001", "1010")

    renewal = Renewal(plan(tmp_path, "1001"), read)
    assert await renewal.renew() == NOT_TOLD
    assert await renewal.renew() == NOT_TOLD  # still to be done
    assert not written(tmp_path)
