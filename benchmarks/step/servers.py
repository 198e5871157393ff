"""The three that answer callers: ours, a stock library's, and a bare protocol."""

from __future__ import annotations

import asyncio
import gc
import logging
import tempfile
import time
import wave
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import structlog
from panoramisk import fast_agi

from crm_core.contexts import CallContexts
from crm_core.directory.card import CallerCard
from cti.agi import AgiServer
from ivr.flows import FlowBook, load_flows
from ivr.journal import CallNote, Notebook
from ivr.prompts import PromptStore
from ivr.session import InboundSession
from step.apart import stand_apart

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


class Hum:
    """A voice that takes no time: a second of silence for any text."""

    identity = "hum"

    async def speak(self, text: str, *, language: str, files: dict[int, Path]) -> None:
        """Write the files."""
        del text, language
        for rate, file in files.items():
            with wave.open(str(file), "wb") as out:
                out.setparams((1, 2, rate, 0, "NONE", ""))
                out.writeframes(bytes(rate * 2))


async def serve_ours(stack: AsyncExitStack) -> int:
    """Start our server with the shipped hotline and its prompts made; give the port."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    flows = FlowBook(load_flows(), default="hotline")
    prompts = PromptStore(Path(folder), Hum())
    for flow in flows.flows:
        await prompts.prepare(flow)
    notes = Notebook(Shelf())
    session = InboundSession(
        flows=flows,
        prompts=prompts,
        directory=Everybody(),
        contexts=CallContexts(),
        notes=notes,
        default_queue="service",
        clock=lambda: datetime.now(UTC),
    )
    server = AgiServer("127.0.0.1", 0, session)
    await server.start()
    stack.push_async_callback(server.close)
    stack.callback(asyncio.create_task(notes.run()).cancel)
    return server.port


async def serve_peer(stack: AsyncExitStack) -> int:
    """Start panoramisk's server: one coroutine that sends GET DATA and waits for the answer."""
    application = fast_agi.Application(loop=asyncio.get_running_loop())

    async def menu(request: fast_agi.Request) -> None:
        while True:
            answer = await request.send_command(COMMAND.decode().rstrip())
            if "result" not in answer:
                return

    application.add_route("inbound", menu)
    server = await asyncio.start_server(application.handler, "127.0.0.1", 0)
    stack.callback(server.close)
    return int(server.sockets[0].getsockname()[1])


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


async def serve_bare(stack: AsyncExitStack) -> int:
    """Start the bare server."""
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", 0)
    stack.callback(server.close)
    return int(server.sockets[0].getsockname()[1])


SERVERS: dict[str, Callable[[AsyncExitStack], object]] = {
    "ours": serve_ours,
    "peer": serve_peer,
    "limit": serve_bare,
}


def run_server(name: str, pipe: Connection, core: int | None) -> None:
    """Serve in a process of its own; tell the port, then CPU seconds whenever asked."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

    async def main() -> None:
        async with AsyncExitStack() as stack:
            port = await SERVERS[name](stack)  # type: ignore[misc]  # each is a coroutine function
            gc.collect()
            gc.freeze()  # as the platform does once it is up; for each side alike
            stand_apart(core)
            pipe.send(port)
            done = asyncio.get_running_loop().create_future()

            def asked() -> None:
                if pipe.recv() == "end":
                    done.set_result(None)
                else:
                    pipe.send(time.process_time())

            asyncio.get_running_loop().add_reader(pipe.fileno(), asked)
            await done

    asyncio.run(main())
