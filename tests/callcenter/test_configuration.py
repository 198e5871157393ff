"""The roster in the database becomes phones and fallback queues."""

from pathlib import Path

import pytest

from callcenter.configuration import read_plan
from callcenter.errors import CommandFailed
from callcenter.secrets import Secrets
from callcenter.settings import load_settings
from crm_core.database import Database
from crm_core.demo.house import build_house
from crm_core.tenancy import Scope


async def test_every_agent_has_a_phone_and_every_queue_its_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))
    monkeypatch.setenv("CALLCENTER_DEMO", "yes")
    settings = load_settings()
    database = Database(settings.database)
    await database.upgrade()
    async with database.transaction() as session:
        await build_house(session, Scope(), hashed="")
    await database.close()
    plan = await read_plan(settings)
    phones = {agent.extension for agent in plan.agents}
    assert {"1001", "1002"} <= phones
    assert all(set(queue.members) <= phones and queue.members for queue in plan.queues)
    assert plan.ami_secret == Secrets(tmp_path).ami_secret
    assert plan.demo
    assert "demo-caller" in plan.endpoints


async def test_an_empty_database_makes_an_asterisk_without_phones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))
    plan = await read_plan(load_settings())
    assert plan.agents == ()
    assert plan.queues == ()


async def test_a_setting_asterisk_cannot_hold_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))
    monkeypatch.setenv("CALLCENTER_TRUNK_PEER", "carrier;x")
    with pytest.raises(CommandFailed, match="CALLCENTER_TRUNK_PEER"):
        await read_plan(load_settings())
