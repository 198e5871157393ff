"""A whole call center in a folder of its own, run by its own command."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from ports import free_ports, free_span

from callcenter.asterisk.control import run_command
from callcenter.asterisk.process import KnownProcess

PASSWORD = "story-Password-1"
FILLED: dict[str, Path] = {}  # the home of a filled installation, made once a run
KEPT_TOKEN = "story-token"  # beside the filled database that knows it
COMMAND = [str(Path(sys.executable).with_name("callcenter"))]


class WaitedTooLongError(AssertionError):
    """Something that had to happen did not happen within its limit."""


async def until(
    what: str, check: Callable[[], Awaitable[Any]], *, seconds: float = 25.0, step: float = 0.1
) -> Any:
    """Ask again until the answer is true; say what was waited for when it never is."""
    end = time.monotonic() + seconds
    while True:
        answer = await check()
        if answer:
            return answer
        if time.monotonic() > end:
            message = f"not within {seconds} s: {what} (last answer: {answer!r})"
            raise WaitedTooLongError(message)
        await asyncio.sleep(step)


@dataclass
class Center:
    """One installation: its ports, its processes, and what a story asks of it."""

    home: Path
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    token: str = ""
    opened_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    engine_environment: dict[str, str] = field(default_factory=dict)  # for `run` alone

    @classmethod
    def plan(cls, home: Path, **more: str) -> "Center":
        http, push, sip, asterisk_http, ami, agi = free_ports(6)
        settings = {
            "HOME": str(home),
            "HTTP_PORT": http,
            "PUSH_PORT": push,
            "SIP_PORT": sip,
            "ASTERISK_HTTP_PORT": asterisk_http,
            "AMI_PORT": ami,
            "AGI_PORT": agi,
            "RTP_PORTS": free_span(400),
            **more,
        }
        named = {f"CALLCENTER_{key}": str(value) for key, value in settings.items()}
        return cls(home=home, environment={**os.environ, **named})

    def setting(self, name: str) -> str:
        return self.environment[f"CALLCENTER_{name}"]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.setting('HTTP_PORT')}"

    def command(self, *words: str, seconds: float = 120) -> str:
        """Run `callcenter WORDS` to its end and return what it printed."""
        done = subprocess.run(
            [*COMMAND, *words],
            env=self.environment,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
        text = done.stdout.decode() + done.stderr.decode()
        assert done.returncode == 0, f"callcenter {' '.join(words)}: {text}"
        return done.stdout.decode()

    def prepare(self) -> None:
        """Fill the database; SQLite is copied from one that was filled before, if there is one."""
        self.home.mkdir(parents=True, exist_ok=True)
        filled = FILLED.get("home")
        if filled is not None and "CALLCENTER_DATABASE_URL" not in self.environment:
            shutil.copytree(filled, self.home, dirs_exist_ok=True)
            self.token = (self.home / KEPT_TOKEN).read_text()
            return
        if filled is not None and (filled / "prompts").exists():
            shutil.copytree(filled / "prompts", self.home / "prompts")
        self.command("demo", "seed", "--password", PASSWORD)
        self.token = self.command("token", "create", "--role", "admin").split()[-1]
        (self.home / KEPT_TOKEN).write_text(self.token)

    def keep_prompts(self) -> None:
        """Let the centers after this one find the prompts that it spoke."""
        filled, spoken = FILLED.get("home"), self.home / "prompts"
        if filled is not None and spoken.exists() and not (filled / "prompts").exists():
            shutil.copytree(spoken, filled / "prompts", ignore=shutil.ignore_patterns(".*"))

    def start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        """Start `callcenter WORDS` in the background under a name."""
        log = (self.home / f"{name}.log").open("ab")
        process = subprocess.Popen(
            [*COMMAND, *words],
            env={**self.environment, **self.engine_environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        log.close()
        self.processes[name] = process
        return process

    def kill(self, name: str) -> None:
        """End a process as a power cut would: SIGKILL."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def stop(self, name: str, *, seconds: float = 20) -> int:
        process = self.processes.pop(name)
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
            raise

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(errors="replace")

    def logs(self) -> str:
        return "\n".join(self.log(name)[-8000:] for name in self.processes)

    def asterisk(self, command: str) -> str:
        """Ask Asterisk's own console."""
        return run_command(self.home / "asterisk" / "run" / "asterisk.ctl", command)

    def kill_asterisk(self) -> None:
        """End Asterisk as a crash would, and wait until it is gone."""
        process = KnownProcess.read(self.home / "asterisk" / "server.pid")
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        end = time.monotonic() + 10
        while process.is_running():
            assert time.monotonic() < end, "Asterisk survived SIGKILL"
            time.sleep(0.05)

    def channels(self) -> int:
        lines = self.asterisk("core show channels count").splitlines()
        return next(int(line.split()[0]) for line in lines if "active channel" in line)

    async def no_channels(self, seconds: float = 25) -> None:
        async def none() -> bool:
            return await asyncio.to_thread(self.channels) == 0

        await until("Asterisk has no channel left", none, seconds=seconds, step=0.3)

    async def get(self, path: str) -> Any:
        """GET of the JSON API as an administrator."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with (
            aiohttp.ClientSession(headers=headers) as client,
            client.get(f"{self.url}/api/v1{path}") as answer,
        ):
            body = await answer.json()
            assert answer.status == 200, body
            return body

    async def healthy(self, seconds: float = 60) -> None:
        """Wait until the pages answer and the board is fresh."""

        async def fresh() -> bool:
            with contextlib.suppress(aiohttp.ClientError, AssertionError):
                board = await self.get("/board")
                return board["snapshot"]["stale_since"] is None
            return False

        try:
            await until("the board is fresh", fresh, seconds=seconds)
        except WaitedTooLongError as error:
            raise WaitedTooLongError(f"{error}\n{self.logs()}") from None

    async def calls_from(self, number: str) -> list[dict[str, Any]]:
        """Return the calls of a number since this center was opened, newest first."""
        since = quote(self.opened_at.isoformat())
        listing = await self.get(f"/calls?number={number}&from={since}&limit=20")
        items: list[dict[str, Any]] = listing["items"]
        return items

    async def ended_call(
        self, number: str, seconds: float = 30, *, calls: int = 1
    ) -> dict[str, Any]:
        """Wait until the number's so many calls have their records; return the newest whole."""

        async def ended() -> str | None:
            items = await self.calls_from(number)
            whole = len(items) >= calls and items[0]["outcome"]
            return items[0]["call_id"] if whole else None

        try:
            call_id = await until(f"the call of {number} is recorded", ended, seconds=seconds)
        except WaitedTooLongError as error:
            raise WaitedTooLongError(f"{error}\n{self.logs()}") from None
        detail: dict[str, Any] = await self.get(f"/calls/{call_id}")
        return detail


@contextlib.asynccontextmanager
async def opened(center: Center, *roles: str) -> AsyncIterator[Center]:
    """Run the center: Asterisk and the roles; stop all of it afterwards."""
    center.home.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(center.prepare)
    await asyncio.to_thread(center.command, "asterisk", "start")
    try:
        for role in roles or ("all",):
            center.start(role, "run", "--role", role)
        await center.healthy()
        await asyncio.to_thread(center.keep_prompts)
        yield center
    except BaseException:
        sys.stdout.write(center.logs())  # shown with the failure
        raise
    finally:
        for name in list(center.processes):
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(center.stop, name)
        await asyncio.to_thread(center.command, "asterisk", "stop")
