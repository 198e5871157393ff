"""The files Asterisk reads say what the plan says, and nothing a name could have smuggled in."""

from dataclasses import replace
from pathlib import Path

import pytest
from asterisk_files import parse, section
from hypothesis import given, settings
from hypothesis import strategies as st

from asterisk_conf.plan import AgentPhone, AsteriskPlan, AsteriskPorts, FallbackQueue, InvalidPlan
from asterisk_conf.render import render, template_names


def plan(
    name: str = "王敏", *, demo: bool = True, peer: str = "", number: str = ""
) -> AsteriskPlan:
    return AsteriskPlan(
        home=Path("/srv/cc"),
        ami_secret="0123456789abcdef",
        ports=AsteriskPorts(sip=1, http=2, ami=3, agi=4, rtp_first=10, rtp_last=20),
        agents=(AgentPhone(extension="1001", name=name), AgentPhone(extension="1002", name="Li")),
        queues=(
            FallbackQueue(name="service", members=("1001", "1002")),
            FallbackQueue(name="sales", members=("1002",)),
        ),
        demo=demo,
        trunk_peer=peer,
        outbound_number=number,
    )


def extensions(context: str, **changes: str) -> list[str]:
    text = render(plan(**changes))["extensions.conf"]  # type: ignore[arg-type]
    one = section(parse(text), context)
    return [f"{key} {value}" for key, value in one.items]


@pytest.mark.parametrize("name", template_names())
def test_every_file_reads_back_and_ends_its_last_line(name: str) -> None:
    text = render(plan(peer="carrier.example:5060"))[name]
    parse(text)
    assert text.endswith("\n")
    assert "{{" not in text
    assert "{%" not in text


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_no_agents_name_adds_a_section_or_a_setting(name: str) -> None:
    shape = [
        (one.name, [key for key, _ in one.items]) for one in parse(render(plan())["pjsip.conf"])
    ]
    named = parse(render(plan(name))["pjsip.conf"])
    assert [(one.name, [key for key, _ in one.items]) for one in named] == shape


def test_every_listener_is_on_loopback_at_the_plans_port() -> None:
    files = render(plan())
    manager = section(parse(files["manager.conf"]), "general")
    assert (manager.one("bindaddr"), manager.one("port")) == ("127.0.0.1", "3")
    http = section(parse(files["http.conf"]), "general")
    assert (http.one("bindaddr"), http.one("bindport")) == ("127.0.0.1", "2")
    trunk = section(parse(files["pjsip.conf"]), "transport-trunk")
    assert trunk.one("bind") == "127.0.0.1:1"
    rtp = section(parse(files["rtp.conf"]), "general")
    assert (rtp.one("rtpstart"), rtp.one("rtpend")) == ("10", "20")


def test_the_ami_user_can_run_nothing_and_is_told_only_what_is_used() -> None:
    user = section(parse(render(plan())["manager.conf"]), "callcenter")
    granted = {*user.one("read").split(","), *user.one("write").split(",")}
    assert not granted & {"system", "command", "config", "all", "dialplan", "security"}
    assert user.one("deny") == "0.0.0.0/0.0.0.0"
    assert user.one("permit").startswith("127.0.0.1/")
    filters = [key for key, _ in user.items if key.startswith("eventfilter")]
    assert "eventfilter(action(include),name(DialBegin))" in filters
    assert not any("VarSet" in one or "TestEvent" in one for one in filters)


def test_messages_that_nobody_reads_are_not_made() -> None:
    declined = section(parse(render(plan())["stasis.conf"]), "declined_message_types")
    types = {value for key, value in declined.items if key == "decline"}
    assert "ast_channel_varset_type" in types
    read = {"ast_channel_snapshot_type", "ast_channel_dial_type", "ast_multi_user_event_type"}
    assert not types & {*read, "ast_device_state_message_type", "cel_generic_type"}


def test_nothing_dangerous_is_open_to_channel_variables() -> None:
    options = section(parse(render(plan())["asterisk.conf"]), "options")
    assert options.one("live_dangerously") == "no"


def test_phones_are_matched_by_name_and_the_trunk_by_its_transport_alone() -> None:
    sections = parse(render(plan())["pjsip.conf"])
    assert section(sections, "global").one("endpoint_identifier_order") == "header,username"
    assert section(sections, "phone").one("identify_by") == "username"
    assert section(sections, "trunk", type="endpoint").one("identify_by") == "header"
    assert (
        section(sections, "trunk", type="identify").one("match_header")
        == r"Via: /^SIP\/2\.0\/UDP/"
    )


