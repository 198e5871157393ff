"""Asterisk is installed whole or not at all, and only with signatures checked."""

import fcntl
import threading
from pathlib import Path

import pytest
from fake_programs import Programs

from callcenter.asterisk import install
from callcenter.asterisk.install import install_asterisk
from callcenter.asterisk.installation import CHROOT_USER_ID, root_directory
from callcenter.errors import CommandFailed

# The directory is the last argument but the mirror, behind the suite's name.
MAKE_ROOT = """
for word in "$@"; do if [ "$before" = sid ]; then root=$word; fi; before=$word; done
mkdir -p "$root/usr/sbin"
"""
WHOLE = f'{MAKE_ROOT} echo "I: Retrieving asterisk"; : > "$root/usr/sbin/asterisk"'
BROKEN = f"{MAKE_ROOT} echo 'E: Release signed by unknown key'; exit 1"


@pytest.fixture
def machine(programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """A machine as root, with all that is needed but Asterisk."""
    monkeypatch.setattr(install.os, "geteuid", lambda: 0)
    keyring = tmp_path / "keyring.gpg"
    keyring.write_text("")
    monkeypatch.setattr(install, "_KEYRING", keyring)
    programs.add("debootstrap")
    programs.add("chroot")
    programs.add("unshare", WHOLE)
    return programs


def quiet(_: str) -> None:
    """Say nothing."""


def test_what_is_installed_is_found_and_runs_as_nobody(machine: Programs) -> None:
    found = install_asterisk(say=quiet)
    assert found.root == root_directory()
    assert found.user_id == CHROOT_USER_ID
    (command,) = [line for line in machine.called() if line.startswith("unshare")]
    assert "--force-check-gpg" in command
    assert "--keyring=" in command


def test_a_second_time_nothing_is_done(machine: Programs) -> None:
    install_asterisk(say=quiet)
    before = machine.called()
    install_asterisk(say=quiet)
    assert machine.called() == before


def test_one_that_fails_leaves_nothing_half_made(machine: Programs) -> None:
    machine.add("unshare", BROKEN)
    with pytest.raises(CommandFailed, match="signed by unknown key"):
        install_asterisk(say=quiet)
    left = {path.name for path in root_directory().parent.iterdir()}
    assert left == {"lock", "install.log"}


def test_what_a_dead_process_left_is_swept(machine: Programs) -> None:
    del machine
    leftover = root_directory().parent / "root.part-1"
    leftover.mkdir(parents=True)
    install_asterisk(say=quiet)
    assert not leftover.exists()


def test_the_machines_own_mirror_is_tried_first(machine: Programs) -> None:
    machine.add("apt-get", "echo http://mirror.example/debian/; echo http://x.example/other/")
    install_asterisk(say=quiet)
    command = next(line for line in machine.called() if line.startswith("unshare"))
    assert command.endswith("http://mirror.example/debian")


def test_two_at_once_install_once(machine: Programs) -> None:
    folder = root_directory().parent
    folder.mkdir(parents=True)
    said: list[str] = []
    waiting = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        waiting.set()

    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = threading.Thread(target=lambda: install_asterisk(say=say))
        second.start()
        assert waiting.wait(10)
        program = root_directory() / "usr/sbin/asterisk"  # the first one is done
        program.parent.mkdir(parents=True)
        program.write_text("")
        fcntl.flock(lock, fcntl.LOCK_UN)
    second.join(10)
    assert "waiting" in said[0]
    assert not [line for line in machine.called() if line.startswith("unshare")]


def test_without_root_one_line_says_what_to_do(
    machine: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)
    with pytest.raises(CommandFailed, match="needs root"):
        install_asterisk(say=quiet)
    assert not [line for line in machine.called() if line.startswith("unshare")]


def test_a_full_disk_is_told_before_anything_is_fetched(
    machine: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "_NEEDED_BYTES", 10**18)
    with pytest.raises(CommandFailed, match="CALLCENTER_CACHE"):
        install_asterisk(say=quiet)
    assert not [line for line in machine.called() if line.startswith("unshare")]


def test_an_asterisk_on_path_is_used_as_it_is(machine: Programs) -> None:
    machine.add("asterisk", "echo 'Asterisk 22.1.0'")
    found = install_asterisk(say=quiet)
    assert found.root is None
    assert found.user_id is None
