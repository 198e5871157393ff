"""Asterisk is told of new phones once, and it is said when that could not be done."""

from dataclasses import replace
from pathlib import Path

from asterisk_conf.plan import AgentPhone, AsteriskPlan
from callcenter.asterisk.renewal import NOT_TOLD, Renewal


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


async def test_a_new_phone_without_an_asterisk_here_is_left_to_people(tmp_path: Path) -> None:
    async def read() -> AsteriskPlan:
        return plan(tmp_path, "1001", "1010")

    renewal = Renewal(plan(tmp_path, "1001"), read)
    assert await renewal.renew() == NOT_TOLD
    assert await renewal.renew() == NOT_TOLD  # still to be done
    assert not written(tmp_path)
