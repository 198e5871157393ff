"""From an agent set free, while callers wait, to his phone rung again: ours against app_queue.

Fifty phones (SIPp) that answer at once and hang up after 2 to 8 random seconds; eighty
callers (SIPp) at any time, so thirty wait. The time runs from the hang-up of the agent's
channel to the beginning of the next dial to the same phone, both by Asterisk's own stamps.

ours   the platform's engine (link, board, recorder on SQLite) in one process; callers in the
       wait context of the platform's own dialplan.
peer   app_queue of the same Asterisk in the same run: strategy leastrecent, autofill on,
       ringinuse off, no wrap-up; our engine is not running meanwhile.
limit  the bare round trip of one AMI Redirect on this Asterisk, nothing else happening.

Most of `ours` is Asterisk's: leaving the wait, dialling, making a SIP channel. What is ours to
cut is told apart: `own` runs from the arrival, at our socket, of the event that frees the agent
to Asterisk's answer to our Redirect; `bare` is the round trip of a Redirect of a waiting caller
that another client sends in the same stretches, under the same load.

Order A B B A, each round; figures are medians over the stretches of a side.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reaction.asterisk import QUEUE, BenchAsterisk, free_ports, running
from reaction.engine import staff
from reaction.watcher import Watcher

HERE = Path(__file__).parent
AGENTS, CALLERS = 50, 80
ROUNDS, SECONDS, SETTLE = 5, 15.0, 5.0
TARGET = {"p50": 50.0, "p99": 20.0}  # times faster than the peer
OWN_TARGET = 2.0  # times the bare Redirect under the same load, p50
BARE_EACH = 0.25  # seconds between two bare Redirects beside our engine
TRIPS = 300


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has ended, and see to it that it does."""
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


@contextmanager
def sipp(*words: str, scenario: str, port: int, target: str) -> Iterator[None]:
    """Run SIPp in the background with a limit on its life."""
    command = ["timeout", "600", "sipp", target, "-sf", str(HERE / "reaction" / scenario)]
    command += ["-i", "127.0.0.1", "-p", str(port), "-nostdin", "-nd", "-trace_err"]
    command += ["-error_file", os.devnull, "-default_behaviors", "all,-bye", *words]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        end(process)


@contextmanager
def engine(server: BenchAsterisk) -> Iterator[dict[str, list[float]]]:
    """Run our side while open; afterwards what it measured of itself is in the dictionary."""
    measured: dict[str, list[float]] = {}
    plan = server.plan
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "reaction.engine",
            str(plan.home),
            str(plan.ports.ami),
            plan.ami_secret,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])},
    )
    try:
        said = iter(process.stdout or ())
        if not any(line.strip() == b"ready" for line in said):
            raise RuntimeError("our engine did not come up")
        yield measured
    finally:
        if process.stdin is not None:
            process.stdin.close()
        if process.stdout is not None:
            lines = process.stdout.read().splitlines()
            measured.update(json.loads(lines[-1]) if lines else {})
        end(process)


