import asyncio
import gzip
from pathlib import Path

import pytest

from cti.connection import LinkLimits
from cti.errors import LinkDown, LoginRefused
from cti.framing import FrameDecoder
from cti.tap import record
from cti.testing import FakeAmi, event

QUICK = LinkLimits(backoff_first=0.01, backoff_most=0.05)


async def test_a_recording_holds_the_bytes_of_every_link_and_nothing_else(tmp_path: Path) -> None:
    path, stop = tmp_path / "tap.gz", asyncio.Event()
    async with FakeAmi() as ami:
        recording = asyncio.create_task(
            record("127.0.0.1", ami.port, *ami.login, path=path, until=stop.wait(), limits=QUICK)
        )
        await ami.until(lambda: ami.logins == 1)
        ami.send(event("Newchannel", CallerIDName="张三李四") + b"Event: Cut\r\nA: ")
        await ami.until(lambda: bool(ami.actions("Ping")))
        await ami.cut()
        await ami.until(lambda: ami.logins == 2)
        ami.send(event("Hangup"))
        await ami.until(lambda: len(ami.actions("Ping")) >= 2)
        stop.set()
        totals = await recording
    raw = gzip.decompress(path.read_bytes())
    assert (totals.received, totals.links) == (len(raw), 2)
    assert b"open sesame" not in raw
    names = [message.event for message in FrameDecoder().feed(raw) if message.event]
    assert names == ["Newchannel", "Cut", "Hangup"]


async def test_a_refused_login_is_told_and_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "tap.gz"
    async with FakeAmi() as ami:
        with pytest.raises(LoginRefused):
            await record("127.0.0.1", ami.port, "x", "y", path=path, until=asyncio.Event().wait())
    with pytest.raises(LinkDown):
        await record(
            "127.0.0.1", ami.port, "x", "y", path=path, until=asyncio.Event().wait(), within=0.1
        )
    assert not path.exists()


async def test_a_recording_that_is_cancelled_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "tap.gz"
    async with FakeAmi() as ami:
        recording = asyncio.create_task(
            record("127.0.0.1", ami.port, *ami.login, path=path, until=asyncio.Event().wait())
        )
        await ami.until(lambda: ami.logins == 1)
        ami.send(event("Hangup"))
        await ami.until(lambda: bool(ami.actions("Ping")))
        recording.cancel()
        with pytest.raises(asyncio.CancelledError):
            await recording
    assert b"Event: Hangup" in gzip.decompress(path.read_bytes())
