"""In-memory twins of Asterisk's manager port and of the switch, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from cti.messages import AmiMessage

Headers = Iterable[tuple[str, str]]
Answer = Callable[[AmiMessage], list[Headers] | None]


def wire(headers: Headers) -> bytes:
    """Return one message as Asterisk writes it."""
    return b"".join(f"{name}: {value}\r\n".encode() for name, value in headers) + b"\r\n"


def event(name: str, **headers: str) -> bytes:
    """Return one event as Asterisk writes it."""
    return wire([("Event", name), *headers.items()])


class FakeAmi:
    """A manager port on a free port of 127.0.0.1 that answers as told.

    `received` holds every action in order, `logins` the number of connections that
    tried. `answers[action]` overrides the answer: a function from the action to the
    messages to send (their ActionID is added), or to None for silence. `lists[action]`
    holds the items of a list action. Use as `async with FakeAmi() as ami`.
    """

    def __init__(self) -> None:
        self.login = ("callcenter", "open sesame")
        self.port = 0
        self.received: list[AmiMessage] = []
        self.logins = 0
        self.connections = 0
        self.answers: dict[str, Answer] = {}
        self.lists: dict[str, list[Headers]] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def listen(self) -> None:
        """Open the port: a free one the first time, the same one afterwards."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and every connection."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await self.cut()
            await server.wait_closed()

    async def cut(self) -> None:
        """Break every connection; the port stays open."""
        for writer in list(self._writers):
            writer.transport.abort()
        await self.until(lambda: not self._writers)

    def send(self, data: bytes) -> None:
        """Write raw bytes to every connection."""
        for writer in self._writers:
            writer.write(data)

    async def until(self, true: Callable[[], bool], *, seconds: float = 5.0) -> None:
        """Wait until the condition holds; it is looked at after each change here."""
        async with asyncio.timeout(seconds):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    def actions(self, name: str) -> list[AmiMessage]:
        """Return the received actions of this name."""
        return [message for message in self.received if message.get("Action") == name]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(b"Asterisk Call Manager/11.0.0\r\n")
            while True:
                frame = await reader.readuntil(b"\r\n\r\n")
                self._take(AmiMessage(frame.removesuffix(b"\r\n\r\n")), writer)
        writer.close()
        self._writers.discard(writer)
        self._changed.set()

    def _take(self, message: AmiMessage, writer: asyncio.StreamWriter) -> None:
        self.received.append(message)
        self._changed.set()
        answer = self.answers.get(message.get("Action"), self._answer)
        action_id = [("ActionID", message.action_id)]
        for headers in answer(message) or []:
            first, *rest = headers
            writer.write(wire([first, *action_id, *rest]))

    def _answer(self, message: AmiMessage) -> list[Headers]:
        action = message.get("Action")
        if action == "Login":
            self.logins += 1
            if (message.get("Username"), message.get("Secret")) != self.login:
                return [[("Response", "Error"), ("Message", "Authentication failed")]]
        if action in self.lists:
            start = [("Response", "Success"), ("EventList", "start")]
            done = [("Event", f"{action}Complete"), ("EventList", "Complete")]
            return [start, *self.lists[action], done]
        return [[("Response", "Success"), ("Message", "done")]]


@dataclass
class FakeSwitch:
    """A `cti.switch.Switch` that keeps what it was asked for.

    `done` holds (verb, arguments) in order. `failing[verb]` is raised instead of
    accepting that verb. `get_variable` tells what was set last, or what `variables` holds.
    `dial` names its calls `dial-1.1`, `dial-1.2` ...
    """

    done: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)
    variables: dict[tuple[str, str], str] = field(default_factory=dict)  # by channel and name

    def asked(self, verb: str) -> list[dict[str, object]]:
        """Return the arguments of every accepted use of this verb."""
        return [arguments for done, arguments in self.done if done == verb]

    async def redirect(self, channel: str, *, context: str, exten: str) -> None:
        """Keep it."""
        self._do("redirect", channel=channel, context=context, exten=exten)

    async def hang_up(self, channel: str) -> None:
        """Keep it."""
        self._do("hang_up", channel=channel)

    async def dial(
        self, device: str, *, number: str, call_variables: Mapping[str, str] | None = None
    ) -> str:
        """Keep it."""
        self._do("dial", device=device, number=number, call_variables=dict(call_variables or {}))
        return f"dial-1.{len(self.asked('dial'))}"

    async def originate(
        self,
        device: str,
        *,
        context: str,
        exten: str,
        uniqueid: str,
        ring_seconds: int,
        call_variables: Mapping[str, str],
        caller_number: str = "",
    ) -> None:
        """Keep it."""
        self._do(
            "originate",
            device=device,
            context=context,
            exten=exten,
            uniqueid=uniqueid,
            ring_seconds=ring_seconds,
            call_variables=dict(call_variables),
            caller_number=caller_number,
        )

    async def pause_member(
        self, queue: str, *, device: str, paused: bool, reason: str = ""
    ) -> None:
        """Keep it."""
        self._do("pause_member", queue=queue, device=device, paused=paused, reason=reason)

    async def take_back(self, channel: str, *, queue: str) -> None:
        """Keep it."""
        self._do("take_back", channel=channel, queue=queue)

    async def set_heartbeat(self, beat: int) -> None:
        """Keep it."""
        self._do("set_heartbeat", beat=beat)

    async def set_variable(self, channel: str, *, name: str, value: str) -> None:
        """Keep it."""
        self._do("set_variable", channel=channel, name=name, value=value)
        self.variables[channel, name] = value

    async def get_variable(self, channel: str, *, name: str) -> str:
        """Return what `variables` holds."""
        return self.variables.get((channel, name), "")

    async def bridge(self, channel_1: str, channel_2: str) -> None:
        """Keep it."""
        self._do("bridge", channel_1=channel_1, channel_2=channel_2)

    async def park(self, channel: str) -> None:
        """Keep it."""
        self._do("park", channel=channel)

    async def mute_recording(self, channel: str, *, muted: bool) -> None:
        """Keep it."""
        self._do("mute_recording", channel=channel, muted=muted)

    def _do(self, verb: str, **arguments: object) -> None:
        if verb in self.failing:
            raise self.failing[verb]
        self.done.append((verb, arguments))
