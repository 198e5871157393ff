"""What a step of a flow costs: from Asterisk's answer to our next command, 100 callers at once.

A client process plays Asterisk for 100 channels: it opens a FastAGI session for each, answers
every command, and takes the time from its answer to the next command. Each channel thinks 50 to
150 ms (seeded) before it answers, so about 1,000 steps a second are asked of the server, which
runs in a process of its own whose CPU time is counted. Client and server have a processor each
where there are two, and the client has no event loop whose delays it would measure.

ours   `cti.agi.AgiServer` with `ivr.session.InboundSession`, the shipped hotline: look-up,
       prompts by content, steps and data noted; the callers change the language to and fro.
peer   stock `panoramisk.fast_agi`: one coroutine that sends GET DATA and waits for the answer.
limit  a bare asyncio protocol that writes the same command for each line it gets: the round trip.

Order A B C C B A, each round; figures are medians over the stretches of a side. `ratio` is our
p99 over the bare round trip's.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics

from step.apart import stand_apart
from step.callers import Callers
from step.servers import SERVERS, run_server

CALLERS = 100
STRETCH, SETTLING = 2.5, 0.7  # seconds of each stretch: measured, and before it
ROUNDS = 2
TARGET = 2.0
THINK = (0.05, 0.15)
BUSIEST = 0.8  # of the client: one that has no rest measures itself


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def stretch(name: str, core: int | None) -> dict[str, float]:
    """Measure one side once: p50 and p99 in microseconds, CPU microseconds a step."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=run_server, args=(name, theirs, core), daemon=True)
    process.start()
    callers = Callers(pipe.recv(), count=CALLERS, think=THINK)
    callers.run(SETTLING)
    pipe.send("cpu")
    before = pipe.recv()
    load = callers.run(STRETCH)
    pipe.send("cpu")
    cpu = pipe.recv() - before
    callers.close()
    pipe.send("end")
    process.join(5)
    if len(load.steps) < CALLERS * STRETCH * 5 or load.busy > BUSIEST:
        raise RuntimeError(f"{name}: {len(load.steps)} steps, client {load.busy:.0%} busy")
    return {
        "p50": percentile(load.steps, 0.50) * 1e6,
        "p99": percentile(load.steps, 0.99) * 1e6,
        "cpu": cpu / len(load.steps) * 1e6,
    }


def main() -> None:
    """Measure all sides and print the figures; the last line is the result."""
    cores = sorted(os.sched_getaffinity(0))
    server_core = cores[0] if len(cores) > 1 else None
    stand_apart(cores[1] if len(cores) > 1 else None)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in SERVERS}
    for _ in range(ROUNDS):
        for name in (*SERVERS, *reversed(SERVERS)):
            found[name].append(stretch(name, server_core))
    figures = {
        name: {key: round(statistics.median(run[key] for run in runs), 1) for key in runs[0]}
        for name, runs in found.items()
    }
    for name, figure in figures.items():
        spread = "..".join(f"{edge(run['p99'] for run in found[name]):.0f}" for edge in (min, max))
        print(f"{name:6} {figure} (microseconds; p99 {spread})")
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
    main()
