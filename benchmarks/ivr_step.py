"""What a step of a flow costs: from Asterisk's answer to our next command, 100 callers at once.

A client process plays Asterisk for 100 channels: it opens a FastAGI session for each, answers
every command, and takes the time from its answer to the next command. Each channel thinks 50 to
150 ms (seeded) before it answers, so about 1,000 steps a second are asked of the server, which
runs in a process of its own whose CPU time is counted.

ours   `cti.agi.AgiServer` with `ivr.session.InboundSession`, the shipped hotline: look-up,
       prompts by content, steps and data noted; the callers change the language to and fro.
peer   stock `panoramisk.fast_agi`: one coroutine that sends GET DATA and waits for the answer.
limit  a bare asyncio protocol that writes the same command for each line it gets: the round trip.

Order A B C C B A, each round; figures are medians over the stretches of a side. `ratio` is our
p99 over the bare round trip's.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import structlog
from panoramisk import fast_agi

from crm_core.contexts import CallContexts
from crm_core.directory.card import CallerCard
from cti.agi import AgiServer
from ivr.flow import Phrase
from ivr.flows import FlowBook, load_flows
from ivr.journal import CallNote, Notebook
from ivr.session import InboundSession

CALLERS = 100
STRETCH = 3.0  # seconds measured of each stretch
ROUNDS = 2
TARGET = 2.0
THINK = (0.05, 0.15)
COMMAND = b'GET DATA "prompts/main" "5000" "1"\n'


class Everybody:
    """A directory that knows each caller at once."""

    async def identify(self, raw_number: str) -> CallerCard:
        """Give a card."""
        return CallerCard(number=raw_number, raw_number=raw_number, kind="mobile", known=True)


class Shelf:
    """A journal that keeps a count."""

    def __init__(self) -> None:
        self.kept = 0

    async def write(self, notes: list[CallNote]) -> None:
        """Count the notes."""
        self.kept += len(notes)


class Prompts:
    """Prompts that are all there, under a name as long as a hash."""

    def sound(self, phrase: Phrase) -> str:
        """Give a name."""
        return f"/prompts/{hash(phrase):064x}"

    async def make(self, phrase: Phrase) -> bool:
        """Do nothing: all are there."""
        return bool(phrase)


async def serve_ours() -> tuple[int, object]:
    """Start our server."""
    notes = Notebook(Shelf())
    session = InboundSession(
        flows=FlowBook(load_flows(), default="hotline"),
        prompts=Prompts(),
        directory=Everybody(),
        contexts=CallContexts(),
        notes=notes,
        default_queue="service",
        clock=lambda: datetime.now(UTC),
    )
    server = AgiServer("127.0.0.1", 0, session)
    await server.start()
    return server.port, (server, asyncio.create_task(notes.run()))


async def serve_peer() -> tuple[int, object]:
    """Start panoramisk's server."""
    application = fast_agi.Application(loop=asyncio.get_running_loop())

    async def menu(request: fast_agi.Request) -> None:
        while True:
            answer = await request.send_command(COMMAND.decode().rstrip())
            if "result" not in answer:
                return

    application.add_route("inbound", menu)
    server = await asyncio.start_server(application.handler, "127.0.0.1", 0)
    return server.sockets[0].getsockname()[1], server


class Bare(asyncio.Protocol):
    """Writes one command for each line, and knows nothing else."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport
        self.greeted = False

    def data_received(self, data: bytes) -> None:
        """Answer the opening lines once they are whole, then each line."""
        if self.greeted or data.endswith(b"\n\n"):
            self.greeted = True
            self.transport.write(COMMAND)  # type: ignore[attr-defined]  # a TCP transport


async def serve_bare() -> tuple[int, object]:
    """Start the bare server."""
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", 0)
    return server.sockets[0].getsockname()[1], server


SERVERS: dict[str, Callable[[], object]] = {
    "ours": serve_ours,
    "peer": serve_peer,
    "limit": serve_bare,
}


def run_server(name: str, pipe: Connection) -> None:
    """Serve in a process of its own; tell the port, then CPU seconds whenever asked."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

    async def main() -> None:
        port, kept = await SERVERS[name]()  # type: ignore[misc]  # each is a coroutine function
        pipe.send(port)
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def asked() -> None:
            if pipe.recv() == "end":
                done.set_result(kept)
            else:
                pipe.send(time.process_time())

        loop.add_reader(pipe.fileno(), asked)
        await done

    asyncio.run(main())


def answer_to(command: bytes) -> bytes:
    """Say what Asterisk says: key 9 to a question, done to all else."""
    return b"200 result=9\n" if command.startswith(b"GET DATA") else b"200 result=0 endpos=100\n"


class Channels:
    """The client's channels; `steps` are the times from an answer to the next command, in s."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.steps: list[float] = []
        self.counting = False
        self._random = random.Random(7)  # noqa: S311 - a seed, no secret

    async def channel(self, number: int) -> None:
        """Be one caller for ever; a flow that ends begins anew."""
        while True:
            await asyncio.sleep(self._random.uniform(*THINK))
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                await self._session(number, reader, writer)
            finally:
                writer.close()

    async def _session(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        words = {
            "network_script": "inbound",
            "channel": f"PJSIP/trunk-{number:08}",
            "uniqueid": f"1767225600.{number}",
            "callerid": f"1380013{number:04}",
            "extension": "4000",
        }
        opening = "".join(f"agi_{name}: {value}\n" for name, value in words.items())
        writer.write(f"{opening}\n".encode())
        sent = 0.0
        while command := await reader.readline():
            now = time.perf_counter()
            if self.counting and sent:
                self.steps.append(now - sent)
            await asyncio.sleep(self._random.uniform(*THINK))
            sent = time.perf_counter()
            writer.write(answer_to(command))


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def stretch(name: str) -> dict[str, float]:
    """Measure one side once: p50 and p99 in microseconds, CPU microseconds a step."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=run_server, args=(name, theirs), daemon=True)
    process.start()
    channels = Channels(await asyncio.to_thread(pipe.recv))
    callers = [asyncio.create_task(channels.channel(number)) for number in range(CALLERS)]
    await asyncio.sleep(1.0)  # everybody is in
    pipe.send("cpu")
    before = await asyncio.to_thread(pipe.recv)
    channels.counting = True
    await asyncio.sleep(STRETCH)
    channels.counting = False
    pipe.send("cpu")
    cpu = await asyncio.to_thread(pipe.recv) - before
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    pipe.send("end")
    process.join(5)
    steps = channels.steps
    if len(steps) < CALLERS * STRETCH * 3:
        raise RuntimeError(f"{name}: only {len(steps)} steps")
    return {
        "p50": percentile(steps, 0.50) * 1e6,
        "p99": percentile(steps, 0.99) * 1e6,
        "cpu": cpu / len(steps) * 1e6,
    }


async def main() -> None:
    """Measure all sides and print the figures; the last line is the result."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in SERVERS}
    for _ in range(ROUNDS):
        for name in (*SERVERS, *reversed(SERVERS)):
            found[name].append(await stretch(name))
    figures = {
        name: {key: round(statistics.median(run[key] for run in runs), 1) for key in runs[0]}
        for name, runs in found.items()
    }
    for name, figure in figures.items():
        print(f"{name:6} {figure} (microseconds)")
    ratio = figures["ours"]["p99"] / figures["limit"]["p99"]
    result = {
        "benchmark": "ivr_step",
        "ours": figures["ours"],
        "peer": figures["peer"],
        "limit": figures["limit"],
        "ratio": round(ratio, 2),
        "target": TARGET,
        "met": ratio <= TARGET,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    asyncio.run(main())
