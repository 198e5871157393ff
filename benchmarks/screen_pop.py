"""INVITE at Asterisk -> the customer's card in a websocket client, before the phone rings.

One whole center of ours (`callcenter run`, SQLite with 100,000 customers, a real Asterisk) takes
10 calls a second from SIPp over the trunk. Each goes through FastAGI, the look-up, the queue and
the board to one of 40 agents, whose desktop is a websocket client and whose phone a SIP phone
that rings and never answers; the caller leaves after 1.5 s. The IVR's flow here is a queue and
nothing else: what a caller listens to is not our speed.

ours   INVITE sent -> the frame with the known customer's card at the agent's desktop.
peer   the raw path: a bare AMI client in a process of its own sees the event that the call
       waits (the one we act on too) and writes it to a websocket: no look-up, no board.
limit  the same bare client at the call's very first event, before the IVR.

Both sides see the same calls at the same time, so there is no order to alternate; five rounds,
medians of their p50 and p99 in milliseconds. Every call must pop, with the right customer; cards
that came after their phone's INVITE are counted.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from pop.house import fill, number_of
from pop.people import Moments, Wrong, call_in, seat, watch_raw
from pop.raw import raw_path
from pop.stories import Center, free_ports

from callcenter import live_flows, run
from callcenter.secrets import Secrets
from callcenter.settings import load_settings
from ivr.flow.reading import read_flow
from ivr.flows import FlowBook

CUSTOMERS = int(os.environ.get("CUSTOMERS", "100000"))
ROUNDS, CALLS, RATE = int(os.environ.get("ROUNDS", "5")), 150, 10
EXTENSIONS = range(2001, 2041)
FLOW = Path(__file__).parent / "pop" / "direct-flow.json"
TARGET_RATIO, TARGET_MS = 3.0, 100.0

# --- The center under test -------------------------------------------------------------------


def serve_center() -> None:
    """Run `callcenter run` with the one-node flow; everything else is the product's own."""

    async def direct(*_: object, **__: object) -> FlowBook:
        flow = read_flow(FLOW.read_bytes())
        return FlowBook({"direct": flow}, default="direct")

    live_flows.read_flow_book = direct
    asyncio.run(run.run(load_settings(), {"engine", "web"}))


# --- Figures ---------------------------------------------------------------------------------


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1000, cuts[98] * 1000


def spans(numbers: list[str], begin: dict[str, float], end: dict[str, float]) -> list[float]:
    """Return the seconds from one moment to the other of each call; all must be there."""
    missing = [number for number in numbers if number not in begin or number not in end]
    if missing:
        raise Wrong(f"{len(missing)} calls lack a moment: {missing[:5]}")
    return [end[number] - begin[number] for number in numbers]


async def measure(center: Center, raw_port: int) -> list[dict[str, tuple[float, float]]]:
    """Run the rounds and return p50 and p99 of each side by round."""
    seen, rounds = Moments(), []
    async with AsyncExitStack() as stack:
        raw = asyncio.create_task(watch_raw(raw_port, seen))
        stack.callback(raw.cancel)
        for extension in EXTENSIONS:
            await seat(stack, center, extension, seen)
        await call_in(
            center, [number_of(CUSTOMERS - 1 - n) for n in range(30)], rate=RATE, seen=seen
        )
        for turn in range(ROUNDS):
            step = CUSTOMERS // (ROUNDS * CALLS + 1)
            numbers = [number_of((turn * CALLS + n) * step) for n in range(CALLS)]
            await call_in(center, numbers, rate=RATE, seen=seen)
            rounds.append(figures(numbers, seen))
            print(
                f"round {turn + 1}:", {k: [round(v, 1) for v in p] for k, p in rounds[-1].items()}
            )
    if seen.wrong:
        raise Wrong(f"another customer's card: {seen.wrong[:5]}")
    return rounds


