"""Callers on the trunk, and how a story sees that nothing was left behind."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from center import Center, WaitedTooLongError, until

from callcenter.demo.caller import TrunkCall
from callcenter.demo.scenario import Caller

ZHANG_SAN = "13800138000"
SERVICE_NUMBER = "4000"
ENDING_SECONDS = 5.0  # for SIPp to end when told to; then it is killed
STORES = ("DATABASE_URL", "REDIS_URL")


@contextlib.asynccontextmanager
async def answering_outside(port: int, *words: str) -> AsyncIterator[None]:
    """A telephone outside that answers whoever calls; `words` are more for SIPp."""
    process = await asyncio.create_subprocess_exec(
        *("sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-nostdin", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), ENDING_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


@contextlib.asynccontextmanager
async def calling(
    center: Center, number: str = ZHANG_SAN, *, name: str = "", to: str = SERVICE_NUMBER
) -> AsyncIterator[TrunkCall]:
    """Call in and wait for the menu; leaving hangs up when the call still lives."""
    caller = Caller(from_number=number, to_number=to, name=name)
    async with TrunkCall(caller, sip_port=int(center.setting("SIP_PORT"))) as call:
        assert await call.answered(15), call.result()
        yield call


@contextlib.asynccontextmanager
async def waiting(center: Center, number: str = ZHANG_SAN) -> AsyncIterator[TrunkCall]:
    """Call in, press 2, and be seen waiting (or further) on the board."""
    async with calling(center, number) as call:
        await call.press("2")
        await on_board(center, number, "waiting", "offered", "talking")
        yield call


async def on_board(center: Center, number: str, *states: str, seconds: float = 25) -> str:
    """Wait until the board shows the caller in one of these states; return the call id."""

    async def shown() -> str:
        board = await center.get("/board")
        for row in board["snapshot"]["calls"]:
            if number[-8:] in row["caller_number"] and row["state"] in states:
                return str(row["call_id"])
        return ""

    call_id: str = await until(f"{number} is {' or '.join(states)}", shown, seconds=seconds)
    return call_id


def open_files(pid: int, center: Center) -> Counter[str]:
    """Name a process's descriptors, but for its pools: visitors' connections and the stores'.

    Browsers keep their connections, and a store's pool opens as many as were ever used
    at once (its own tests bound it), so neither tells of something left behind.
    """
    ports = {int(center.setting("HTTP_PORT")), int(center.setting("PUSH_PORT"))}
    stores = {urlsplit(center.environment.get(f"CALLCENTER_{name}", "")).port for name in STORES}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    pools = {
        f"socket:[{row[9]}]" for row in rows if port(row[1]) in ports or port(row[2]) in stores
    }
    links = [link(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()]
    return Counter(name for name in links if name not in pools and ".sqlite3" not in name)


def port(address: str) -> int:
    return int(address.partition(":")[2], 16)


def link(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:
        return ""  # closed while we looked


async def childless(name: str, pid: int) -> None:
    async def alone() -> bool:
        listing = Path(f"/proc/{pid}/task/{pid}/children")
        return not await asyncio.to_thread(listing.read_text)

    await until(f"{name} has no child process", alone)


@contextlib.asynccontextmanager
async def nothing_left_behind(center: Center, *, spare_files: int = 3) -> AsyncIterator[None]:
    """Check after the story: no channel, no live call, no child process, descriptors shut."""
    before = {name: open_files(p.pid, center) for name, p in center.processes.items()}
    yield
    await center.no_channels()

    async def board_empty() -> bool:
        return not (await center.get("/board"))["snapshot"]["calls"]

    await until("no call is left on the board", board_empty)
    for name, process in center.processes.items():
        assert process.poll() is None, center.log(name)[-2000:]
        await childless(name, process.pid)
        if name in before:
            await closed_again(center, name, before[name], spare_files)


async def closed_again(center: Center, name: str, before: Counter[str], spare_files: int) -> None:
    """Wait until a process has no more descriptors than before; name those it keeps."""
    pid = center.processes[name].pid
    kept: Counter[str] = Counter()

    async def closed() -> bool:
        now = await asyncio.to_thread(open_files, pid, center)
        kept.clear()
        kept.update(now - before)
        return now.total() <= before.total() + spare_files

    try:
        await until(f"{name} closed its descriptors", closed)
    except WaitedTooLongError as error:
        message = f"{error}; kept: {dict(kept)}"
        raise WaitedTooLongError(message) from None
