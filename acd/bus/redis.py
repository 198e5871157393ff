"""The bus over Redis Streams, for engine and desktops on several machines."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from math import inf
from typing import TypeAlias
from uuid import UUID, uuid4

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from acd.bus import CommandHandler
from acd.bus.memory import UNAVAILABLE
from acd.bus.subscription import BEHIND_LIMIT, Subscription
from acd.commands import COMMAND, REPLY, Command, Reply
from acd.notices import ENVELOPE, Envelope, Notice

NOTICES_KEPT = 10_000
COMMANDS_KEPT = 1_000
BATCH = 200
BLOCK_MILLISECONDS = 5_000  # a blocking read is asked again after that; a dead server is noticed
SILENCE_SECONDS = 5.0  # no answer for so long: the link is given up
WITHDRAW_SECONDS = 0.5  # a Redis that is away keeps nobody waiting longer than that
REPLY_SECONDS = 30  # an answer nobody fetched is forgotten
RETRY_FIRST, RETRY_MOST = 0.05, 2.0
GROUP = "engine"

_Field: TypeAlias = "bytes | bytearray | memoryview[int] | str | int | float"  # as redis types it
_log = structlog.get_logger(__name__)


class RedisBus:
    """Notices in one stream, commands in another with a group, a list per answer.

    Publishing only appends to an outbox that one writer sends in order, so that a slow
    or absent Redis never holds up a call; `flush` waits for it, bounded.
    """

    def __init__(self, url: str, *, tenant: UUID, behind_limit: int = BEHIND_LIMIT) -> None:
        self._redis: Redis = Redis.from_url(
            url,
            decode_responses=True,
            # Its own time limit wraps each send in `wait_for`, which on Python 3.11 can lose
            # a cancellation; so each use here has a limit of ours instead, and no retry.
            socket_timeout=None,
            socket_connect_timeout=2.0,
            retry=None,
        )
        self._prefix = f"callcenter:{tenant}"
        self._limit = behind_limit
        self._epoch = uuid4().hex
        self._seq = 0
        self._outbox: deque[Envelope] = deque(maxlen=NOTICES_KEPT)
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._subscriptions: set[Subscription] = set()
        self._closed = False

    async def ping(self) -> None:
        """Raise `ConnectionError` when Redis does not answer."""
        await self._last_id()

    async def publish(self, notice: Notice) -> Envelope:
        """Give the notice its number and put it into the outbox; never wait."""
        self._seq += 1
        envelope = Envelope(epoch=self._epoch, seq=self._seq, at=datetime.now(UTC), notice=notice)
        self._outbox.append(envelope)
        self._emptied.clear()
        self._filled.set()
        if self._writer is None and not self._closed:
            self._writer = asyncio.create_task(self._write(), name="bus-writer")
        return envelope

    async def flush(self, *, within: float) -> bool:
        """Wait until all that was published is in Redis; false after `within` seconds."""
        if not self._outbox:
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._emptied.wait()
        return not self._outbox

    def position(self) -> tuple[str, int]:
        """Return (epoch, seq) of the last notice published from here."""
        return self._epoch, self._seq

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[Envelope]]:
        """Open a stream of the notices published from now on.

        Raises `ConnectionError` when Redis cannot be reached now; when it goes away
        later the stream ends.
        """
        last = await self._last_id()
        subscription = Subscription(limit=self._limit)
        self._subscriptions.add(subscription)
        pump = asyncio.create_task(self._pump(subscription, last), name="bus-reader")
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
            pump.cancel()
            with suppress(asyncio.CancelledError):
                await pump

    async def request(self, command: Command, *, timeout: float = 2.0) -> Reply:  # noqa: ASYNC109 - part of the wire contract
        """Give a command to the engine; `Refused(engine_unavailable)` when none answers."""
        key = f"{self._prefix}:reply:{uuid4().hex}"
        fields: dict[_Field, _Field] = {
            "command": COMMAND.dump_json(command).decode(),
            "reply_to": key,
            "within": str(timeout),
        }
        entry: str | None = None
        try:
            async with asyncio.timeout(timeout):
                entry = str(await self._redis.xadd(self._commands, fields, maxlen=COMMANDS_KEPT))
                if answer := await self._redis.blpop([key], timeout=timeout):
                    return REPLY.validate_json(answer[1])
        except (TimeoutError, RedisError, OSError):
            pass
        if entry is not None:
            await self._withdraw(entry)
        return UNAVAILABLE

    async def _withdraw(self, entry: str) -> None:
        """Take back a command whose asker was told that it failed; too late is too late."""
        with suppress(TimeoutError, RedisError, OSError):
            async with asyncio.timeout(WITHDRAW_SECONDS):
                await self._redis.xdel(self._commands, entry)

    async def serve(self, handler: CommandHandler) -> None:
        """Answer commands, each once, until cancelled; outlives a Redis that goes and comes."""
        pause = RETRY_FIRST
        while True:
            try:
                await self._join_group()
                pause = RETRY_FIRST
                await self._serve_linked(handler)
            except (RedisError, OSError) as error:
                _log.warning("bus_commands_interrupted", reason=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_MOST)

    async def close(self) -> None:
        """Let go of every connection; ends all subscriptions."""
        await self.flush(within=1.0)
        self._closed = True
        for subscription in self._subscriptions:
            subscription.end()
        if self._writer is not None:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer
        await self._redis.aclose()

    @property
    def _notices(self) -> str:
        return f"{self._prefix}:notices"

    @property
    def _commands(self) -> str:
        return f"{self._prefix}:commands"

    async def _write(self) -> None:
        pause = RETRY_FIRST
        while True:
            await self._filled.wait()
            batch = list(self._outbox)[:BATCH]
            try:
                await self._send(batch)
                pause = RETRY_FIRST
            except (RedisError, OSError) as error:
                _log.warning("bus_notices_delayed", reason=str(error), waiting=len(self._outbox))
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_MOST)
                continue
            self._sent(batch)

    async def _send(self, batch: list[Envelope]) -> None:
        async with (
            asyncio.timeout(SILENCE_SECONDS),
            self._redis.pipeline(transaction=False) as pipe,
        ):
            for envelope in batch:
                _ = pipe.xadd(
                    self._notices,
                    {"envelope": ENVELOPE.dump_json(envelope).decode()},
                    maxlen=NOTICES_KEPT,
                    approximate=True,
                )
            await pipe.execute()

    def _sent(self, batch: list[Envelope]) -> None:
        # The oldest may have been pushed out meanwhile: count by number, not by place.
        last = batch[-1].seq
        while self._outbox and self._outbox[0].seq <= last:
            self._outbox.popleft()
        if not self._outbox:
            self._filled.clear()
            self._emptied.set()

    async def _last_id(self) -> str:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                newest = await self._redis.xrevrange(self._notices, count=1)
        except (RedisError, OSError) as error:
            raise ConnectionError(f"Redis cannot be reached: {error}") from error
        return str(newest[0][0]) if newest else "0-0"

    async def _pump(self, subscription: Subscription, last: str) -> None:
        seen: dict[str, int] = {}
        try:
            while not subscription.ended:
                for entry, fields in await self._read_notices(last):
                    last = entry
                    envelope = ENVELOPE.validate_json(fields["envelope"])
                    # A batch whose answer was lost is sent again: each number once.
                    if envelope.seq > seen.get(envelope.epoch, 0):
                        seen = {envelope.epoch: envelope.seq}
                        subscription.offer(envelope)
        except (RedisError, OSError) as error:
            _log.warning("bus_subscription_lost", reason=str(error))
        finally:
            subscription.end()

    async def _read_notices(self, last: str) -> list[tuple[str, dict[str, str]]]:
        async with asyncio.timeout(BLOCK_MILLISECONDS / 1000 + SILENCE_SECONDS):
            answer = await self._redis.xread(
                {self._notices: last}, count=BATCH, block=BLOCK_MILLISECONDS
            )
        return _entries(answer)

    async def _join_group(self) -> None:
        try:
            await self._redis.xgroup_create(self._commands, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def _serve_linked(self, handler: CommandHandler) -> None:
        consumer = uuid4().hex
        while True:
            async with asyncio.timeout(BLOCK_MILLISECONDS / 1000 + SILENCE_SECONDS):
                answer = await self._redis.xreadgroup(
                    GROUP, consumer, {self._commands: ">"}, count=1, block=BLOCK_MILLISECONDS
                )
            for entry, fields in _entries(answer):
                if await self._claim(entry) < float(fields["within"]):
                    reply = await handler(COMMAND.validate_json(fields["command"]))
                    await self._reply(fields["reply_to"], reply)

    async def _claim(self, entry: str) -> float:
        """Take the command off the list and return its age in seconds, by Redis's clock.

        Before it is done, not after: a command that kills us is not tried again. One that was
        withdrawn meanwhile is infinitely old: whoever deletes it first has it.
        """
        async with self._redis.pipeline(transaction=True) as pipe:
            _ = pipe.xack(self._commands, GROUP, entry)
            _ = pipe.xdel(self._commands, entry)
            _ = pipe.time()
            _, taken, (seconds, microseconds) = await pipe.execute()
        if not taken:
            return inf
        asked = int(entry.partition("-")[0]) / 1000
        return float(int(seconds) + int(microseconds) / 1e6 - asked)

    async def _reply(self, key: str, reply: Reply) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            _ = pipe.rpush(key, REPLY.dump_json(reply).decode())
            _ = pipe.expire(key, REPLY_SECONDS)
            await pipe.execute()


def _entries(answer: object) -> list[tuple[str, dict[str, str]]]:
    """Read what XREAD answers: a list (RESP2) or a mapping (RESP3) of streams."""
    if not answer:
        return []
    streams = answer.items() if isinstance(answer, dict) else answer
    found: list[tuple[str, dict[str, str]]] = []
    for _, entries in streams:  # type: ignore[attr-defined]
        for entry in entries:
            found += entry if isinstance(entry, list) and isinstance(entry[0], list) else [entry]
    return [(str(entry[0]), dict(entry[1])) for entry in found]
