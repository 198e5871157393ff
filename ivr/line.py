"""The few things a flow does on a caller's channel, spoken in AGI commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from cti.agi import AgiSession

_LONGEST_NAMES = 1500  # Asterisk reads an AGI command of 2,048 bytes


class Line(Protocol):
    """A caller's channel; every verb raises `cti.agi.AgiHangup` once the caller is gone."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The `agi_*` words of the session."""
        ...

    async def answer(self) -> None:
        """Take the call."""
        ...

    async def play(self, sounds: Sequence[str], *, barge_in: bool) -> str:
        """Play sounds one after the other; give the key that cut them, else an empty string."""
        ...

    async def ask(self, sounds: Sequence[str], *, seconds: float, barge_in: bool) -> str:
        """Play sounds, then wait for one key; give it, or an empty string after `seconds`."""
        ...

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable."""
        ...

    async def hang_up(self) -> None:
        """End the call."""
        ...


class AgiLine:
    """A `Line` over a FastAGI session."""

    def __init__(self, agi: AgiSession) -> None:
        self._agi = agi

    @property
    def environment(self) -> Mapping[str, str]:
        """The `agi_*` words of the session."""
        return self._agi.environment

    async def answer(self) -> None:
        """Take the call."""
        await self._agi.answer()

    async def play(self, sounds: Sequence[str], *, barge_in: bool) -> str:
        """Play sounds one after the other; give the key that cut them, else an empty string."""
        if barge_in:
            return await self._key(sounds, seconds=0.001) if sounds else ""
        for sound in sounds:
            await self._agi.stream_file(sound)
        return ""

    async def ask(self, sounds: Sequence[str], *, seconds: float, barge_in: bool) -> str:
        """Play sounds, then wait for one key; give it, or an empty string after `seconds`."""
        if not barge_in:
            await self.play(sounds, barge_in=False)
        return await self._key(sounds if barge_in else (), seconds=seconds)

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable."""
        await self._agi.set_variable(name, value)

    async def hang_up(self) -> None:
        """End the call."""
        await self._agi.hang_up()

    async def _key(self, sounds: Sequence[str], *, seconds: float) -> str:
        """Play and listen in one command: between two, Asterisk would throw a key away."""
        *first, last = _joined(sounds)
        for names in first:
            if key := await self._get_data(names, 1):
                return key
        return await self._get_data(last, max(1, round(seconds * 1000)))

    async def _get_data(self, names: str, milliseconds: int) -> str:
        reply = await self._agi.command("GET DATA", names, str(milliseconds), "1")
        if reply.result:
            return reply.result
        # "#" ends GET DATA's number, so it comes as an empty one that did not time out
        return "" if "timeout" in reply.data else "#"


def _joined(sounds: Sequence[str]) -> list[str]:
    """Join the names Asterisk plays in a row, in as few commands as their length allows."""
    joined = [""]
    for sound in sounds:
        if joined[-1] and len(joined[-1]) + len(sound) > _LONGEST_NAMES:
            joined.append(sound)
        else:
            joined[-1] = f"{joined[-1]}&{sound}" if joined[-1] else sound
    return joined
