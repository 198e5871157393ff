"""The directories and files one Asterisk reads, written with the rights it needs."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from asterisk_conf.credentials import PhoneCredentials
from asterisk_conf.plan import AsteriskPlan
from asterisk_conf.render import render
from callcenter.errors import CommandFailed


def _directories(plan: AsteriskPlan) -> list[Path]:
    return [
        plan.directory,
        plan.configuration,
        plan.run_directory,
        plan.log_directory,
        plan.log_directory / "cdr-csv",
        plan.call_log.parent,
        plan.spool,
        plan.recordings,
        plan.directory / "db",
        plan.directory / "keys",
    ]


def _write_if_changed(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return True


def _give_to(user_id: int, directory: Path) -> None:
    for folder, _, names in os.walk(directory):
        os.chown(folder, user_id, user_id)
        for name in names:
            os.chown(Path(folder) / name, user_id, user_id, follow_symlinks=False)


def write_files(plan: AsteriskPlan, user_id: int | None) -> bool:
    """Write everything Asterisk reads; True when a configuration file changed.

    `user_id` becomes the owner, so that an unprivileged Asterisk may read its secrets and
    nobody else may. Raises CommandFailed when the disk refuses.
    """
    try:
        return _write(plan, user_id)
    except OSError as error:
        raise CommandFailed(
            f"cannot write below {plan.home}: {error.strerror}; "
            "free some space or set CALLCENTER_HOME to a directory you may write to"
        ) from error


def write_some(plan: AsteriskPlan, user_id: int | None, names: Collection[str]) -> None:
    """Write these files alone, and a row for each phone; raises CommandFailed."""
    rendered = render(plan)
    try:
        for name in names:
            _write_if_changed(plan.configuration / name, rendered[name])
        PhoneCredentials(plan.realtime_database).prepare(plan.endpoints)
        if user_id is not None:
            _give_to(user_id, plan.configuration)
    except OSError as error:
        raise CommandFailed(f"cannot write below {plan.home}: {error.strerror}") from error


def _write(plan: AsteriskPlan, user_id: int | None) -> bool:
    for directory in _directories(plan):
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o700)
    plan.prompts.mkdir(parents=True, exist_ok=True)
    changed = [
        _write_if_changed(plan.configuration / name, text) for name, text in render(plan).items()
    ]
    PhoneCredentials(plan.realtime_database).prepare(plan.endpoints)
    if user_id is not None:
        _give_to(user_id, plan.directory)
    return any(changed)
