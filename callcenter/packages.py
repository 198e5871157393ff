"""Programs of the system that the platform needs, and the Debian packages that bring them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from callcenter.asterisk.installation import cache_directory, find_installation
from callcenter.errors import CommandFailed
from callcenter.progress import Progress, last_complaint, run_shown

_COMPLAINTS = ("E:", "dpkg: error")


@dataclass(frozen=True, slots=True)
class Needed:
    """A program, the package it comes in, and what it is for."""

    program: str  # a name on PATH, or a pattern of an absolute path
    package: str

    def is_here(self) -> bool:
        """Tell whether the machine has it."""
        if self.program.startswith("/"):
            return any(Path("/").glob(self.program.lstrip("/")))
        return shutil.which(self.program) is not None


_TO_INSTALL_ASTERISK = Needed("debootstrap", "debootstrap")
_TO_RUN = (
    Needed("espeak-ng", "espeak-ng"),
    Needed("sox", "sox"),
    Needed("sipp", "sip-tester"),
)
_TO_TEST = (
    Needed("chromium", "chromium"),
    Needed("/usr/lib/postgresql/*/bin/postgres", "postgresql"),
    Needed("redis-server", "redis-server"),
    Needed("ss", "iproute2"),
    Needed("/usr/share/fonts/**/*CJK*", "fonts-noto-cjk"),
)


def missing_packages(*, tests: bool) -> list[str]:
    """Return the packages to install."""
    needed = list(_TO_RUN + (_TO_TEST if tests else ()))
    if find_installation() is None:
        needed.append(_TO_INSTALL_ASTERISK)
    return [one.package for one in needed if not one.is_here()]


def install_packages(packages: list[str]) -> None:
    """Install Debian packages; CommandFailed says what to do when that cannot be."""
    if not packages:
        return
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise CommandFailed(f"this machine has no apt-get: install {names} by its own means")
    if os.geteuid() != 0:
        raise CommandFailed(f"not root: run `apt-get install {names}` as root, then try again")
    log = cache_directory() / "packages.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    progress = Progress(f"Installing {names}")
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        _apt(arguments, progress, log)
    progress.done()


def _apt(arguments: list[str], progress: Progress, log: Path) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", *arguments]
    status = run_shown(command, progress=progress, log=log, environment=environment)
    if status != 0:
        raise CommandFailed(f"`apt-get {arguments[0]}` failed: {last_complaint(log, _COMPLAINTS)}")
