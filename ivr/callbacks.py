"""A waiting caller's wish to be called back: the number confirmed or entered, then promised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import structlog

from cti.agi import AgiSession
from cti.errors import AgiFailed, AgiHangup, AgiRefused
from cti.ids import call_id_of

log = structlog.get_logger(__name__)

NUMBER_SECONDS = 5.0  # between two keys
MOST_DIGITS = 20
ASKED = 3  # times a question is asked before the caller waits on
CONFIRM, OTHER, BACK = "1", "2", "*"
DIALABLE = re.compile(r"\+?[0-9]{5,20}")


class Promises(Protocol):
    """Who keeps promises: the queues."""

    async def promise(self, call_id: UUID, number: str) -> bool:
        """Let the caller keep his place and be called at this number; false when refused."""
        ...

    async def decline(self, call_id: UUID) -> None:
        """Let the caller wait on."""
        ...


class Sounds(Protocol):
    """Announcements by name."""

    def sound(self, language: str, name: str) -> str:
        """Return what Asterisk plays for the name."""
        ...

    async def ready(self, language: str, names: Sequence[str]) -> tuple[str, ...]:
        """Return those of the names that can be played now."""
        ...


class CallbackSession:
    """The handler of `/callback`: leaves CC_CALLBACK=taken on the channel once it is promised."""

    def __init__(self, promises: Promises, sounds: Sounds, *, system: str = "") -> None:
        self._promises, self._sounds, self._system = promises, sounds, system

    async def __call__(self, agi: AgiSession) -> None:
        """Serve one caller; whatever breaks, he waits on."""
        call_id = call_id_of(agi.environment.get("agi_uniqueid", ""), self._system)
        with structlog.contextvars.bound_contextvars(call_id=str(call_id)):
            try:
                await self._serve(agi, call_id)
            except AgiHangup:
                log.info("caller_left_callback")
            except AgiFailed as error:  # the other end answers as Asterisk never would
                log.warning("callback_session_failed", reason=str(error))
            except Exception:
                log.exception("callback_session_failed")

    async def _serve(self, agi: AgiSession, call_id: UUID) -> None:
        language = await agi.get_variable("CC_LANGUAGE") or "zh"
        said = _Said(agi, self._sounds, language)
        number = await _number_from(said, agi.environment.get("agi_callerid", ""))
        if number is None:
            await self._promises.decline(call_id)
        elif await self._promises.promise(call_id, number):
            await agi.set_variable("CC_CALLBACK", "taken")
            await said.play("callback-taken")
        else:
            await said.play("callback-refused")
            await self._promises.decline(call_id)


class _Said:
    """Announcements on one caller's line."""

    def __init__(self, agi: AgiSession, sounds: Sounds, language: str) -> None:
        self._agi, self._sounds, self._language = agi, sounds, language

    async def play(self, *names: str) -> str:
        """Play what can be played; return the key that cut it, else an empty string."""
        for name in await self._sounds.ready(self._language, names):
            key = await self._stream(self._sounds.sound(self._language, name))
            if key:
                return key
        return ""

    async def ask(self, *names: str) -> str:
        """Play, then wait for one key; return it, or an empty string."""
        return await self.play(*names) or await self._agi.wait_for_digit(5000)

    async def digits(self, name: str) -> str:
        """Play, then collect keys until #; return them."""
        ready = await self._sounds.ready(self._language, [name])
        sound = self._sounds.sound(self._language, name) if ready else "silence/1"
        wait = round(NUMBER_SECONDS * 1000)
        return await self._agi.get_data(sound, wait, MOST_DIGITS)

    async def _stream(self, sound: str) -> str:
        try:
            return await self._agi.stream_file(sound, "0123456789*#")
        except AgiRefused as error:
            log.warning("announcement_not_played", sound=sound, reason=str(error))
            return ""


async def _number_from(said: _Said, caller: str) -> str | None:
    """Let the caller confirm his number or enter another; None when he would rather wait."""
    number, lead = caller.strip(), "callback-number"
    for _ in range(ASKED):
        if not DIALABLE.fullmatch(number):
            number, lead = await said.digits("callback-enter"), "callback-read-back"
            continue
        spoken = [f"digit-{digit}" for digit in number.lstrip("+")]
        key = await said.ask(lead, *spoken, "callback-confirm")
        if key == CONFIRM:
            return number
        if key == BACK:
            return None
        if key == OTHER:
            number, lead = "", "callback-read-back"
    return None
