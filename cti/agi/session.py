"""One FastAGI session: verbs on the caller's channel."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import NoReturn
from uuid import UUID

from cti.agi.limits import AgiLimits
from cti.agi.replies import AgiReply, command_line, reply_of
from cti.agi.wire import AgiWire, TooLong
from cti.errors import AgiHangup, AgiRefused, AgiTimedOut

_HANGUP = "HANGUP"
_DEAD_CHANNEL = 511
_WATCH_SECONDS = 60.0
_PLAIN = "200 "
_USAGE_BEGINS = "520-"
_APPLICATIONS = frozenset(
    {
        "Answer",
        "MusicOnHold",
        "Playtones",
        "Progress",
        "Ringing",
        "StartMusicOnHold",
        "StopMusicOnHold",
        "StopPlaytones",
        "Wait",
    }
)
_VARIABLE = re.compile(r"_{0,2}CC_[A-Z][A-Z0-9_]*|CHANNEL\((language|musicclass)\)")
_OPTION = re.compile(r"[\w .,:@+/!*-]{0,200}")
# Commands that wait on the channel: -1 is a hang-up or a sound that cannot be played.
_WAITING = ("STREAM FILE", "GET OPTION", "GET DATA", "WAIT FOR DIGIT", "SAY", "ANSWER", "CONTROL")


class AgiSession:
    """Verbs on one channel; each raises `AgiHangup` once the caller is gone or redirected.

    They also raise `AgiRefused` (Asterisk did not accept it, or it may not be asked)
    and `AgiTimedOut` (no answer within the limit; the session is over then).
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        wire: AgiWire,
        limits: AgiLimits,
    ) -> None:
        self.environment = environment
        self._wire = wire
        self._limits = limits
        self._gone = False
        self._turn = asyncio.Lock()

    @property
    def script(self) -> str:
        """The path asked for: `inbound` of `agi://host/inbound`."""
        return self.environment.get("agi_network_script", "")

    async def command(self, verb: str, *arguments: str, within: float | None = None) -> AgiReply:
        """Send one command and return its answer; `within` seconds, else the limit."""
        line = command_line(verb, arguments)
        await self._turn.acquire()
        try:
            reply = await self._exchange(line, within or self._limits.answer_seconds)
            if reply.code == _DEAD_CHANNEL:
                self._end()
            if reply.result == "-1" and verb.upper().startswith(_WAITING):
                await self._require_channel(verb)
        finally:
            self._turn.release()
        if not reply.is_accepted:
            raise AgiRefused(f"{verb}: {reply.line[:200]}")
        return reply

    async def answer(self) -> None:
        """Take the call, and wait until the caller is heard: half a second at most."""
        await self.command("ANSWER")

    async def answer_at_once(self) -> None:
        """Take the call without waiting for the caller's sound (main/pbx_builtins.c)."""
        await self.exec("Answer", "", "i")

    async def hang_up(self) -> None:
        """End the call."""
        await self.command("HANGUP")

    async def stream_file(self, name: str, escape_digits: str = "") -> str:
        """Play a sound; return the key of `escape_digits` that cut it, else an empty string."""
        return (await self.command("STREAM FILE", name, escape_digits)).digit

    async def wait_for_digit(self, milliseconds: int) -> str:
        """Return the next key, or an empty string when the time is over."""
        return (await self.command("WAIT FOR DIGIT", str(milliseconds))).digit

    async def get_data(self, name: str, milliseconds: int, most_digits: int) -> str:
        """Play a sound and collect keys until #, a pause of the time given, or enough.

        A key cuts the sound and counts.
        """
        return (await self.command("GET DATA", name, str(milliseconds), str(most_digits))).result

    async def say_digits(self, digits: str, escape_digits: str = "") -> str:
        """Speak digit by digit; return the key that cut it."""
        return (await self.command("SAY DIGITS", digits, escape_digits)).digit

    async def say_number(self, number: int, escape_digits: str = "") -> str:
        """Speak a number; return the key that cut it."""
        return (await self.command("SAY NUMBER", str(number), escape_digits)).digit

    async def set_variable(self, name: str, value: str) -> None:
        """Set a CC_* variable (`__CC_*`: inherited), the language or the music of the channel."""
        if not _VARIABLE.fullmatch(name):
            raise AgiRefused(f"the variable {name[:60]!r} may not be set")
        await self.command("SET VARIABLE", name, value)

    async def get_variable(self, name: str) -> str | None:
        """Return a channel variable, None when it is not set."""
        reply = await self.command("GET VARIABLE", name)
        return reply.data if reply.result == "1" else None

    async def set_music(self, *, on: bool, music_class: str = "default") -> None:
        """Start or stop music beneath the session."""
        await self.command("SET MUSIC", "on" if on else "off", music_class)

    async def exec(self, application: str, *options: str) -> AgiReply:
        """Run one of a few harmless dialplan applications."""
        if application not in _APPLICATIONS:
            raise AgiRefused(f"the application {application[:60]!r} may not be run")
        for option in options:
            if not _OPTION.fullmatch(option):
                raise AgiRefused(f"{application}: the option {option[:60]!r} may not be given")
        reply = await self.command("EXEC", application, ",".join(options))
        if reply.result == "-2":
            raise AgiRefused(f"{application}: Asterisk does not know it")
        if reply.result == "-1":
            await self.command("CHANNEL STATUS")
        return reply

    async def audio_socket(self, call_id: UUID, port: int) -> None:
        """Send the channel's sound to an AudioSocket server on this machine until it ends it.

        Raises `AgiRefused` where Asterisk lacks the module.
        """
        reply = await self.command("EXEC", "AudioSocket", f"{call_id},127.0.0.1:{port:d}")
        if reply.result == "-2":
            raise AgiRefused("AudioSocket: Asterisk does not know it")
        if reply.result == "-1":
            await self.command("CHANNEL STATUS")

    async def gone(self) -> None:
        """Wait, while nothing is asked of the channel, until its caller is gone: `AgiHangup`."""
        async with self._turn:
            while True:
                try:
                    _ = self._text(await self._wire.line(self._wire.after(_WATCH_SECONDS)))
                except TimeoutError:
                    continue
                except ConnectionError:
                    self._end()

    async def verbose(self, text: str, level: int = 3) -> None:
        """Write a line to Asterisk's own log; line ends in it become spaces."""
        await self.command("VERBOSE", " ".join(text.split())[:400], str(level))

    async def _exchange(self, line: bytes, within: float) -> AgiReply:
        if self._gone:
            self._end()
        deadline = self._wire.after(within)
        try:
            self._wire.write(line)
            text = self._text(await self._wire.line(deadline))
            if not text.startswith(_PLAIN) or _is_open_value(text):
                text = await self._whole(text, deadline)
            return reply_of(text)
        except TimeoutError:
            self._gone = True
            raise AgiTimedOut(f"no answer to {line[:40]!r} in {within:g} s") from None
        except TooLong:
            self._gone = True
            raise AgiRefused("the answer is longer than the limit") from None
        except AgiRefused:  # what was read cannot be trusted, nor what follows it
            self._gone = True
            raise
        except ConnectionError:
            self._end()

    async def _whole(self, text: str, deadline: float) -> str:
        """Read on from an answer's first line, in no more than the limit."""
        while text.startswith("100"):
            text = self._text(await self._wire.line(deadline))
        usage = text.startswith(_USAGE_BEGINS)
        while usage or _is_open_value(text):
            line = self._text(await self._wire.line(deadline))
            text = f"{text}\n{line}"
            if len(text) > self._limits.answer_bytes:
                raise TooLong
            usage = usage and not line.startswith("520 ")
        return text

    def _text(self, raw: bytes) -> str:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if line == _HANGUP:
            self._end()
        return line

    async def _require_channel(self, verb: str) -> None:
        """Tell a caller who left from a sound that could not be played: both say -1."""
        status = await self._exchange(command_line("CHANNEL STATUS", ()), 5.0)
        if not status.is_accepted or status.result == "-1":
            self._end()
        raise AgiRefused(f"{verb}: Asterisk could not do it")

    def _end(self) -> NoReturn:
        self._gone = True
        raise AgiHangup("the caller is gone or was taken out of the session")


def _is_open_value(text: str) -> bool:
    """Tell whether a variable's value in brackets goes on in the next line."""
    return text.startswith("200 result=1 (") and not text.endswith(")")
