"""A hall of agents with SIPp for phones, an engine that may die, and a witness at Asterisk."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from center import PASSWORD, Center, until
from ports import free_ports, free_span
from services import RedisServer
from sqlalchemy import bindparam, text
from websockets.asyncio.client import connect
from witness import Witness

from asterisk_conf.plan import AsteriskPlan
from callcenter.asterisk import AsteriskServer
from callcenter.configuration import read_plan
from callcenter.settings import Settings
from crm_core import people, queues
from crm_core.columns import UtcTime
from crm_core.database import Database
from crm_core.tenancy import Scope

HERE = Path(__file__).parent
QUEUE = "service"
CALL_ID = "019cf1a0-0000-7000-8000-000000000001"  # as the menu gives it to a caller's channel

# Callers dial `wait`: answered, then the queue; no menu, for the menu is not what is proved.
WAY_IN = f"""
[proof]
exten => wait,1,Answer(0)
 same => n,Set(CC_QUEUE={QUEUE})
 same => n,Goto(wait,s,1)
exten => told,1,Set(CC_CALL_ID={CALL_ID})
 same => n,Goto(wait,1)
"""
TRANSPORT = """
[transport-proof]
type = transport
protocol = udp
bind = 127.0.0.1:{port}
"""
PHONE = """
[agent-{extension}]
type = endpoint
transport = transport-proof
context = from-agent
disallow = all
allow = ulaw
direct_media = no
aors = agent-{extension}

[agent-{extension}]
type = aor
contact = sip:agent-{extension}@127.0.0.1:{port}
"""


class HallAsterisk(AsteriskServer):
    """The platform's own configuration; only the phones' wire and the way in are changed."""

    def __init__(self, plan: AsteriskPlan, *, bench_port: int, phones_port: int = 0) -> None:
        super().__init__(plan)
        self.bench_port, self.phones_port = bench_port, phones_port

    def write_files(self) -> bool:
        changed = super().write_files()
        pjsip = self.plan.configuration / "pjsip.conf"
        text = pjsip.read_text().replace("context = from-trunk", "context = proof")
        text = text.partition("[phone](!)")[0] + TRANSPORT.format(port=self.bench_port)
        for agent in self.plan.agents if self.phones_port else ():
            text += PHONE.format(extension=agent.extension, port=self.phones_port)
        pjsip.write_text(text)
        extensions = self.plan.configuration / "extensions.conf"
        extensions.write_text(extensions.read_text() + WAY_IN)
        return changed


def settings_of(center: Center) -> Settings:
    """Read the center's environment as its own command does."""
    named = {k: v for k, v in center.environment.items() if k.startswith("CALLCENTER_")}
    known = {k.removeprefix("CALLCENTER_").lower(): v for k, v in named.items()}
    return Settings(**{k: v for k, v in known.items() if k in Settings.model_fields})  # type: ignore[arg-type]


async def staff(url: str, extensions: list[str], names: tuple[str, ...]) -> None:
    """Write the agents and the queues they all serve; calls are followed by no wrap-up."""
    database = Database(url)
    await database.upgrade()
    async with database.transaction() as session:
        await people.ensure_roles(session, Scope())
        for name in names:
            await queues.create_queue(
                session, Scope(), name=name, title=name, ring_seconds=10, wrap_up_seconds=0
            )
        for extension in extensions:
            user = await people.create_user(
                session,
                Scope(),
                username=f"agent{extension}",
                display_name=f"Agent {extension}",
                hashed=await people.hash_password(PASSWORD),
                roles=["agent"],
                extension=extension,
            )
            for name in names:
                await queues.add_member(session, Scope(), queue=name, agent_id=str(user.id))
    await database.close()


