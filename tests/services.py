"""The servers that tests talk to: a PostgreSQL and a Redis of their own, on loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from ports import free_ports

START_SECONDS = 60.0
STOP_SECONDS = 20.0
POSTGRESQL = Path("/usr/lib/postgresql/15/bin")
_USER = "tests"


def _child(*command: str, user: str | None = None, end: str) -> list[str]:
    """Return the command of a process that dies with us, even when we are killed."""
    become = [f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
    return ["setpriv", f"--pdeathsig={end}", *become, "--", *command]


def _until_it_answers(
    what: str, process: subprocess.Popen[bytes], asked: Callable[[], bool]
) -> None:
    end = time.monotonic() + START_SECONDS
    while not asked():
        if process.poll() is not None:
            raise RuntimeError(f"{what} ended with status {process.returncode}")
        if time.monotonic() > end:
            raise RuntimeError(f"{what} does not answer after {START_SECONDS} s")
        time.sleep(0.05)


class PostgresServer:
    """A PostgreSQL 15 with its own data; hands out databases by their URL."""

    LOCKED = "locked"  # the one role that needs a password

    def __init__(self) -> None:
        # It refuses to run as root.
        self._account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="cc-pg-"))
        [self.port] = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the data directory and run on it."""
        if self._account:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        data = str(self._folder / "data")
        words = ("-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions")
        self._start("initdb", "-D", data, *words).communicate(timeout=START_SECONDS)
        self._lock_out()
        self.resume()
        self.run(f"CREATE ROLE {self.LOCKED} LOGIN PASSWORD 'the-right-word'")

    def resume(self) -> None:
        """Run on the data that is there. Not from a worker thread: see `RedisServer.start`."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "max_wal_senders": "0",
            "wal_level": "minimal",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = self._start("postgres", "-D", str(self._folder / "data"), *options)
        _until_it_answers("PostgreSQL", self._process, self._answers)

    def halt(self) -> None:
        """Throw everybody out at once; the data stays."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGQUIT)
            process.wait(STOP_SECONDS)

    def _lock_out(self) -> None:
        """Ask one role for its password; everybody else is trusted."""
        rules = self._folder / "data" / "pg_hba.conf"
        locked = f"host all {self.LOCKED} 127.0.0.1/32 scram-sha-256\n"
        rules.write_text(locked + rules.read_text("utf-8"), "utf-8")

    def url(self, database: str) -> str:
        """Return what the product takes as CALLCENTER_DATABASE_URL."""
        return f"postgresql+asyncpg://{_USER}@127.0.0.1:{self.port}/{database}"

    def create(self, *, template: str = "template1", name: str = "") -> str:
        """Make a database, a copy of another; return its name."""
        name = name or f"test_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Forget a database, and throw out whoever is still connected to it."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> str:
        """Run one statement outside any transaction; return what it printed."""
        done = self._psql("-c", statement)
        if done.returncode:
            raise RuntimeError(f"{statement}: {done.stderr}")
        return done.stdout

    def stop(self) -> None:
        """Stop at once and leave nothing."""
        self.halt()
        shutil.rmtree(self._folder)

    def _answers(self) -> bool:
        return self._psql("-c", "SELECT 1").returncode == 0

    def _psql(self, *words: str) -> subprocess.CompletedProcess[str]:
        place = ("-h", "127.0.0.1", "-p", str(self.port), "-U", _USER, "-d", "postgres")
        return subprocess.run(
            [str(POSTGRESQL / "psql"), "-X", "-q", "-A", "-t", *place, *words],
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    def _start(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        user = self._account.pw_name if self._account else None
        with (self._folder / f"{program}.log").open("wb") as log:
            return subprocess.Popen(
                _child(str(POSTGRESQL / program), *words, user=user, end="QUIT"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            )


class RedisServer:
    """A `redis-server` that keeps nothing; may be stopped and started again."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cc-redis-"))
        [self.port] = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return what the product takes as CALLCENTER_REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Run, empty; running already is fine.

        Not from a worker thread: a child dies with the thread that started it.
        """
        if self._process is not None and self._process.poll() is None:
            return
        words = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder))
        self._process = subprocess.Popen(
            _child("redis-server", *words, "--save", "", "--appendonly", "no", end="KILL"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        _until_it_answers("redis-server", self._process, self._answers)

    def stop(self) -> None:
        """End it as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(STOP_SECONDS)

    def empty(self) -> None:
        """Forget everything."""
        assert self._ask(b"FLUSHALL\r\n") == b"+OK\r\n"

    def close(self) -> None:
        """Stop and leave nothing."""
        self.stop()
        shutil.rmtree(self._folder)

    def _answers(self) -> bool:
        try:
            return self._ask(b"PING\r\n") == b"+PONG\r\n"
        except OSError:
            return False

    def _ask(self, words: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(words)
            return link.recv(64)
