"""The same reports on both databases: SQLite in a file, PostgreSQL in a server of our own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from crm_core.database import Database

sys.path.append(str(Path(__file__).parent))  # for `report_days`, which several tests here share

BINARIES = Path("/usr/lib/postgresql/15/bin")


def _as_postgres(*words: str | Path) -> list[str]:
    """PostgreSQL refuses to run as root: become its own user first."""
    command = [str(word) for word in words]
    if os.geteuid() != 0:
        return command
    user = pwd.getpwnam("postgres")
    become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [*become, *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Start a PostgreSQL 15 on a free port of 127.0.0.1, and stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cc-pg-"))
    data, port = folder / "data", _free_port()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"

    def run(*words: str | Path, check: bool = True) -> None:
        command = _as_postgres(*words)
        subprocess.run(command, check=check, stdout=subprocess.DEVNULL, timeout=60, cwd=folder)

    control = [BINARIES / "pg_ctl", "-D", data, "-w", "-t", "30"]
    try:
        run(BINARIES / "initdb", "-D", data, "-A", "trust", "-E", "UTF8")
        run(*control, "-l", folder / "log", "-o", options, "start")
        user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        yield f"postgresql+asyncpg://{user}@127.0.0.1:{port}/postgres"
    finally:
        run(*control, "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path}/reports.sqlite3"
    else:
        url = request.getfixturevalue("postgres_url")
    database = Database(url)
    try:
        await database.upgrade()
        yield database
    finally:
        await database.close()
