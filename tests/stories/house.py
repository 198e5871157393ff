"""An Asterisk of our own for one story: free ports, a short home, stopped at the end."""

import asyncio
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ports import free_ports, free_span

from asterisk_conf.plan import AgentPhone, AsteriskPlan, AsteriskPorts, FallbackQueue
from callcenter.asterisk import AsteriskServer


def house_plan(home: Path) -> AsteriskPlan:
    sip, http, ami, agi = free_ports(4)
    first, _, last = free_span(100).partition("-")
    return AsteriskPlan(
        home=home,
        ami_secret="a-secret-of-the-stories",
        ports=AsteriskPorts(
            sip=sip, http=http, ami=ami, agi=agi, rtp_first=int(first), rtp_last=int(last)
        ),
        agents=(
            AgentPhone(extension="1001", name="王敏"),
            AgentPhone(extension="1002", name="Li"),
        ),
        queues=(
            FallbackQueue(name="service", members=("1001", "1002")),
            FallbackQueue(name="sales", members=("1002",)),
        ),
        demo=True,
        outbound_number="4000",
    )


@contextmanager
def house(**changes: str) -> Iterator[AsteriskServer]:
    """Start an Asterisk; `changes` replace fields of its plan."""
    home = Path(tempfile.mkdtemp(prefix="cc-"))
    server = AsteriskServer(replace(house_plan(home), **changes))  # type: ignore[arg-type]
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)


@contextmanager
def plain_house() -> Iterator[AsteriskServer]:
    """Start an Asterisk with one agent, two queues and no demo, for many callers at once."""
    home = Path(tempfile.mkdtemp(prefix="cc-"))
    sip, http, ami, agi = free_ports(4)
    first, _, last = free_span(500).partition("-")
    plan = AsteriskPlan(
        home=home,
        ami_secret="a-secret-of-the-stories",
        ports=AsteriskPorts(
            sip=sip, http=http, ami=ami, agi=agi, rtp_first=int(first), rtp_last=int(last)
        ),
        agents=(AgentPhone(extension="1001", name="Li"),),
        queues=tuple(FallbackQueue(name=name, members=("1001",)) for name in ("service", "sales")),
    )
    server = AsteriskServer(plan)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)


async def until(what: str, check: Callable[[], bool], *, seconds: float = 5.0) -> float:
    """Ask again until it is true; return the seconds it took."""
    start = time.monotonic()
    while not await asyncio.to_thread(check):
        waited = time.monotonic() - start
        assert waited < seconds, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.05)
    return time.monotonic() - start


def no_channels(server: AsteriskServer) -> bool:
    return server.command("core show channels count").startswith("0 active channels")


def caller_of(server: AsteriskServer) -> list[str]:
    """Return what Asterisk says of the caller, his channel first; nothing when there is none.

    Channels come in no order: a phone that rings for him may stand before him.
    """
    lines = server.command("core show channels concise").splitlines()
    return next((line.split("!") for line in lines if line.startswith("PJSIP/trunk-")), [])


def application_of_caller(server: AsteriskServer) -> str:
    """Return what the caller's channel does now: `context:application`."""
    fields = caller_of(server)
    return f"{fields[1]}:{fields[5]}" if len(fields) > 5 else ""


def ami_says(server: AsteriskServer, *actions: str, secret: str = "") -> str:
    """Log in, send the actions (`Header: value` lines) and return all that is said to them."""
    login = f"Action: Login\nUsername: callcenter\nSecret: {secret or server.plan.ami_secret}"
    sent = [login, *actions, "Action: Logoff"]
    with socket.create_connection(("127.0.0.1", server.plan.ports.ami), timeout=5) as ami:
        ami.sendall("".join(f"{one}\n\n".replace("\n", "\r\n") for one in sent).encode())
        said = b""
        while block := ami.recv(65536):  # until Asterisk says good-bye
            said += block
    return said.decode()


def redirect(server: AsteriskServer, context: str, extension: str) -> None:
    """Send the first caller elsewhere, as the engine does, over AMI."""
    channel = caller_of(server)[0]
    target = f"Context: {context}\nExten: {extension}\nPriority: 1"
    order = f"Action: Redirect\nChannel: {channel}\n{target}"
    said = ami_says(server, order)
    assert "Redirect successful" in said, said