class Comparison:
    """Both sides, measured by the same watcher on the same Asterisk."""

    def __init__(self, server: BenchAsterisk, watcher: Watcher, seconds: float) -> None:
        self.server, self.watcher, self.seconds = server, watcher, seconds
        self.results: dict[str, list[dict[str, float]]] = {"ours": [], "peer": []}
        self.own: dict[str, list[float]] = {"to_write": [], "to_answer": [], "bare": []}

    async def stretch(self, side: str) -> None:
        """Measure one side for a while."""
        if side == "ours":
            with engine(self.server) as measured:
                await self._measure(side)
            for part in ("to_write", "to_answer"):
                self.own[part] += [value * 1000 for value in measured[part]]
        else:
            self.server.unpause_all()
            await self._measure(side)
        await self.server.no_channels()

    async def _measure(self, side: str) -> None:
        with self._callers(side):
            await self.watcher.until_waiting(CALLERS)
            await asyncio.sleep(SETTLE)
            self.watcher.begin()
            if side == "ours":
                self.own["bare"] += await self.watcher.bare_beside(self.seconds, each=BARE_EACH)
            else:
                await asyncio.sleep(self.seconds)
            found = self.watcher.reactions
        self.server.hang_up_all()
        result = {
            "calls": float(len(found)),
            "p50": percentile(found, 0.5),
            "p99": percentile(found, 0.99),
        }
        self.results[side].append(result)
        print(f"{side}: {len(found)} calls, p50 {result['p50']:.2f}, p99 {result['p99']:.2f} ms")

    async def bare_redirect(self) -> dict[str, float]:
        """Measure what no switch over AMI can beat."""
        with self._callers("ours"):
            await self.watcher.until_waiting(CALLERS // 2)
            trips = await self.watcher.redirect_round_trips(TRIPS)
        self.server.hang_up_all()
        await self.server.no_channels()
        return {"p50": percentile(trips, 0.5), "p99": percentile(trips, 0.99)}

    def _callers(self, side: str) -> object:
        return sipp(
            *("-s", side, "-l", str(CALLERS), "-r", "40"),
            scenario="callers.xml",
            port=free_ports(1)[0],
            target=f"127.0.0.1:{self.server.plan.ports.sip}",
        )


def medians(results: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure over the stretches, in milliseconds."""
    return {key: round(statistics.median(r[key] for r in results), 3) for key in ("p50", "p99")}


def report(comparison: Comparison, limit: dict[str, float]) -> dict[str, object]:
    """Put the figures together as the one line at the end."""
    ours, peer = (medians(comparison.results[side]) for side in ("ours", "peer"))
    ratio = {key: round(peer[key] / ours[key], 1) for key in ours}
    own = {part: spread(values) for part, values in comparison.own.items()}
    ratio["own"] = round(own["to_answer"]["p50"] / own["bare"]["p50"], 2)
    met = {key: ratio[key] >= TARGET[key] for key in TARGET}
    met["own"] = ratio["own"] <= OWN_TARGET
    return {
        "benchmark": "acd_reaction",
        "ours": {**ours, "own": own["to_answer"], "own_until_written": own["to_write"]},
        "peer": peer,
        "limit": {**{key: round(value, 3) for key, value in limit.items()}, "bare": own["bare"]},
        "ratio": ratio,
        "target": {**TARGET, "own": OWN_TARGET},
        "met": all(met.values()),
        "met_each": met,
    }


def spread(milliseconds: list[float]) -> dict[str, float]:
    """Return the median and the 99th percentile."""
    return {f"p{n}": round(percentile(milliseconds, n / 100), 3) for n in (50, 99)}


async def compare(rounds: int, seconds: float) -> dict[str, object]:
    """Run everything and return the result."""
    extensions = [str(1001 + number) for number in range(AGENTS)]
    [phones_port] = free_ports(1)
    with running(extensions, phones_port=phones_port) as server:
        await staff(server.plan.home, QUEUE, extensions)
        watcher = Watcher(server.plan.ports.ami, server.plan.ami_secret)
        await watcher.start()
        try:
            with sipp(
                scenario="phones.xml",
                port=phones_port,
                target=f"127.0.0.1:{server.bench_port}",
            ):
                comparison = Comparison(server, watcher, seconds)
                limit = await comparison.bare_redirect()
                print(f"bare Redirect: p50 {limit['p50']:.2f}, p99 {limit['p99']:.2f} ms")
                for _ in range(rounds):
                    for side in ("ours", "peer", "peer", "ours"):
                        await comparison.stretch(side)
        finally:
            await watcher.stop()
    return report(comparison, limit)


def main() -> None:
    """Read the arguments, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each stretch")
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(compare(arguments.rounds, arguments.seconds))))


if __name__ == "__main__":
    main()
