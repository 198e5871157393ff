"""Events per CPU second: a recorded Asterisk replayed at full speed into ours and into panoramisk.

The stream is a real, unfiltered AMI session of Asterisk 22.10.1 (`data/queue-calls.ami.gz`,
recorded by `callcenter cti tap`): 178 calls by SIPp into app_queue with ten phones, 13,816
events, half of them VarSet. It is fed several times over, in chunks of 64 KiB.

ours   `cti.protocol.AmiProtocol` -> bounded framing, every event counted by its name,
       `cti.translate` of the wanted ones into facts -> `cti.inbox.Inbox` -> one reader,
       which checks that each fact comes once and in order (by its time; whole facts are
       compared once, untimed).
peer   stock panoramisk 1.4: `AMIProtocol` with its `Manager`; one '*' handler that counts.
limit  cutting the bytes at blank lines and counting the pieces; nothing is read.

Correctness is asserted in each run: both must have seen every event, ours by name.
Order A B B A, medians of CPU time (`time.process_time`).
"""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from cti.facts import Fact
from cti.framing import FrameDecoder
from cti.inbox import Inbox
from cti.messages import AmiMessage
from cti.protocol import AmiProtocol
from cti.translate import WANTED, is_answer, translate

STREAM = Path(__file__).parent / "data" / "queue-calls.ami.gz"
TIMES = 4
CHUNK = 65_536
ROUNDS = 5
TARGET = 5.0


class NoSocket(asyncio.Transport):
    """A transport that takes what is written and is never closed by the other side."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Drop it."""

    def abort(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Nothing is open."""


def chunks_of(stream: bytes) -> list[bytes]:
    """Cut the stream as a socket would hand it over."""
    return [stream[place : place + CHUNK] for place in range(0, len(stream), CHUNK)]


class Expected:
    """What any honest reader must find, counted the slow way."""

    def __init__(self, stream: bytes) -> None:
        messages = [AmiMessage(frame) for frame in stream.split(b"\r\n\r\n") if frame]
        events = [message for message in messages if message.event]
        self.by_event = Counter(message.event for message in events)
        self.events = len(events)
        self.frames = len(messages)
        wanted = [translate(message) for message in events if message.event in WANTED]
        self.facts = [fact for fact in wanted if fact is not None]
        self.times = [fact.at for fact in self.facts]


def check_facts(chunks: list[bytes], expected: Expected) -> None:
    """Assert, untimed, that ours yields each fact of the slow way, whole and in order."""
    found: list[Fact | None] = []
    decoder = FrameDecoder(wanted=WANTED)
    for chunk in chunks:
        found += [translate(message) for message in decoder.feed(chunk) if message.event]
    if [fact for fact in found if fact is not None] != expected.facts:
        raise AssertionError("ours does not read what was sent")


def run_ours(chunks: list[bytes], expected: Expected) -> float:
    """Return the CPU seconds our whole path takes."""
    return asyncio.run(_ours(chunks, expected))


async def _ours(chunks: list[bytes], expected: Expected) -> float:
    inbox: Inbox[Fact] = Inbox(100_000, lambda _: None)

    def hear(message: AmiMessage) -> None:
        fact = None if is_answer(message) else translate(message)
        if fact is not None:
            inbox.put(fact)

    async def read() -> None:
        for at in expected.times:
            fact = await inbox.get()
            if fact.at != at:
                raise AssertionError("ours lost, doubled or misordered a fact")

    gc.collect()
    began = time.process_time()
    protocol = AmiProtocol(on_message=hear, on_lost=lambda: None, wanted=WANTED)
    protocol.connection_made(NoSocket())
    reader = asyncio.create_task(read())
    for chunk in chunks:
        protocol.data_received(chunk)
        await asyncio.sleep(0)
    await reader
    took = time.process_time() - began
    if len(inbox) or protocol.decoder.counts.by_event != expected.by_event:
        raise AssertionError("ours did not see every event once")
    return took


def run_peer(chunks: list[bytes], expected: Expected) -> float:
    """Return the CPU seconds panoramisk takes."""
    return asyncio.run(_peer(chunks, expected))


async def _peer(chunks: list[bytes], expected: Expected) -> float:
    seen: Counter[str] = Counter()

    def count(_: Manager, event: dict[str, str]) -> None:
        seen[event["event"]] += 1

    gc.collect()
    began = time.process_time()
    manager = Manager(encoding="utf8")
    manager.register_event("*", count)
    protocol = AMIProtocol()
    protocol.connection_made(NoSocket())
    protocol.factory, protocol.encoding = manager, "utf8"
    for chunk in chunks:
        protocol.data_received(chunk)
        await asyncio.sleep(0)
    took = time.process_time() - began
    if seen != expected.by_event:
        raise AssertionError("the peer lost an event")
    return took


def run_limit(chunks: list[bytes], expected: Expected) -> float:
    """Return the CPU seconds of cutting alone."""
    gc.collect()
    began = time.process_time()
    tail, frames = b"", 0
    for chunk in chunks:
        *whole, tail = (tail + chunk).split(b"\r\n\r\n")
        frames += len(whole)
    took = time.process_time() - began
    if frames != expected.frames:
        raise AssertionError("the limit miscounted")
    return took


def main() -> None:
    """Run the rounds and print one line for people, then one JSON object."""
    stream = gzip.decompress(STREAM.read_bytes()) * TIMES
    chunks, expected = chunks_of(stream), Expected(stream)
    check_facts(chunks, expected)
    gc.freeze()  # what is kept to compare with is no work of either side
    took: dict[Callable[[list[bytes], Expected], float], list[float]] = {
        run: [] for run in (run_ours, run_peer, run_limit)
    }
    for _ in range(ROUNDS):
        for run in (run_ours, run_peer, run_peer, run_ours, run_limit):
            took[run].append(run(chunks, expected))
    ours, peer, limit = (round(expected.events / statistics.median(t)) for t in took.values())
    spread = [
        f"{expected.events / max(t):.0f}..{expected.events / min(t):.0f}" for t in took.values()
    ]
    print(f"{expected.events} events, {len(expected.facts)} facts; ours, peer, limit: {spread}")
    ratio = round(ours / peer, 2)
    result = {"benchmark": "ami_ingest", "ours": ours, "peer": peer, "limit": limit}
    print(json.dumps({**result, "ratio": ratio, "target": TARGET, "met": ratio >= TARGET}))


if __name__ == "__main__":
    main()
