"""One call into the trunk: place it, press keys, listen, hang up, say what came of it."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from callcenter.demo.media import Media
from callcenter.demo.scenario import Caller, caller_scenario, from_address, hang_up_message
from callcenter.errors import CommandFailed

_POLL_SECONDS = 0.02
_SPARE_SECONDS = 10
_LAST_SECONDS = 5
_FIRST_PORT, _PORTS = 30000, 2700  # below the range of ports that programs are given unasked


@dataclass(frozen=True, kw_only=True, slots=True)
class CallResult:
    """What the caller saw and heard."""

    answered: bool
    refused: int | None  # SIP status
    hung_up_by_us: bool
    seconds: float  # on the line, from the answer
    packets_sent: int
    packets_received: int


def _free_port() -> int:
    """Return a port that the kernel gives to nobody by itself before SIPp has it."""
    while True:
        port = _FIRST_PORT + secrets.randbelow(_PORTS)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


class TrunkCall:
    """An async context: entering places the call, leaving ends it and frees everything."""

    def __init__(self, caller: Caller, *, sip_port: int) -> None:
        self.media = Media()
        self._caller = caller
        self._sip_port = sip_port
        self._token = secrets.token_hex(8)
        self._port = _free_port()
        self._directory = Path(tempfile.mkdtemp(prefix="cc-call-"))
        self._process: asyncio.subprocess.Process | None = None
        self._answered_at = 0.0
        self._ended_at = 0.0
        self._left = False

    async def __aenter__(self) -> Self:
        try:
            await self.media.open()
            await self._spawn()
        except BaseException:
            await self._clean_up()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.hang_up()
        finally:
            await self._clean_up()

    async def answered(self, seconds: float = 20) -> bool:
        """Wait for the answer and start the sound; False when refused or not in time."""
        deadline = time.monotonic() + seconds
        while (port := self._answered_port()) is None:
            if time.monotonic() > deadline or not self._is_running():
                return False
            await asyncio.sleep(_POLL_SECONDS)
        if not self._answered_at:
            self._answered_at = time.monotonic()
            self.media.start(("127.0.0.1", port))
        return True

    async def press(self, keys: str) -> None:
        """Press keys (RFC 4733); `,` is a pause of one second."""
        await self.media.press(keys)

    async def say(self, sound: bytes) -> None:
        """Say words (G.711 mu-law, 8,000 Hz); the line is silent before and after them."""
        self.media.hush()
        await self.media.say(sound)

    async def ended(self, seconds: float) -> bool:
        """Wait until the call is over; False when it still lives after `seconds`."""
        if self._process is not None and self._process.returncode is None:
            try:
                await asyncio.wait_for(self._process.wait(), seconds)
            except TimeoutError:
                return False
        self._ended_at = self._ended_at or time.monotonic()
        return True

    async def hang_up(self) -> None:
        """End the call now, with CANCEL before the answer and BYE after; over is fine."""
        if self._process is None or await self.ended(0):
            return
        self._left = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hand:
            hand.sendto(hang_up_message(self._token), ("127.0.0.1", self._port))
        if not await self.ended(_LAST_SECONDS):
            self._process.kill()
            await self._process.wait()

    def result(self) -> CallResult:
        """Return what is known now."""
        end = self._ended_at or time.monotonic()
        refused = self._logged_number("refused")
        return CallResult(
            answered=bool(self._answered_at),
            refused=refused,
            hung_up_by_us=self._left and refused is None,
            seconds=end - self._answered_at if self._answered_at else 0.0,
            packets_sent=self.media.sent,
            packets_received=self.media.received,
        )

    def _is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _spawn(self) -> None:
        program = shutil.which("sipp")
        if program is None:
            raise CommandFailed("sipp is missing: run `callcenter setup`")
        scenario = self._directory / "caller.xml"
        scenario.write_text(self._scenario(), encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(
            program,
            *self._arguments(scenario),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=self._directory,
            start_new_session=True,
        )

    def _scenario(self) -> str:
        return caller_scenario(self._caller, media_port=self.media.port, token=self._token)

    def _arguments(self, scenario: Path) -> list[str]:
        limit = round(self._caller.longest_seconds + _SPARE_SECONDS)
        return [
            *("-sf", str(scenario), "-i", "127.0.0.1", "-p", str(self._port)),
            *("-cid_str", self._token, "-key", "from_address", from_address(self._caller)),
            *("-m", "1", "-l", "1", "-nostdin", "-timeout", f"{limit}s", "-timeout_error"),
            *("-trace_logs", "-log_file", str(self._log_file)),
            *("-trace_err", "-error_file", str(self._directory / "errors")),
            f"127.0.0.1:{self._sip_port}",
        ]

    @property
    def _log_file(self) -> Path:
        return self._directory / "log"

    def _answered_port(self) -> int | None:
        return self._logged_number("answered")

    def _logged_number(self, word: str) -> int | None:
        if not self._log_file.exists():
            return None
        for line in self._log_file.read_text(encoding="utf-8").splitlines():
            said, _, number = line.partition(" ")
            if said == word and number.isdecimal():
                return int(number)
        return None

    async def _clean_up(self) -> None:
        await self.media.close()
        shutil.rmtree(self._directory, ignore_errors=True)
