"""Our side as it runs in earnest: link, board, recorder on SQLite; in a process of its own.

Started as `python -m reaction.engine HOME AMI_PORT SECRET`; says `ready` when every agent
is, and ends when its input is closed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from acd.bus.memory import InProcessBus
from acd.commands import Refused, SetReady, SignIn
from acd.engine import Engine
from acd.store import CrmStore
from crm_core import people, queues
from crm_core.contexts import CallContext, CallContexts
from crm_core.database import Database
from crm_core.directory import CallerCard
from crm_core.tenancy import Scope
from reaction.stopwatch import Stopwatch, TimedEngine, TimedFeed, TimedSwitch

STRANGER = CallerCard(number="", raw_number="", kind="")


class KnownCallers(CallContexts):
    """As after the menu, where each caller was looked up: the card is in memory."""

    def get(self, call_id: UUID) -> CallContext | None:
        """Return the context, with the card of a stranger when there is none."""
        context = super().get(call_id)
        if context is None:
            context = CallContext(call_id, card=STRANGER)
        return context


class NoCredentials:
    """The phones here have static contacts."""

    def put(self, endpoint: str, ha1: str) -> None:
        """Nothing registers."""

    def remove(self, endpoint: str) -> None:
        """Nothing registers."""


def database_in(home: Path) -> Database:
    """Return the benchmark's own database."""
    return Database(f"sqlite+aiosqlite:///{home}/callcenter.sqlite3")


async def staff(home: Path, queue: str, extensions: list[str]) -> None:
    """Write the agents and their queue; calls are followed by no wrap-up."""
    database = database_in(home)
    await database.upgrade()
    async with database.transaction() as session:
        await people.ensure_roles(session, Scope())
        await queues.create_queue(session, Scope(), name=queue, title=queue, wrap_up_seconds=0)
        for extension in extensions:
            user = await people.create_user(
                session,
                Scope(),
                username=f"agent{extension}",
                display_name=f"Agent {extension}",
                hashed="",  # nobody logs in here
                roles=["agent"],
                extension=extension,
            )
            await queues.add_member(session, Scope(), queue=queue, agent_id=str(user.id))
    await database.close()


async def serve(home: Path, port: int, secret: str) -> None:
    """Run the engine until our input is closed."""
    database, bus = database_in(home), InProcessBus()
    stopwatch = Stopwatch()
    feed = TimedFeed("127.0.0.1", port, "callcenter", secret)
    switch = TimedSwitch(feed.connection)
    feed.stopwatch = switch.stopwatch = stopwatch
    feed.connection._on_bytes = stopwatch.count  # noqa: SLF001 - the feed has no use for it
    engine = TimedEngine(
        feed=feed,
        tracker=feed.tracker,
        switch=switch,
        bus=bus,
        store=CrmStore(database, Scope()),
        contexts=KnownCallers(),
        credentials=NoCredentials(),
        spool=home / "spool",
        zone=ZoneInfo("UTC"),
    )
    engine.stopwatch = stopwatch
    await engine.prepare()
    async with asyncio.TaskGroup() as group:
        group.create_task(engine.run())
        everybody = group.create_task(_everybody_ready(engine, bus))
        await feed.start(within=10)
        await everybody
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await feed.close()
    measured = {"to_write": stopwatch.to_write, "to_answer": stopwatch.to_answer}
    print(json.dumps({**measured, "bytes": [stopwatch.received]}))
    await database.close()


async def _everybody_ready(engine: Engine, bus: InProcessBus) -> None:
    async with bus.subscribe() as notices:
        async for envelope in notices:
            if envelope.notice.type == "feed_fresh":
                break
    for agent in engine.board.agents():
        for command in (SignIn(agent_id=agent.agent_id), SetReady(agent_id=agent.agent_id)):
            reply = await bus.request(command)
            if isinstance(reply, Refused):
                raise SystemExit(reply.message)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
