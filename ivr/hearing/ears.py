"""Hears one answer on a caller's channel: its sound, the end of his words, and what they mean."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

import structlog

from cti.agi import AgiSession
from cti.audiosocket import AudioCall, AudioDoor, Key
from cti.errors import AgiRefused
from ivr.flow.pieces import KEYS
from ivr.hearing.endpoint import Endpointer, Heard
from ivr.hearing.recogniser import Recogniser
from ivr.hearing.words import Wanted

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 3.0
_PAUSES = {"yes_no": 0.5, "digits": 0.9}  # seconds of quiet that end an answer
_LONGEST = {"yes_no": 3.0, "digits": 12.0}


@dataclass(frozen=True, slots=True)
class Said:
    """A caller's answer: the keys it stands for (empty: none), and whether he spoke it."""

    keys: str
    spoken: bool = False


class Ears:
    """Listens to callers; one that Asterisk cannot connect us to answers by keys."""

    def __init__(self, door: AudioDoor, recogniser: Recogniser) -> None:
        self._door, self._recogniser = door, recogniser
        self._deaf = False

    def hears(self, wanted: Wanted) -> bool:
        """Whether such an answer can be understood at all."""
        return not self._deaf and wanted.language in self._recogniser.languages

    async def close(self) -> None:
        """End what is running."""
        await self._door.close()
        await self._recogniser.close()

    async def hear(self, agi: AgiSession, wanted: Wanted, *, seconds: float) -> Said:
        """Wait `seconds` for the first word or a key; raises `AgiHangup`, `AgiRefused`."""
        await self._recogniser.wake()
        key, sound = await self._take_in(agi, wanted, seconds)
        if key:
            return Said(key)
        keys = await self._recogniser.understand(sound, wanted) if sound else ""
        return Said(keys, spoken=bool(sound))

    async def _take_in(self, agi: AgiSession, wanted: Wanted, seconds: float) -> tuple[str, bytes]:
        """Lend us the channel's sound until the answer is there; gives its key or its sound."""
        async with self._door.expected() as (call_id, arriving):
            listening = asyncio.create_task(self._listen(arriving, wanted, seconds))
            try:
                await self._send(agi, call_id)
                if arriving.done():
                    return await listening
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
        raise AgiRefused("AudioSocket: Asterisk did not connect")

    async def _send(self, agi: AgiSession, call_id: UUID) -> None:
        try:
            await agi.audio_socket(call_id, self._door.port)
        except AgiRefused as error:
            self._deaf = True
            log.warning("asterisk_has_no_audiosocket", reason=str(error))
            raise

    async def _listen(
        self, arriving: asyncio.Future[AudioCall], wanted: Wanted, seconds: float
    ) -> tuple[str, bytes]:
        """Give the key that was pressed, or the sound of what was said."""
        async with asyncio.timeout(CONNECT_SECONDS):
            call = await asyncio.shield(arriving)
        ear = Endpointer(_PAUSES[wanted.speech], _LONGEST[wanted.speech])
        try:
            async with asyncio.timeout(seconds) as limit:
                return await _answer(call, ear, limit)
        except TimeoutError:
            return "", bytes(ear.sound)
        finally:
            call.end()


async def _answer(call: AudioCall, ear: Endpointer, limit: asyncio.Timeout) -> tuple[str, bytes]:
    """Wait for a key or words; once they begin, the limit is that of the longest answer."""
    heard = Heard.NOTHING
    while heard is not Heard.SAID:
        frame = await call.frame()
        if frame is None:
            return "", b""
        if isinstance(frame, Key):
            if frame.key in KEYS:
                return frame.key, b""
            continue
        before, heard = heard, ear.hear(frame.samples)
        if before is Heard.NOTHING and heard is Heard.SPEAKING:
            limit.reschedule(asyncio.get_running_loop().time() + ear.longest + ear.pause)
    return "", bytes(ear.sound)
