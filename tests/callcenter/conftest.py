"""Settings never leak in from the machine these tests run on."""

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from fake_programs import Programs


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("CALLCENTER_"):
            monkeypatch.delenv(name)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """A machine with no program but those the test adds, and an empty cache."""
    monkeypatch.setenv("CALLCENTER_CACHE", str(tmp_path / "cache"))
    return Programs(tmp_path / "bin", monkeypatch)
