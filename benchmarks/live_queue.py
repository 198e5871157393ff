"""app_queue in earnest: a real Asterisk, 50 agents, callers at the 80/20 point, ten times as fast.

Callers and agents are Local channels of one Asterisk: a caller waits in app_queue (strategy
leastrecent, autofill on, ringinuse off, no wrap-up), an agent answers at once and hangs up when
the caller's talk, drawn beforehand, is over. Times are a tenth of the real ones, so that minutes
show the traffic of most of an hour. The poll of app_queue, once a second, is not compressed, so it
weighs ten times as much here as in earnest, and a little more than that, as agents who idle make
the queue longer: the figure is seconds at this pace, beside what the model says at the same pace.
Minutes of random traffic may be much calmer or busier than the long run: of the seeds the first
one is taken whose callers, served in order, wait as long as Erlang C says, within a tenth.
"""

from __future__ import annotations

import asyncio
import math
import statistics
from dataclasses import dataclass, field
from itertools import count
from typing import ClassVar

from reaction.asterisk import BenchAsterisk, running

from acd.simulation.erlang import erlang_c, rate_for
from acd.simulation.ideal import Arrival, waits_in_order
from acd.simulation.scenario import Draw, seeded
from cti.actions import AmiAction
from cti.connection import AmiConnection
from cti.messages import AmiMessage

AGENTS, TALK, FASTER = 50, 180.0, 10.0
SECONDS, WARM = 200.0, 45.0
BATCHES = 10
NEAR = 0.1  # of the long run's mean wait
QUEUE = "quality"
SEEN = frozenset({"QueueCallerJoin", "AgentConnect"})

DIALPLAN = f"""
[quality-in]
exten => _XXXXXX,1,Answer(0)
 same => n,Set(__CC_TALK=${{EXTEN:0:3}}.${{EXTEN:3}})
 same => n,Queue({QUEUE})
 same => n,Hangup()
[quality-agents]
exten => _X.,1,Answer(0)
 same => n,Wait(${{CC_TALK}})
 same => n,Hangup()
"""


class LocalAsterisk(BenchAsterisk):
    """The platform's own configuration with a queue of Local agents beside it."""

    def write_files(self) -> bool:
        """Render as always, then add the queue and both dialplans."""
        changed = super().write_files()
        members = "".join(
            f"member => Local/{1000 + number}@quality-agents/n\n" for number in range(AGENTS)
        )
        self._edit("queues.conf", lambda text: f"{text}\n[{QUEUE}](queue)\n{members}")
        self._edit("extensions.conf", lambda text: text + DIALPLAN)
        return changed


@dataclass(frozen=True, kw_only=True, slots=True)
class Call(AmiAction):
    """Let a caller come whose talk will last so many milliseconds."""

    action: ClassVar[str] = "Originate"
    talk: int

    def headers(self) -> list[tuple[str, str]]:
        """Return what is written besides Action and ActionID."""
        return [
            ("Channel", f"Local/{self.talk:06d}@quality-in/n"),
            ("Application", "Wait"),
            ("Data", "900"),
            ("Async", "true"),
        ]


@dataclass
class Journal:
    """When each caller came and was joined, by Asterisk's own stamps."""

    talks: dict[str, float] = field(default_factory=dict)  # seconds, by the caller's channel
    joined: dict[str, float] = field(default_factory=dict)
    waits: dict[str, float] = field(default_factory=dict)

    def hear(self, message: AmiMessage) -> None:
        """Note an event."""
        key, at = message.get("Uniqueid"), float(message.get("Timestamp") or 0.0)
        if message.event == "QueueCallerJoin":
            self.joined[key] = at
            self.talks[key] = int(message.get("Exten")) / 1000.0
        elif key in self.joined:
            self.waits[key] = at - self.joined[key]

    def calls(self) -> list[tuple[Arrival, float]]:
        """Return each caller who was joined and how long he waited, in order."""
        order = sorted(self.waits, key=lambda key: self.joined[key])
        return [(Arrival(self.joined[key], self.talks[key]), self.waits[key]) for key in order]


def drawn() -> list[Arrival]:
    """Draw callers for the time, of a stretch as busy as the long run."""
    talk, rate = Draw(mean=TALK / FASTER), rate_for(AGENTS, TALK) * FASTER
    wanted = erlang_c(AGENTS, rate, TALK / FASTER).wait
    for seed in count(1):
        chance, arrivals, at = seeded("live", AGENTS, seed), list[Arrival](), 0.0
        while (at := at + chance.expovariate(rate)) < SECONDS:
            arrivals.append(Arrival(at, max(0.001, round(talk.take(chance), 3))))
        waits = waits_in_order(arrivals, AGENTS)
        counted = [wait for one, wait in zip(arrivals, waits, strict=True) if one.at >= WARM]
        if abs(statistics.fmean(counted) / wanted - 1.0) < NEAR:
            return arrivals
    raise AssertionError("seeds do not end")


async def traffic(server: LocalAsterisk) -> Journal:
    """Let the callers come; return what became of them."""
    journal, arrivals = Journal(), drawn()
    connection = AmiConnection(
        "127.0.0.1",
        server.plan.ports.ami,
        "callcenter",
        server.plan.ami_secret,
        on_message=journal.hear,
        wanted=SEEN,
    )
    await connection.connect(within=10)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for one in arrivals:
        await asyncio.sleep(max(0.0, begun + one.at - loop.time()))
        await connection.action(Call(talk=min(999_999, round(one.talk * 1000))), within=10)
    await asyncio.sleep(20.0)  # for those who wait
    await connection.close()
    return journal


def measured() -> list[tuple[Arrival, float]]:
    """Run it; return each caller after the warm-up and before the end, with his wait."""
    with running(["1001"], phones_port=9, kind=LocalAsterisk) as server:
        journal = asyncio.run(traffic(server))
        server.hang_up_all()
    return journal.calls()


def later(waits: list[float], least: list[float], first: int) -> tuple[float, float]:
    """Return by how much waits are longer, seconds a call, and half the width of its interval."""
    more = [a - b for a, b in zip(waits[first:], least[first:], strict=True)]
    size = len(more) // BATCHES
    means = [statistics.fmean(more[b * size : (b + 1) * size]) for b in range(BATCHES)]
    return statistics.fmean(more), 2.26 * statistics.stdev(means) / math.sqrt(BATCHES)


def first_after_warm_up(calls: list[tuple[Arrival, float]]) -> int:
    """Return the place of the first caller who counts."""
    begun = calls[0][0].at
    return next(place for place, (one, _) in enumerate(calls) if one.at - begun >= WARM)


def least_of(calls: list[tuple[Arrival, float]]) -> list[float]:
    """Return the waits when the next free agent takes the first in line at once."""
    return waits_in_order([arrival for arrival, _ in calls], AGENTS)
