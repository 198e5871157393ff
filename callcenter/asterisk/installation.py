"""Where an Asterisk of a fit version is: on PATH, or in a root directory of our own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_VERSION = 20
# A number no Debian system gives to anyone, so nobody else on the machine owns these files.
CHROOT_USER_ID = 46873
_PROGRAM_IN_ROOT = Path("usr/sbin/asterisk")


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """An Asterisk that can be started; `root` is None when it is the machine's own."""

    program: Path
    root: Path | None = None

    @property
    def user_id(self) -> int | None:
        """The unprivileged user it runs as, when we choose it."""
        return None if self.root is None else CHROOT_USER_ID


def cache_directory() -> Path:
    """Return where downloads are kept, outside any clone of the project."""
    if chosen := os.environ.get("CALLCENTER_CACHE"):
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "callcenter"


def root_directory() -> Path:
    """Return where our own Asterisk is installed, whether it is there or not."""
    return cache_directory() / "asterisk-22" / "root"


def _major_version(program: str) -> int:
    try:
        answer = subprocess.run(  # noqa: S603 - the program found on PATH
            [program, "-V"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"Asterisk \D*([0-9]+)", answer.stdout)
    return int(found[1]) if found else 0


def _machines_own() -> Installation | None:
    program = shutil.which("asterisk")
    if program is None or _major_version(program) < OLDEST_VERSION:
        return None
    return Installation(program=Path(program))


def _in_root() -> Installation | None:
    root = root_directory()
    if not (root / _PROGRAM_IN_ROOT).is_file():
        return None
    return Installation(program=Path("/") / _PROGRAM_IN_ROOT, root=root)


def find_installation() -> Installation | None:
    """Return the Asterisk to use, the machine's own first, or None when there is none."""
    return _machines_own() or _in_root()