def figures(numbers: list[str], seen: Moments) -> dict[str, tuple[float, float]]:
    """Return each side's p50 and p99; `head_start` (least, p50) is from the card to the ring."""
    rang = {seen.numbers[call]: at for call, at in seen.rang.items() if call in seen.numbers}
    head_starts = spans(numbers, seen.popped, rang)
    return {
        "ours": percentiles(spans(numbers, seen.invited, seen.popped)),
        "peer": percentiles(spans(numbers, seen.invited, seen.queued)),
        "limit": percentiles(spans(numbers, seen.invited, seen.began)),
        "added": percentiles(spans(numbers, seen.queued, seen.popped)),
        "head_start": (min(head_starts) * 1000, statistics.median(head_starts) * 1000),
        "late": (float(sum(start <= 0 for start in head_starts)), 0.0),
    }


# --- The run ---------------------------------------------------------------------------------


@asynccontextmanager
async def working(center: Center, raw_port: int) -> AsyncIterator[None]:
    """Run Asterisk, the center and the raw path in processes of their own; end all of them."""
    home = center.home
    await asyncio.to_thread(center.command, "asterisk", "start")
    center.token = center.command("token", "create", "--role", "admin").split()[-1]
    secret = {**center.environment, "AMI_SECRET": Secrets(home).ami_secret}
    roles = (["center"], center.environment), (["raw", str(raw_port)], secret)
    log = (home / "center.log").open("wb")
    own = (sys.executable, __file__)
    processes = [
        await asyncio.create_subprocess_exec(*own, *words, env=env, stderr=log)
        for words, env in roles
    ]
    try:
        await center.healthy()
        yield
    except BaseException:
        sys.stderr.write((home / "center.log").read_text()[-4000:])
        raise
    finally:
        try:
            for (words, _), process in zip(roles, processes, strict=True):
                await end(words[0], process)
        finally:
            log.close()
            await asyncio.to_thread(center.command, "asterisk", "stop")


async def end(name: str, process: asyncio.subprocess.Process) -> None:
    """End a process by TERM: INT is ignored by what a shell has started in the background."""
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 20)
    except TimeoutError:
        process.kill()
        raise Wrong(f"{name} did not end within 20 s of being told to") from None


async def bench() -> dict[str, Any]:
    """Build a house in a folder of its own, measure, and return the result."""
    home = Path(tempfile.mkdtemp(prefix="cc-"))
    center, (raw_port,) = Center.plan(home), free_ports(1)
    try:
        print(f"filling a database with {CUSTOMERS:,} customers")
        url = f"sqlite+aiosqlite:///{home}/callcenter.sqlite3"
        await fill(url, customers=CUSTOMERS, extensions=EXTENSIONS)
        async with working(center, raw_port):
            rounds = await measure(center, raw_port)
    finally:
        shutil.rmtree(home)
    return result(rounds)


def result(rounds: list[dict[str, tuple[float, float]]]) -> dict[str, Any]:
    """Return the medians over the rounds, in the shape every benchmark prints."""

    def median(side: str) -> dict[str, float]:
        p50, p99 = (statistics.median(turn[side][at] for turn in rounds) for at in (0, 1))
        return {"p50_ms": round(p50, 2), "p99_ms": round(p99, 2)}

    ours, peer = median("ours"), median("peer")
    ratio = ours["p99_ms"] / peer["p99_ms"]
    late = int(sum(turn["late"][0] for turn in rounds))
    ours["before_ring_least_ms"] = round(min(turn["head_start"][0] for turn in rounds), 2)
    ours["before_ring_p50_ms"] = median("head_start")["p99_ms"]
    ours["after_ring"] = late
    return {
        "benchmark": "screen_pop",
        "ours": ours,
        "peer": peer,
        "limit": median("limit"),
        "ratio": round(ratio, 3),
        "target": {"ratio": TARGET_RATIO, "p99_ms": TARGET_MS, "after_ring": 0},
        "met": ratio <= TARGET_RATIO and ours["p99_ms"] <= TARGET_MS and not late,
    }


def main() -> None:
    """Be the center, the raw path or the benchmark, as the command line says."""
    with suppress(KeyboardInterrupt):
        match sys.argv[1:]:
            case ["center"]:
                serve_center()
            case ["raw", port]:
                ami = int(os.environ["CALLCENTER_AMI_PORT"])
                asyncio.run(raw_path(ami, os.environ["AMI_SECRET"], int(port)))
            case _:
                print(json.dumps(asyncio.run(bench())))


if __name__ == "__main__":
    main()