def test_no_digest_stands_in_a_file() -> None:
    files = render(plan())
    assert not any("md5_cred" in text for text in files.values())
    assert section(parse(files["sorcery.conf"]), "res_pjsip").one("auth") == "realtime,ps_auths"


def test_queues_have_their_members_and_never_ring_a_busy_one() -> None:
    sections = parse(render(plan())["queues.conf"])
    assert section(sections, "service").all("member") == ["PJSIP/agent-1001", "PJSIP/agent-1002"]
    assert section(sections, "sales").all("member") == ["PJSIP/agent-1002"]
    assert section(sections, "queue").one("ringinuse") == "no"


def test_without_a_demo_there_is_no_demo_caller() -> None:
    files = render(plan(demo=False))
    assert "demo-caller" not in "".join(files.values())


def test_without_carrier_and_demo_an_outgoing_call_is_refused() -> None:
    text = render(plan(demo=False))["extensions.conf"]
    assert "Dial(PJSIP/agent-${" in text  # the offer
    assert "@trunk" not in text


def test_outgoing_calls_take_the_trunk_and_show_the_houses_number() -> None:
    dialled = extensions("dial-out", peer="carrier.example:5060", number="4000")
    assert "same n,Dial(PJSIP/${FILTER(0-9+,${EXTEN})}@trunk,60,f(4000))" in dialled


def test_every_context_that_is_gone_to_exists() -> None:
    sections = parse(render(plan())["extensions.conf"])
    names = {one.name for one in sections}
    targets = {"fallback", "wait", "after-menu", "no-number", "dial-out", "call-id"}
    assert targets <= names
    included = {value for one in sections for value in one.all("include")}
    assert included - names == {"parked"}  # made by res_parking itself


@pytest.mark.parametrize("context", ["from-trunk", "from-demo-caller", "after-menu", "callback"])
def test_a_caller_who_was_promised_a_callback_has_not_given_up(context: str) -> None:
    told = 'ExecIf($["${CC_CALLBACK}" = "taken"]?UserEvent(CallDiverted,To: callback))'
    assert f"exten h,1,{told}" in extensions(context)


def test_the_menu_is_asked_at_the_plans_port() -> None:
    assert " same n,AGI(agi://127.0.0.1:4/inbound)".strip() in extensions("from-trunk")


def test_without_other_nodes_nothing_is_said_of_them() -> None:
    files = render(plan())
    words = files["pjsip.conf"] + files["extensions.conf"]
    assert not any(word in words for word in ("transport-nodes", "from-node", "@phones"))


def test_other_nodes_may_ring_the_phones_here_and_nothing_else() -> None:
    files = render(replace(plan(), node_port=5070))
    pjsip = parse(files["pjsip.conf"])
    assert section(pjsip, "transport-nodes").one("bind") == "127.0.0.1:5070"
    [node] = [one for one in pjsip if one.name == "node" and one.one("type") == "endpoint"]
    assert (node.one("context"), node.one("auth")) == ("from-node", "node")
    patterns = [
        value for key, value in section(parse(files["extensions.conf"]), "from-node").items
    ]
    assert [line.partition(",")[0] for line in patterns if line.startswith("_")] == ["_age[n]t-."]


def test_a_node_without_phones_rings_them_where_they_are_with_a_secret_of_its_own() -> None:
    there = replace(plan(), node_port=5071, phones_at="127.0.0.1:5070")
    files = render(there)
    assert files["extensions.conf"].count("@phones") == 2 + 2 + len(there.agents) - 1
    assert r"contact = sip:127.0.0.1:5070\;transport=tcp" in files["pjsip.conf"]
    assert there.node_secret == replace(plan(), node_port=5070).node_secret
    assert there.ami_secret not in files["pjsip.conf"]


@pytest.mark.parametrize("place", ["nowhere", "a host:1", "127.0.0.1:5070;x"])
def test_a_place_of_the_phones_that_is_none_is_refused(place: str) -> None:
    with pytest.raises(InvalidPlan, match="place of the phones"):
        replace(plan(), node_port=5071, phones_at=place)
