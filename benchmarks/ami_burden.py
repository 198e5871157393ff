"""What our link and our decisions cost Asterisk: its CPU for each queue call, and bytes.

Ten queue calls a second (SIPp) to fifty phones (SIPp) that talk for one to two seconds. The CPU
is that of the Asterisk process, from /proc, over the calls it processed meanwhile.

On an Asterisk with our files:

base      app_queue serves the calls; nobody is connected to the manager port.
ours      the platform's engine decides: link, heartbeat, redirects, its own wait and offer.
watching  app_queue serves; a client with our event filters only listens.

And on one that makes and tells every event, as Asterisk does by itself:

stock     app_queue serves; nobody is connected.
peer      app_queue serves; a client without filters listens, as stock clients do.

Order A B C C B A, each round; figures are medians over the stretches of a side.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from acd_reaction import HERE, engine, sipp
from reaction.asterisk import QUEUE, BenchAsterisk, free_ports, running
from reaction.engine import staff

AGENTS, RATE = 50, 10
ROUNDS, SECONDS, SETTLE = 5, 10.0, 4.0
TARGET = {"cpu": 1.08, "bytes": 0.35}  # ours over base; ours over peer
SIDES, STOCK_SIDES = ("base", "ours", "watching"), ("stock", "peer")
TICK = os.sysconf("SC_CLK_TCK")
UNFILTERED = """
[everything]
secret = {secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system,call,log,verbose,agent,user,config,dtmf,reporting,cdr,dialplan
write =
"""


class BurdenAsterisk(BenchAsterisk):
    """The same, with a user to whom everything is told."""

    def write_files(self) -> bool:
        """Render as always, then add the user."""
        changed = super().write_files()
        user = UNFILTERED.format(secret=self.plan.ami_secret)
        self._edit("manager.conf", lambda text: text + user)
        return changed

    def cpu_seconds(self) -> float:
        """Return the CPU time that Asterisk has used, in user and kernel mode."""
        process = self.process()
        if process is None:
            raise RuntimeError("Asterisk is gone")
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def calls(self) -> int:
        """Return how many calls it has processed."""
        found = re.search(r"(\d+) calls? processed", self.command("core show channels count"))
        return int(found[1]) if found else 0


class StockAsterisk(BurdenAsterisk):
    """One that makes and tells every event."""

    def write_files(self) -> bool:
        """Take back what our files switch off."""
        changed = super().write_files()
        switched_off = re.compile(r"(?m)^disabledevents = .*$")
        self._edit("manager.conf", lambda text: switched_off.sub("disabledevents = None", text))
        self._edit("stasis.conf", lambda _: "")
        return changed


@dataclass
class Listener:
    """A client that reads and does nothing else."""

    server: BenchAsterisk
    user: str
    received: int = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Be logged in while open."""
        plan = self.server.plan
        reader, writer = await asyncio.open_connection("127.0.0.1", plan.ports.ami)
        login = f"Action: Login\r\nUsername: {self.user}\r\nSecret: {plan.ami_secret}\r\n\r\n"
        writer.write(login.encode())
        task = asyncio.create_task(self._read(reader))
        try:
            yield
        finally:
            task.cancel()
            writer.close()
            await asyncio.gather(task, return_exceptions=True)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(65536):
            self.received += len(data)


class Comparison:
    """All sides, those of one Asterisk at a time; milliseconds of CPU and bytes for each call."""

    server: BurdenAsterisk

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.cpu: dict[str, list[float]] = {side: [] for side in (*SIDES, *STOCK_SIDES)}
        self.bytes: dict[str, list[float]] = {side: [] for side in (*SIDES, *STOCK_SIDES)}

    async def stretch(self, side: str) -> None:
        """Measure one side for a while."""
        if side == "ours":
            begun = self.server.calls()
            with engine(self.server) as measured:
                await self._measure(side)
            received = measured["bytes"][0]
            self.bytes[side].append(received / max(1, self.server.calls() - begun))
        else:
            self.server.unpause_all()
            await self._listen(side)
        await self.server.no_channels()
        print(f"{side}: {self.cpu[side][-1]:.2f} ms a call")

    async def _listen(self, side: str) -> None:
        begun = self.server.calls()
        user = {"watching": "callcenter", "peer": "everything"}.get(side, "")
        listener = Listener(self.server, user)
        async with listener.listening() if user else nullcontext():
            await self._measure(side)
        self.bytes[side].append(listener.received / max(1, self.server.calls() - begun))

    async def _measure(self, side: str) -> None:
        way = "ours" if side == "ours" else "peer"
        port, target = free_ports(1)[0], f"127.0.0.1:{self.server.plan.ports.sip}"
        words = ("-s", way, "-r", str(RATE), "-l", "400")
        with sipp(*words, scenario="callers.xml", port=port, target=target):
            await asyncio.sleep(SETTLE)
            calls, cpu = self.server.calls(), self.server.cpu_seconds()
            await asyncio.sleep(self.seconds)
            used = self.server.cpu_seconds() - cpu
            self.cpu[side].append(used * 1000 / max(1, self.server.calls() - calls))
        self.server.hang_up_all()


def report(comparison: Comparison) -> dict[str, object]:
    """Put the figures together as the one line at the end."""
    cpu = {side: round(statistics.median(took), 3) for side, took in comparison.cpu.items()}
    sent = {side: round(statistics.median(got)) for side, got in comparison.bytes.items()}
    ratio = {
        "cpu": round(cpu["ours"] / cpu["base"], 3),
        "cpu_watching": round(cpu["watching"] / cpu["base"], 3),
        "cpu_peer": round(cpu["peer"] / cpu["stock"], 3),
        "bytes": round(sent["ours"] / sent["peer"], 3),
        "bytes_watching": round(sent["watching"] / sent["peer"], 3),
    }

    def side(name: str) -> dict[str, float]:
        return {"cpu_ms_per_call": cpu[name], "bytes_per_call": sent[name]}

    return {
        "benchmark": "ami_burden",
        "ours": side("ours"),
        "watching": side("watching"),
        "peer": side("peer"),
        "stock": side("stock"),
        "limit": side("base"),
        "ratio": ratio,
        "target": TARGET,
        "met": all(ratio[key] <= TARGET[key] for key in TARGET),
    }


def short_talks(folder: Path) -> Path:
    """Return the phones' scenario with talks of one to two seconds."""
    text = (HERE / "reaction" / "phones.xml").read_text()
    path = folder / "phones.xml"
    path.write_text(text.replace('min="2000" max="8000"', 'min="1000" max="2000"'))
    return path


async def compare(rounds: int, seconds: float) -> dict[str, object]:
    """Run everything and return the result."""
    comparison = Comparison(seconds)
    await run(comparison, BurdenAsterisk, SIDES, rounds)
    await run(comparison, StockAsterisk, STOCK_SIDES, rounds)
    return report(comparison)


async def run(
    comparison: Comparison, kind: type[BurdenAsterisk], sides: tuple[str, ...], rounds: int
) -> None:
    """Measure these sides on an Asterisk of that kind, with phones of its own."""
    extensions = [str(1001 + number) for number in range(AGENTS)]
    [phones_port] = free_ports(1)
    with (
        tempfile.TemporaryDirectory(prefix="cc-phones-") as folder,
        running(extensions, phones_port=phones_port, kind=kind) as server,
    ):
        comparison.server = server
        await staff(server.plan.home, QUEUE, extensions)
        scenario = str(short_talks(Path(folder)))
        target = f"127.0.0.1:{server.bench_port}"
        with sipp(scenario=scenario, port=phones_port, target=target):
            for _ in range(rounds):
                for side in (*sides, *reversed(sides)):
                    await comparison.stretch(side)


def main() -> None:
    """Read the arguments, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each stretch")
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(compare(arguments.rounds, arguments.seconds))))


if __name__ == "__main__":
    main()
