"""A FastAGI port that is sent anything at all: no fault of ours, and the next caller is served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.waiting import Doors
from crm_core.contexts import CallContexts
from crm_core.directory.card import CallerCard
from cti.agi import AgiLimits, AgiServer
from ivr.callbacks import CallbackSession
from ivr.flow import Flow
from ivr.flows import FlowBook, load_flows
from ivr.journal import CallNote, Notebook
from ivr.session import InboundSession
from ivr.testing import SpokenPrompts

QUICK = AgiLimits(header_bytes=4096, header_seconds=0.05, answer_bytes=4096, answer_seconds=0.05)
HEADER = (
    b"agi_network: yes\nagi_network_script: inbound\nagi_uniqueid: 1767225600.1\n"
    b"agi_callerid: 13800138000\nagi_extension: 4000\nagi_dnid: 4000\n\n"
)
FLOWS = load_flows()
PIECES = st.sampled_from(
    [
        *(HEADER, b"\n", b"\r\n", b"\n\n", b"\x00", b"HANGUP\n", b"200 result=0\n", b"510\n"),
        *(b"520-Invalid\n", b"520 End\n", b"100 Trying\n", b"200 result=1 (open", b")\n", b"agi_"),
        *(b"200 result=50 endpos=160\n", b"200 result=-1\n", b"511 dead\n", b"x" * 5000),
        *(
            b"agi_uniqueid: \xff\xfe\n",
            b"agi_uniqueid: " + b"9" * 400 + b"\n",
            b"GET / HTTP/1.1\n",
        ),
        *(b"agi_network_script: ../../etc\n", b"agi_arg_1: \xe2\x80\xae\n", b"\x16\x03\x01\x02"),
    ]
)
JUNK = st.lists(PIECES | st.binary(max_size=60), max_size=12).map(b"".join)
SCRIPT = st.sampled_from([b"inbound", b"callback", b"after", b"untaken", b"broken"])
OPENING = st.lists(
    st.tuples(
        st.sampled_from(
            ["network_script", "uniqueid", "callerid", "extension", "dnid", "language", "arg_1"]
        ),
        st.text(st.characters(exclude_characters="\n"), max_size=40),
    ),
    max_size=8,
).map(
    lambda lines: "".join(f"agi_{n}: {v}\n" for n, v in lines).encode("utf-8", "replace") + b"\n"
)


class Nobody:
    async def identify(self, raw_number: str) -> CallerCard:
        return CallerCard(number=raw_number, raw_number=raw_number, kind="other", known=False)


class NoPromises:
    async def promise(self, call_id: UUID, number: str) -> bool:
        return len(number) % 2 == call_id.int % 2

    async def decline(self, call_id: UUID) -> None:
        """Let everybody wait on."""


class NoSounds:
    def sound(self, language: str, name: str) -> str:
        return f"{language[:2]}/{name}"

    async def ready(self, language: str, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(names) if language else ()


class NoJournal:
    async def write(self, notes: Sequence[CallNote]) -> None:
        """Keep nothing."""


@asynccontextmanager
async def port(flow: Flow) -> AsyncIterator[AgiServer]:
    session = InboundSession(
        flows=FlowBook({**FLOWS, flow.name: flow}, default=flow.name),
        prompts=SpokenPrompts(),
        directory=Nobody(),
        contexts=CallContexts(),
        notes=Notebook(NoJournal()),
        default_queue="service",
        lookup_seconds=0.05,
    )
    server = AgiServer(
        "127.0.0.1",
        0,
        Doors(session, {"callback": CallbackSession(NoPromises(), NoSounds())}),
        QUICK,
    )
    await server.start()
    try:
        yield server
    finally:
        await server.close()
        await session.close()


async def send(server: AgiServer, raw: bytes, *, stays: bool) -> None:
    """Send it all at once and hang up, or stay until let go."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(raw)
    try:
        if stays:
            while await reader.read(65_536):
                pass
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()


async def is_served(server: AgiServer) -> bool:
    """Tell whether a caller who does it right is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(HEADER)
        return bool(await reader.readline())
    finally:
        writer.transport.abort()


async def outlived(sends: Callable[[AgiServer], list[asyncio.Task[None]]]) -> list[str]:
    """Let strangers send; return the errors of the log once a caller was served after them."""
    before = asyncio.all_tasks()
    with structlog.testing.capture_logs() as logged:
        async with asyncio.timeout(20), port(FLOWS["hotline"]) as server:
            await asyncio.gather(*sends(server))
            assert await is_served(server)
            while server.sessions:  # noqa: ASYNC110 - nobody is told when a session has ended
                await asyncio.sleep(0.005)
    assert asyncio.all_tasks() == before
    return [
        str(one)
        for one in logged
        if one["log_level"] in {"error", "critical"} or "exc_info" in one
    ]


@settings(max_examples=20, derandomize=True)
@given(strangers=st.lists(st.tuples(JUNK, st.booleans()), min_size=1, max_size=6))
def test_whatever_strangers_send_costs_their_own_session_alone(
    strangers: list[tuple[bytes, bool]],
) -> None:
    def sends(server: AgiServer) -> list[asyncio.Task[None]]:
        return [asyncio.create_task(send(server, raw, stays=stays)) for raw, stays in strangers]

    assert asyncio.run(outlived(sends)) == []


@settings(max_examples=20, derandomize=True)
@given(
    openings=st.lists(st.tuples(SCRIPT, OPENING), min_size=1, max_size=6),
    answers=JUNK,
    stays=st.booleans(),
)
def test_whatever_is_said_of_a_call_and_answered_to_it_is_no_fault_of_ours(
    openings: list[tuple[bytes, bytes]], answers: bytes, stays: bool
) -> None:
    def sends(server: AgiServer) -> list[asyncio.Task[None]]:
        return [
            asyncio.create_task(send(server, named + opening + answers, stays=stays))
            for script, opening in openings
            for named in (b"agi_network_script: " + script + b"\n",)
        ]

    assert asyncio.run(outlived(sends)) == []
