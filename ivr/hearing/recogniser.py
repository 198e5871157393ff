"""Speech recognition engines behind one protocol; pocketsphinx in a process of its own."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from typing import Protocol

import structlog

from ivr.hearing.words import LANGUAGES, Wanted, grammar_of, keys_of

log = structlog.get_logger(__name__)

SECONDS = 5.0  # for one utterance, its wait for those before it included
IDLE_SECONDS = 60.0  # after which the process is ended
MOST_WAITING = 8  # utterances at once; a caller beyond them has his keys
_MODULE = "ivr.hearing.decoding"


class Recogniser(Protocol):
    """One engine that understands a few words."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages it has a model of."""
        ...

    async def wake(self) -> None:
        """Make ready: somebody is about to speak. Never raises but for cancellation."""
        ...

    async def understand(self, sound: bytes, wanted: Wanted) -> str:
        """Give the keys for what was said in 16-bit mono 8 kHz sound; empty when not understood.

        Never raises but for cancellation: a caller who is not understood has his keys.
        """
        ...

    async def close(self) -> None:
        """End what is running."""
        ...


class Pocketsphinx:
    """pocketsphinx with the English model of its wheel, started by the first utterance."""

    def __init__(self, argv: tuple[str, ...] = (sys.executable, "-m", _MODULE)) -> None:
        self._argv = argv
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._idle: asyncio.TimerHandle | None = None

    @classmethod
    def find(cls) -> Pocketsphinx | None:
        """Look for the package; None when it is not installed."""
        return cls() if importlib.util.find_spec("pocketsphinx") else None

    @property
    def languages(self) -> frozenset[str]:
        """English alone."""
        return LANGUAGES

    async def wake(self) -> None:
        """Start the process, which reads its model while the caller begins to speak."""
        if self._waiting:
            return
        try:
            async with self._turn:
                _ = await self._started()
                self._rest()
        except OSError as error:
            log.warning("speech_engine_not_started", reason=str(error))

    async def understand(self, sound: bytes, wanted: Wanted) -> str:
        """Give the keys for what was said; empty when it was not understood in time."""
        if self._waiting >= MOST_WAITING:
            log.warning("speech_not_heard", reason="too many speak at once")
            return ""
        self._waiting += 1
        try:
            async with asyncio.timeout(SECONDS), self._turn:
                return keys_of(await self._ask(sound, grammar_of(wanted)), wanted)
        except TimeoutError:
            log.warning("speech_not_heard", reason=f"not within {SECONDS:g} s")
        except (OSError, ValueError, asyncio.IncompleteReadError) as error:
            log.warning("speech_not_heard", reason=repr(error))
        finally:
            self._waiting -= 1
        return ""

    async def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
        self._stop()
        process, self._process = self._process, None
        if process is not None:
            await process.wait()

    async def _ask(self, sound: bytes, grammar: str) -> str:
        """Let the process decode; one that was left in the middle of an answer is ended."""
        process = await self._started()
        answered = False
        try:
            request = json.dumps({"grammar": grammar, "bytes": len(sound)}).encode()
            if process.stdin is None or process.stdout is None:
                raise OSError("the process has no pipes")
            process.stdin.write(request + b"\n" + sound)
            await process.stdin.drain()
            line = await process.stdout.readuntil(b"\n")
            answered = True
        finally:
            if not answered:
                self._stop()
        self._rest()
        return str(json.loads(line)["words"])

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(
                *self._argv, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
            )
        return self._process

    def _rest(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._stop)

    def _stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
