"""Install Asterisk 22 into a root directory of its own, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from callcenter.asterisk.installation import Installation, find_installation, root_directory
from callcenter.errors import CommandFailed
from callcenter.progress import Progress, last_complaint, run_shown

_PACKAGES = "asterisk,asterisk-core-sounds-en-wav,asterisk-moh-opsound-wav"
_SUITE = "sid"  # the one suite of Debian that carries Asterisk
_NEEDED_BYTES = 1_200_000_000
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def install_asterisk(*, say: Callable[[str], object]) -> Installation:
    """Return the Asterisk to use, installing one when there is none.

    Two at once wait for each other. Raises CommandFailed when it cannot be installed.
    """
    found = find_installation()
    if found is not None:
        return found
    _require_means()
    folder = root_directory().parent
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / "lock", say):
        found = find_installation()  # another process may just have done it
        if found is None:
            _install(folder)
            found = find_installation()
    if found is None:
        raise CommandFailed(f"Asterisk was installed into {folder} but is not found there")
    return found


def _require_means() -> None:
    if os.geteuid() != 0:
        raise CommandFailed(
            "installing Asterisk needs root: run this as root, "
            "or install an Asterisk of version 20 or later on PATH"
        )
    for program in ("debootstrap", "unshare", "chroot"):
        if shutil.which(program) is None:
            raise CommandFailed(f"{program} is missing: run `callcenter setup`")
    if not _KEYRING.exists():
        raise CommandFailed(
            "the keys that sign Debian are missing: apt-get install debian-archive-keyring"
        )


@contextmanager
def _alone(lock: Path, say: Callable[[str], object]) -> Iterator[None]:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another process installs Asterisk; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _require_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < _NEEDED_BYTES:
        raise CommandFailed(
            f"{folder} has {free // 1_000_000} MB free, Asterisk needs "
            f"{_NEEDED_BYTES // 1_000_000} MB: free some space or set CALLCENTER_CACHE elsewhere"
        )


def _install(folder: Path) -> None:
    for leftover in folder.glob("root.part-*"):
        shutil.rmtree(leftover)  # of a process that died; we hold the lock
    _require_space(folder)
    part = folder / f"root.part-{os.getpid()}"
    log = folder / "install.log"
    log.unlink(missing_ok=True)
    progress = Progress("Installing Asterisk 22 (once; about 600 MB, a minute or two)")
    try:
        _bootstrap(part, progress, log)
        part.rename(root_directory())
    finally:
        shutil.rmtree(part, ignore_errors=True)
    progress.done()


def _bootstrap(part: Path, progress: Progress, log: Path) -> None:
    for mirror in [*_machines_mirrors(), None]:
        shutil.rmtree(part, ignore_errors=True)
        if run_shown(_command(part, mirror), progress=progress, log=log) == 0:
            return
    raise CommandFailed(f"installing Asterisk failed: {last_complaint(log, ('E:', 'W:'))}")


def _command(part: Path, mirror: str | None) -> list[str]:
    """Return debootstrap in a mount namespace of its own: what it mounts ends with it."""
    return [
        *("unshare", "--mount", "--fork", "--kill-child"),
        *("debootstrap", "--variant=minbase", f"--include={_PACKAGES}"),
        *("--force-check-gpg", f"--keyring={_KEYRING}"),
        *(_SUITE, str(part)),
        *([mirror] if mirror else []),  # none: debootstrap's own
    ]


def _machines_mirrors() -> list[str]:
    """Return the Debian mirror the machine itself uses, if apt knows one."""
    if shutil.which("apt-get") is None:
        return []
    answer = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],  # noqa: S607 - apt is on PATH
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    known = [line.rstrip("/") for line in answer.stdout.splitlines()]
    return [uri for uri in dict.fromkeys(known) if uri.endswith("/debian")][:1]
