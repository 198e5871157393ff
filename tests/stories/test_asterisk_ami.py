"""What the manager port tells our engine, and what it refuses even to it."""

import asyncio
import re
from collections.abc import Iterator
from typing import Self

import pytest
from house import ami_says, house

from callcenter.asterisk import AsteriskServer
from callcenter.demo.caller import TrunkCall
from callcenter.demo.scenario import Caller

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with house() as server:
        yield server


class Ear:
    """A login of the engine's user that keeps every word it is told."""

    def __init__(self, asterisk: AsteriskServer) -> None:
        self._plan = asterisk.plan
        self._told = b""

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._plan.ports.ami
        )
        login = f"Action: Login\r\nUsername: callcenter\r\nSecret: {self._plan.ami_secret}\r\n\r\n"
        self._writer.write(login.encode())
        await self.hears("Response: Success")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def hears(self, first: str) -> None:
        """Read on until a message that begins with this line was told."""
        line = re.compile(rf"^{first}\r\n".encode(), re.MULTILINE)
        async with asyncio.timeout(10):
            while not line.search(self._told):
                self._told += await self._reader.readuntil(b"\r\n\r\n")

    async def everything(self) -> str:
        """Say good-bye; return what was told from the beginning."""
        self._writer.write(b"Action: Logoff\r\n\r\n")
        async with asyncio.timeout(10):
            self._told += await self._reader.read()
        return self._told.decode()


async def test_a_call_is_told_without_noise(asterisk: AsteriskServer) -> None:
    async with Ear(asterisk) as ear:
        who = Caller(from_number="13800138000", to_number="4000", name="张三", longest_seconds=20)
        async with TrunkCall(who, sip_port=asterisk.plan.ports.sip) as call:
            assert await call.answered(5)
            await ear.hears("Event: QueueCallerJoin")  # a caller who leaves sooner never joins
        await ear.hears("Event: Hangup")
        text = await ear.everything()
    names = re.findall(r"^Event: (\w+)", text, re.MULTILINE)
    assert {"Newchannel", "QueueCallerJoin", "Hangup"} <= set(names)
    assert not {"VarSet", "Newexten", "TestEvent", "RTCPSent"} & set(names)
    assert "Timestamp: " in text
    assert "CallerIDName: 张三" in text
    assert re.search(r"Uniqueid: [0-9]+\.[0-9]+\r\n", text)


@pytest.mark.parametrize(
    "action",
    [
        "Action: Command\nCommand: core show version",
        "Action: GetConfig\nFilename: manager.conf",
        "Action: UpdateConfig\nSrcFilename: manager.conf\nDstFilename: manager.conf",
        "Action: Originate\nChannel: Local/x@wait\nApplication: System\nData: true",
        "Action: Reload",
        "Action: ModuleLoad\nLoadType: reload",
    ],
)
def test_our_user_runs_no_commands_and_reads_no_files(
    asterisk: AsteriskServer, action: str
) -> None:
    said = ami_says(asterisk, action)
    assert "Authentication accepted" in said
    assert "Response: Error" in said


def test_functions_that_run_programs_are_out_of_reach(asterisk: AsteriskServer) -> None:
    said = ami_says(asterisk, "Action: Getvar\nVariable: SHELL(echo reached)")
    assert "reached\r\n" not in said.replace("SHELL(echo reached)", "")


def test_a_wrong_secret_is_refused(asterisk: AsteriskServer) -> None:
    assert "Authentication failed" in ami_says(asterisk, secret="a-wrong-secret-of-old")


def test_the_heartbeat_can_be_set(asterisk: AsteriskServer) -> None:
    said = ami_says(asterisk, "Action: Setvar\nVariable: CC_HEARTBEAT\nValue: 12345")
    assert "Variable Set" in said
    assert "CC_HEARTBEAT=12345" in asterisk.command("dialplan show globals")