@dataclass
class Hall:
    """What a proof holds in hand."""

    center: Center
    asterisk: HallAsterisk
    witness: Witness
    extensions: list[str]
    other: tuple[HallAsterisk, Witness] | None = None  # a second node
    sipps: list[subprocess.Popen[bytes]] = field(default_factory=list)
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    def sipp(self, scenario: str, *words: str, port: int, target: int) -> subprocess.Popen[bytes]:
        """Start SIPp in the background, with an end to its life."""
        command = ["timeout", "900", "sipp", f"127.0.0.1:{target}", "-sf", str(HERE / scenario)]
        command += ["-i", "127.0.0.1", "-p", str(port), "-nostdin", "-nd"]
        command += ["-default_behaviors", "all,-bye", *words]
        null = subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=null, stdout=null, stderr=null, cwd=HERE)
        self.sipps.append(process)
        return process

    def callers(self, *words: str, node: HallAsterisk | None = None) -> subprocess.Popen[bytes]:
        """Let callers come who wait as long as it takes; SIPp fails if one is not served."""
        [port] = free_ports(1)
        target = (node or self.asterisk).plan.ports.sip
        return self.sipp("callers.xml", "-s", "wait", *words, port=port, target=target)

    def phones(self) -> subprocess.Popen[bytes]:
        """Let every agent's phone answer at once, talk some seconds and hang up."""
        ports = {"port": self.asterisk.phones_port, "target": self.asterisk.bench_port}
        return self.sipp("phones.xml", **ports)

    async def no_calls(self, seconds: float = 30) -> None:
        """Wait until Asterisk has no channel and the board no call."""

        async def none() -> bool:
            board = await self.center.get("/board")
            return not self.witness.alive and not board["snapshot"]["calls"]

        await until("no call is left", none, seconds=seconds)

    async def fresh(self) -> None:
        """Begin to count anew: nobody is in a call."""
        await self.no_calls()
        await self.all_ready()
        self.witness.forget()
        self.since = datetime.now(UTC)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the center's database, once the record of every call is complete.

        `:since` in the query is when the count began.
        """

        async def complete() -> bool:
            return await self._ask("SELECT 1 FROM call WHERE state <> 'closed'") == []

        await until("every call has its record", complete, seconds=20)
        return await self._ask(query)

    async def _ask(self, query: str) -> list[tuple[Any, ...]]:
        database = Database(settings_of(self.center).database)
        async with database.read() as session:
            asked = text(query)
            if ":since" in query:
                asked = asked.bindparams(bindparam("since", self.since, type_=UtcTime()))
            found = [tuple(row) for row in await session.execute(asked)]
        await database.close()
        return found

    async def ready(self, stack: AsyncExitStack) -> None:
        """Bring every agent to work: logged in, desk open, ready."""
        await asyncio.gather(*(self._seat(stack, extension) for extension in self.extensions))
        await self.all_ready()

    async def new_board(self, before: str, seconds: float = 60) -> None:
        """Wait until another engine than that of the epoch `before` serves the queues."""

        async def fresh() -> bool:
            board = (await self.center.get("/board"))["snapshot"]
            return board["epoch"] != before and board["stale_since"] is None

        await until("another engine leads", fresh, seconds=seconds, step=0.05)

    async def epoch(self) -> str:
        """Return the epoch of the board's engine."""
        return str((await self.center.get("/board"))["snapshot"]["epoch"])

    async def all_ready(self, seconds: float = 30) -> None:
        """Wait until every agent may be offered calls, or has one."""

        async def there() -> bool:
            board = await self.center.get("/board")
            states = [row["state"] for row in board["snapshot"]["agents"]]
            return all(state not in {"offline", "not_ready"} for state in states)

        await until("every agent is at work", there, seconds=seconds)

    async def _seat(self, stack: AsyncExitStack, extension: str) -> None:
        jar = aiohttp.CookieJar(unsafe=True)
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        headers = {"Origin": self.center.url}

        async def post(path: str, body: dict[str, str]) -> Any:
            url = f"{self.center.url}/api/v1{path}"
            async with client.post(url, json=body, headers=headers) as answer:
                told = await answer.json()
                assert answer.status < 300, (path, told)
                return told

        who = {"username": f"agent{extension}", "password": PASSWORD}
        session = await post("/session", who)
        headers["X-CSRF-Token"] = session["csrf_token"]
        task = asyncio.create_task(_sit(post))
        stack.push_async_callback(_stand_up, task)
        await post("/me/state", {"state": "ready"})

    async def served(
        self, callers: subprocess.Popen[bytes], seconds: float = 120, *, asked: bool = True
    ) -> int:
        """Wait until all are served and return SIPp's verdict; `asked`: no more shall come."""
        if asked:
            os.kill(_child(callers), signal.SIGUSR1)
        return await asyncio.to_thread(callers.wait, seconds)

    async def end(self) -> None:
        """End every SIPp."""
        for process in self.sipps:
            process.terminate()
        while self.sipps:
            await asyncio.to_thread(self.sipps.pop().wait, 10)


