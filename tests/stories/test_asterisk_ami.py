"""What the manager port tells our engine, and what it refuses even to it."""

import re
import socket
from collections.abc import Iterator

import pytest
from house import ami_says, house, no_channels, until

from callcenter.asterisk import AsteriskServer
from callcenter.demo.caller import TrunkCall
from callcenter.demo.scenario import Caller

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with house() as server:
        yield server


async def test_a_call_is_told_without_noise(asterisk: AsteriskServer) -> None:
    with socket.create_connection(("127.0.0.1", asterisk.plan.ports.ami), timeout=5) as ami:
        secret = asterisk.plan.ami_secret
        login = f"Action: Login\r\nUsername: callcenter\r\nSecret: {secret}\r\n\r\n"
        ami.sendall(login.encode())
        who = Caller(from_number="13800138000", to_number="4000", name="张三", longest_seconds=20)
        async with TrunkCall(who, sip_port=asterisk.plan.ports.sip) as call:
            assert await call.answered(5)
        await until("the call is gone", lambda: no_channels(asterisk))
        ami.sendall(b"Action: Logoff\r\n\r\n")
        told = b""
        while block := ami.recv(65536):
            told += block
    text = told.decode()
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
