from typing import Any

import pytest

from cti.actions import (
    AmiAction,
    Bridge,
    Hangup,
    Login,
    MixMonitorMute,
    Originate,
    Park,
    QueuePause,
    QueueWithdrawCaller,
    Redirect,
    SetVariable,
)
from cti.errors import LinkDown, UnsafeAction
from cti.inquiries import BridgeInfo, GetVariable, Status
from cti.switch import Switch
from cti.testing import FakeSwitch


def dialled(number: str, **more: Any) -> Originate:
    return Originate(
        channel="PJSIP/agent-1001",
        context="dial-out",
        exten=number,
        channel_id="dial-1.1",
        **more,
    )


def told(action: AmiAction) -> str:
    return " ".join([action.action, *(f"{key}={value}" for key, value in action.headers())])


def test_actions_say_what_asterisk_expects() -> None:
    channel = "PJSIP/trunk-0000001a"
    assert told(Redirect(channel=channel, context="offer", exten="agent-1001_20")) == (
        "Redirect Channel=PJSIP/trunk-0000001a Context=offer Exten=agent-1001_20 Priority=1"
    )
    assert told(Hangup(channel=channel)) == f"Hangup Channel={channel} Cause=16"
    assert told(SetVariable(name="CC_HEARTBEAT", value="17")) == (
        "Setvar Variable=CC_HEARTBEAT Value=17"
    )
    assert told(QueuePause(device="PJSIP/agent-1001", paused=True, reason="ours")) == (
        "QueuePause Interface=PJSIP/agent-1001 Paused=true Reason=ours"
    )
    assert told(QueueWithdrawCaller(queue="service", channel="PJSIP/trunk-00000001")) == (
        "QueueWithdrawCaller Queue=service Caller=PJSIP/trunk-00000001"
    )
    assert told(Bridge(channel_1=channel, channel_2=channel)).startswith("Bridge Channel1=PJSIP")
    assert told(Park(channel=channel)).startswith("Park Channel=PJSIP")
    assert told(MixMonitorMute(channel=channel, muted=True)) == (
        f"MixMonitorMute Channel={channel} Direction=both State=1"
    )
    assert told(Status(variables=("CC_CALL_ID", "CC_QUEUE"))) == (
        "Status Variables=CC_CALL_ID,CC_QUEUE"
    )
    assert told(GetVariable(name="CC_QUEUE", channel=channel)).endswith("Variable=CC_QUEUE")
    assert told(BridgeInfo(bridge_uniqueid="a-b")) == "BridgeInfo BridgeUniqueid=a-b"
    dial = dialled(
        "13800138000",
        caller_number="13800138000",
        variables=(("__CC_CALL_ID", "a-b"), ("CC_QUEUE", "service")),
    )
    assert told(dial) == (
        "Originate Channel=PJSIP/agent-1001 Context=dial-out Exten=13800138000 Priority=1 "
        "Timeout=30000 ChannelId=dial-1.1 Async=true CallerID=<13800138000> "
        "Variable=__CC_CALL_ID=a-b Variable=CC_QUEUE=service"
    )


@pytest.mark.parametrize(
    "number",
    [
        "500&PJSIP/itsp/1900",
        "1,2",
        "..",
        "*43",
        "#",
        "1 2",
        "1\n2",
        "",
        "9" * 21,
        "abc",
        "１３８０",
    ],
)
def test_only_digits_are_dialled(number: str) -> None:
    with pytest.raises(UnsafeAction) as caught:
        dialled(number)
    assert caught.value.code == "destination_not_allowed"


@pytest.mark.parametrize(
    ("channel", "context", "code"),
    [
        ("Local/1@from-agent", "dial-out", "channel_not_allowed"),
        ("PJSIP/1900@trunk", "dial-out", "channel_not_allowed"),
        ("PJSIP/agent-1001&PJSIP/agent-1002", "dial-out", "channel_not_allowed"),
        ("PJSIP/agent-1001", "from-trunk", "destination_not_allowed"),
        ("PJSIP/agent-1001", "default", "destination_not_allowed"),
    ],
)
def test_only_our_phones_and_places_are_joined(channel: str, context: str, code: str) -> None:
    with pytest.raises(UnsafeAction) as caught:
        Originate(channel=channel, context=context, exten="4000", channel_id="dial-1.1")
    assert caught.value.code == code


def test_somebody_outside_is_rung_to_meet_an_agent_alone() -> None:
    Originate(
        channel="PJSIP/1900@trunk", context="offer", exten="agent-1001_20", channel_id="dial-1.1"
    )
    with pytest.raises(UnsafeAction):
        Originate(
            channel="PJSIP/1900@trunk&PJSIP/1901@trunk",
            context="offer",
            exten="agent-1001_20",
            channel_id="dial-1.1",
        )


@pytest.mark.parametrize(
    ("context", "exten"),
    [
        ("wait", "x"),
        ("offer", "agent-1001"),
        ("offer", "agent-1001_20,1"),
        ("transfer", "queue-A"),
    ],
)
def test_a_channel_is_sent_only_where_something_stands(context: str, exten: str) -> None:
    with pytest.raises(UnsafeAction):
        Redirect(channel="PJSIP/trunk-1", context=context, exten=exten)


@pytest.mark.parametrize("channel", ["/^PJSIP.*/", "PJSIP/x\r\nA: b", "", "trunk", "PJSIP/a b"])
def test_a_channel_is_one_name_and_no_pattern(channel: str) -> None:
    with pytest.raises(UnsafeAction):
        Hangup(channel=channel)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHELL(id)", "1"),
        ("CDR(x)", "1"),
        ("PATH", "1"),
        ("CC_X", "${SHELL(id)}"),
        ("CC_X", "a,b=c"),
        ("CC_X", "x" * 201),
        ("CC_X\n", "1"),
    ],
)
def test_only_our_variables_with_plain_values_are_set(name: str, value: str) -> None:
    with pytest.raises(UnsafeAction) as caught:
        SetVariable(name=name, value=value)
    assert caught.value.code == "variable_not_allowed"


def test_a_secret_is_not_shown() -> None:
    assert "hush" not in repr(Login(username="u", secret="hush"))


async def test_the_fake_switch_keeps_what_it_was_asked_for() -> None:
    fake = FakeSwitch()
    switch: Switch = fake
    await switch.redirect("PJSIP/trunk-1", context="wait", exten="s")
    assert await switch.dial("PJSIP/agent-1001", number="4000") == "dial-1.1"
    fake.failing["hang_up"] = LinkDown("gone")
    with pytest.raises(LinkDown):
        await switch.hang_up("PJSIP/trunk-1")
    assert [verb for verb, _ in fake.done] == ["redirect", "dial"]
    assert fake.asked("redirect")[0]["context"] == "wait"
