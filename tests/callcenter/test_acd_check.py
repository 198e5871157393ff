"""`callcenter acd check` says what is wrong with the queues' configuration."""

from pathlib import Path

import pytest
from command_line import callcenter

from callcenter.demo.seed import seed_when_empty
from callcenter.settings import load_settings
from crm_core.database import Database
from crm_core.queues import create_queue
from crm_core.tenancy import Scope


async def test_the_demo_is_sound_and_a_queue_without_agents_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))
    settings = load_settings()
    await seed_when_empty(settings)
    sound = callcenter("acd", "check")
    assert sound.returncode == 0, sound.stdout
    assert sound.stdout.splitlines()[-1].startswith("0 errors")
    database = Database(settings.database)
    async with database.transaction() as session:
        await create_queue(session, Scope(), name="empty", title="空")
    await database.close()
    refused = callcenter("acd", "check")
    assert refused.returncode == 2
    assert "error: queue empty, agents: no agent is in this queue" in refused.stdout
