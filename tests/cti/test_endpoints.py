"""Whose channel it is."""

from __future__ import annotations

import pytest

from cti.story.endpoints import Endpoints, device_of, is_party


@pytest.mark.parametrize(
    ("channel", "device"),
    [
        ("PJSIP/agent-1001-0000002a", "PJSIP/agent-1001"),
        ("SIP/1001-00000001", "SIP/1001"),
        ("SIP/provider-out-b7d0f8", "SIP/provider-out"),
        ("IAX2/loop-4711", "IAX2/loop"),
        ("IAX2/10.0.0.1:4569-12", "IAX2/10.0.0.1:4569"),
        ("DAHDI/1-1", "DAHDI/1"),
        ("DAHDI/i1/02166668888-3", "DAHDI/i1"),
        ("PJSIP/1001-00000001<ZOMBIE>", "PJSIP/1001"),
        ("Console/dsp", "Console/dsp"),
    ],
)
def test_a_channel_tells_its_device(channel: str, device: str) -> None:
    assert device_of(channel) == device


@pytest.mark.parametrize(
    "channel",
    [
        "Local/1001@agents-00000001;1",
        "CBAnn/conf1-00000001;1",
        "AsyncGoto/PJSIP/1001-00000001",
        "Message/ast_msg_queue",
        "Snoop/1772352000.1-00000001",
        "UnicastRTP/127.0.0.1:9000-0x7f",
    ],
)
def test_some_channels_have_nobody_at_their_end(channel: str) -> None:
    assert not is_party(channel)


@pytest.mark.parametrize(
    ("device", "dial_string"),
    [
        ("PJSIP/carrier", "13800138000@carrier"),
        ("PJSIP/carrier", "PJSIP/13800138000@carrier"),
        ("PJSIP/carrier", "carrier/sip:13800138000@10.0.0.1"),
        ("SIP/carrier", "carrier/13800138000"),
        ("IAX2/loop", "loop/1002"),
    ],
)
def test_a_device_on_which_a_number_is_dialled_leads_outside(
    device: str, dial_string: str
) -> None:
    endpoints = Endpoints()

    endpoints.saw_dialled(device, dial_string)

    assert endpoints.is_line(device)
    assert not endpoints.is_phone(device)


@pytest.mark.parametrize("dial_string", ["1001", "PJSIP/1001", "1001/sip:1001@10.0.0.5:5060"])
def test_a_device_dialled_by_its_own_name_is_a_phone(dial_string: str) -> None:
    endpoints = Endpoints()

    endpoints.saw_dialled("PJSIP/1001", dial_string)

    assert endpoints.is_phone("PJSIP/1001")
    assert endpoints.is_extension("1001")


def test_what_we_were_told_stands_against_what_was_seen() -> None:
    endpoints = Endpoints(phones=["PJSIP/1001"], lines=["PJSIP/demo-caller"])

    endpoints.saw_dialled("PJSIP/demo-caller", "demo-caller")
    endpoints.saw_dialled("PJSIP/1001", "5551234@1001")

    assert endpoints.is_line("PJSIP/demo-caller")
    assert endpoints.is_phone("PJSIP/1001")


@pytest.mark.parametrize(
    ("device", "context", "inside"),
    [
        ("PJSIP/trunk", "from-trunk", False),
        ("PJSIP/demo-caller", "from-demo-caller", False),
        ("PJSIP/agent-1001", "from-agent", True),
        ("PJSIP/1001", "from-internal", True),
        ("PJSIP/1001", "default", False),
        ("PJSIP/provider", "incoming", False),
        ("DAHDI/i1", "from-pstn", False),
    ],
)
def test_where_a_call_begins(device: str, context: str, *, inside: bool) -> None:
    assert Endpoints().begins_inside(device=device, context=context) is inside


@pytest.mark.parametrize(
    ("device", "context", "number", "may"),
    [
        ("PJSIP/1001", "default", "1001", True),
        ("PJSIP/agent-1001", "default", "1001", True),
        ("PJSIP/1001", "from-trunk", "1001", False),
        ("PJSIP/provider", "default", "13800138000", False),
        ("PJSIP/sipp", "default", "sipp", False),
    ],
)
def test_who_calls_by_the_name_of_his_endpoint_may_be_a_phone(
    device: str, context: str, number: str, *, may: bool
) -> None:
    assert Endpoints().may_be_inside(device=device, context=context, number=number) is may


def test_a_queue_member_is_a_phone_unless_he_is_behind_a_local_channel() -> None:
    endpoints = Endpoints()

    endpoints.saw_member("PJSIP/1001")
    endpoints.saw_member("Local/1002@agents/n")

    assert endpoints.is_phone("PJSIP/1001")
    assert not endpoints.is_phone("Local/1002@agents/n")
