"""Secrets are made once, differ everywhere, and are read by their owner alone."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callcenter.errors import CommandFailed
from callcenter.secrets import Secrets


def test_a_secret_stays_the_same_and_is_unlike_any_other(tmp_path: Path) -> None:
    one, other = Secrets(tmp_path / "one"), Secrets(tmp_path / "other")
    assert one.ami_secret == Secrets(tmp_path / "one").ami_secret
    assert len({one.ami_secret, one.session_key, other.ami_secret, other.session_key}) == 4
    assert len(one.session_key) >= 43


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path)
    assert secrets.ami_secret
    assert secrets.demo_password
    folder = tmp_path / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_many_who_ask_first_get_one_answer(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: Secrets(tmp_path).ami_secret, range(32)))
    assert len(found) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["ami"]


def test_a_chosen_demo_password_is_remembered(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path)
    assert secrets.demo_password != "chosen-by-hand"
    secrets.keep_demo_password("chosen-by-hand")
    assert Secrets(tmp_path).demo_password == "chosen-by-hand"


def test_a_place_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(CommandFailed, match="CALLCENTER_HOME"):
        _ = Secrets(tmp_path / "file").ami_secret


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_of_somebody_else_is_told_in_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CommandFailed, match="CALLCENTER_HOME"):
        _ = Secrets(tmp_path).ami_secret