def _child(process: subprocess.Popen[bytes]) -> int:
    """Return the process id of SIPp itself, which runs under `timeout`."""
    pid = process.pid
    listing = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(listing[0]) if listing else pid


async def _sit(post: Any) -> None:
    """Keep a desk open, as a page does: a ticket, a socket, and again when it breaks."""
    while True:
        with contextlib.suppress(Exception):
            ticket = await post("/push-ticket", {})
            async with connect(ticket["url"], proxy=None) as desk:
                async for message in desk:
                    json.loads(message)
        await asyncio.sleep(0.5)


async def _stand_up(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def hall(
    *,
    agents: int = 12,
    names: tuple[str, ...] = (QUEUE,),
    database_url: str = "",
    engines: int = 1,
    two_nodes: bool = False,
    far_phones: bool = False,
) -> AsyncIterator[Hall]:
    """Open a hall in a folder of its own; everything is ended and gone afterwards."""
    home, redis = Path(tempfile.mkdtemp(prefix="cc-")), RedisServer()
    more = {"DATABASE_URL": database_url} if database_url else {}
    redis.start()
    second_ami, node_port = free_ports(2)
    if two_nodes:
        more |= {"ASTERISK_NAME": "a", "ASTERISK_NODES": f"b=127.0.0.1:{second_ami}"}
    if far_phones:  # the second node reaches every phone through the first one
        more |= {"NODE_PORT": str(node_port)}
    center = Center.plan(home, REDIS_URL=redis.url, ASTERISK_FILES="yours", **more)
    extensions = [str(2001 + number) for number in range(agents)]
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, home)
        stack.callback(redis.close)
        url = database_url or f"sqlite+aiosqlite:///{home}/callcenter.sqlite3"
        await staff(url, extensions, names)
        center.token = center.command("token", "create", "--role", "admin").split()[-1]
        bench_port, phones_port = free_ports(2)
        plan = await read_plan(settings_of(center))
        asterisk = HallAsterisk(plan, bench_port=bench_port, phones_port=phones_port)
        await asyncio.to_thread(asterisk.start)
        stack.callback(asterisk.stop)
        witness = Witness(plan.ports.ami, plan.ami_secret)
        await witness.start()
        stack.push_async_callback(witness.stop)
        made = Hall(center, asterisk, witness, extensions)
        if two_nodes:
            second = _second_node(asterisk, second_ami, far_phones=far_phones)
            made.other = await stack.enter_async_context(second)
        stack.push_async_callback(_stop, center)
        stack.push_async_callback(made.end)
        center.start("web", "run", "--role", "web")
        for number in range(engines):
            center.start(f"engine{number or ''}", "run", "--role", "engine")
        await center.healthy(150)  # the first start speaks every prompt
        async with AsyncExitStack() as desks:
            await made.ready(desks)
            yield made


@asynccontextmanager
async def _second_node(
    first: HallAsterisk, ami_port: int, *, far_phones: bool
) -> AsyncIterator[tuple[HallAsterisk, Witness]]:
    """Run another Asterisk named b for the same engine; its phones are its own, or the first's."""
    home = Path(tempfile.mkdtemp(prefix="cc-"))
    sip, http, bench, node_port = free_ports(4)
    rtp_first, _, rtp_last = free_span(400).partition("-")
    ports = replace(
        first.plan.ports,
        sip=sip,
        http=http,
        ami=ami_port,
        rtp_first=int(rtp_first),
        rtp_last=int(rtp_last),
    )
    plan = replace(first.plan, home=home, system_name="b", ports=ports, node_port=0)
    if far_phones:
        there = f"127.0.0.1:{first.plan.node_port}"
        plan = replace(plan, node_port=node_port, phones_at=there)
    phones_port = 0 if far_phones else first.phones_port
    node = HallAsterisk(plan, bench_port=bench, phones_port=phones_port)
    witness = Witness(ami_port, plan.ami_secret)
    try:
        await asyncio.to_thread(node.start)
        await witness.start()
        yield node, witness
        await witness.stop()
    finally:
        node.stop()
        shutil.rmtree(home)


async def _stop(center: Center) -> None:
    for name in list(center.processes):
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(center.stop, name)
