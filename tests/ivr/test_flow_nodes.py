"""The nodes of a flow beyond menus, taken step by step without a line, a clock or a disk."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import FlowInvalid
from ivr.flow import (
    Answer,
    Ask,
    AskCaller,
    AskClock,
    CheckPin,
    Collect,
    Dip,
    Done,
    Enqueue,
    Entered,
    Failed,
    Flow,
    HangUp,
    Input,
    LookUp,
    Note,
    Play,
    Pressed,
    Record,
    Score,
    Silence,
    Spoken,
    State,
    Step,
    Transfer,
    begin,
    flow_from,
    flow_text,
    go_on,
    next_step,
    read_flow,
    told,
)
from ivr.flow.entering import ENTERED_BY
from ivr.flow.model import AnyNode

Data = dict[str, Any]


def test_each_kind_of_node_can_be_entered() -> None:
    assert set(ENTERED_BY) == set(get_args(AnyNode))


def built(**nodes: Data) -> Flow:
    """Build a flow that begins with the first node given, in one language."""
    return flow_from(described(**nodes))


def described(**nodes: Data) -> Data:
    named = {name.replace("_", "-"): node for name, node in nodes.items()}
    return {
        "format": 1,
        "name": "trial",
        "version": 1,
        "title": "trial",
        "languages": ["en"],
        "start": next(iter(named)),
        "operator": "person",
        "on_error": "sorry",
        "prompts": {
            "ask": [{"text": {"en": "your number please"}}],
            "wrong": [{"text": {"en": "wrong"}}],
            "silent": [{"text": {"en": "nothing"}}],
            "right": [{"text": {"en": "you entered"}}, {"value": "number"}],
        },
        "nodes": {
            "person": {"kind": "operator", "queue": "service"},
            "sorry": {"kind": "error", "next": "person"},
        }
        | named,
    }


def asking(**more: Any) -> Data:
    asked = {"kind": "collect", "into": "number", "prompt": "ask", "wrong": "wrong"}
    return asked | {"silent": "silent", "next": "bye", "give_up": "person"} | more


BYE: Data = {"kind": "hang_up"}


def taken(flow: Flow, *inputs: Input) -> tuple[State, Step]:
    now, step = begin(flow)
    for given_now in inputs:
        now, step = next_step(flow, now, given_now)
    return now, step


def test_digits_go_into_the_calls_data() -> None:
    flow = built(ask=asking(least=3, most=6), bye=BYE)
    step = taken(flow)[1]
    assert isinstance(step, Collect)
    assert (step.most, step.terminator, step.masked) == (6, "#", False)
    state, step = taken(flow, Entered("1234", ended=True))
    assert state.data["number"] == "1234"
    assert step == HangUp(node="bye")


@pytest.mark.parametrize(
    "given_now", [Entered("12", ended=True), Entered("1*4"), Entered("", ended=True)]
)
def test_digits_that_do_not_fit_are_told_and_asked_again(given_now: Input) -> None:
    flow = built(ask=asking(least=3, most=6), bye=BYE)
    state, step = taken(flow, given_now)
    assert isinstance(step, Collect)
    assert step.clips[0] == Spoken("en", "wrong")
    assert state.failures == 1
    assert taken(flow, given_now, Silence(), given_now)[1].node == "person"


def test_digits_read_back_are_kept_when_the_caller_says_yes() -> None:
    flow = built(ask=asking(confirm="right"), bye=BYE)
    state, step = taken(flow, Entered("42", ended=True))
    assert isinstance(step, Ask)
    assert [getattr(clip, "name", "") for clip in step.clips[1:]] == ["digits/4", "digits/2"]
    assert "number" not in state.data
    assert taken(flow, Entered("42"), Pressed("1"))[0].data["number"] == "42"
    again = taken(flow, Entered("42"), Pressed("2"))[1]
    assert isinstance(again, Collect)
    assert taken(flow, Entered("42"), *[Silence()] * 3)[1].node == "person"


def test_keys_pressed_ahead_fill_the_question() -> None:
    flow = built(
        hello={"kind": "play", "prompt": "ask", "next": "ask"}, ask=asking(most=3), bye=BYE
    )
    step = taken(flow, Pressed("7"))[1]
    assert isinstance(step, Collect)
    assert (step.typed, step.complete, step.clips) == ("7", False, ())
    state, _ = taken(flow, Pressed("7"), Entered("712"))
    assert (state.data["number"], state.typed) == ("712", "")


def login(**more: Any) -> Data:
    ways = dict.fromkeys(("ok", "wrong", "locked", "failed"), "bye")
    return {"kind": "log_in", "account": "number", "pin": "pin"} | ways | more


def secretive() -> Flow:
    return built(
        hello={"kind": "play", "prompt": "ask", "next": "pin"},
        pin=asking(into="pin", masked=True, next="login"),
        login=login(),
        bye=BYE,
    )


def test_a_secret_is_in_no_data_no_record_and_no_picture_of_the_state() -> None:
    flow = secretive()
    state, asked = taken(flow, Done())
    given_now = Entered("7391", ended=True)
    state, step = next_step(flow, state, given_now)
    assert isinstance(step, CheckPin)
    assert step.pin == "7391"
    seen = f"{state} {step} {given_now} {asked} {dict(state.data)} {told(given_now, asked)}"
    assert "7391" not in seen
    state, _ = next_step(flow, state, Answer("ok", customer="c1"))
    assert (dict(state.secrets), state.customer) == ({}, "c1")


def test_a_key_that_may_begin_a_secret_is_not_written_down() -> None:
    step = taken(secretive())[1]
    assert isinstance(step, Play)
    assert step.hushed
    assert told(Pressed("7"), step) == "masked"


@pytest.mark.parametrize(
    ("nodes", "place", "reason"),
    [
        (
            {"pin": asking(into="pin", masked=True, confirm="right")},
            "nodes.pin",
            "never read back",
        ),
        ({"pin": asking(least=5, most=3)}, "nodes.pin", "more than most"),
        ({"pin": asking(next="login"), "login": login()}, "nodes.login.pin", "no masked node"),
        (
            {
                "pin": asking(into="pin", masked=True, next="look"),
                "look": {
                    "kind": "branch",
                    "cases": [{"when": "pin == '1'", "next": "bye"}],
                    "otherwise": "bye",
                },
            },
            "nodes.look.cases.0.when",
            "is a secret",
        ),
    ],
)
def test_a_careless_secret_is_refused(nodes: Data, place: str, reason: str) -> None:
    with pytest.raises(FlowInvalid) as refused:
        built(**nodes, bye=BYE)
    told_ = [(problem.place, problem.reason) for problem in refused.value.problems]
    assert any(at == place and reason in why for at, why in told_), told_


@pytest.mark.parametrize(
    ("node", "field"),
    [
        ({"kind": "say", "value": "pin", "next": "bye"}, "value"),
        ({"kind": "callback", "queue": "q", "number": "pin", "next": "bye"}, "number"),
        ({"kind": "look_up", "what": "order", "number": "pin", "found": "bye"}, "number"),
        ({"kind": "dip", "url": "https://crm.example/{pin}", "next": "bye"}, "url"),
        (
            {
                "kind": "dip",
                "url": "https://crm.example/",
                "method": "POST",
                "send": {"code": "pin"},
                "next": "bye",
            },
            "send.code",
        ),
        (login(account="pin"), "account"),
    ],
)
def test_nothing_but_the_log_in_may_name_a_secret(node: Data, field: str) -> None:
    ways = {"callback": ("failed",), "look_up": ("missing", "failed"), "dip": ("failed",)}
    node = node | dict.fromkeys(ways.get(node["kind"], ()), "bye")
    with pytest.raises(FlowInvalid) as refused:
        built(pin=asking(into="pin", masked=True, next="use"), use=node, bye=BYE)
    [problem] = refused.value.problems
    assert (problem.place, "is a secret" in problem.reason) == (f"nodes.use.{field}", True)


def branching(*whens: str) -> Flow:
    cases = [{"when": when, "next": f"way-{at}"} for at, when in enumerate(whens)]
    ways = {f"way_{at}": BYE for at in range(len(whens))}
    branch = {"kind": "branch", "cases": cases, "otherwise": "rest"}
    return built(branch=branch, rest=BYE, **ways)


@pytest.mark.parametrize(
    ("when", "data", "node"),
    [
        ("number(balance) > 100", {"balance": "120.5"}, "way-0"),
        ("number(balance) > 100", {"balance": "99"}, "rest"),
        ("number(balance) > 100", {"balance": "much"}, "rest"),
        ("number(balance) > 100", {}, "rest"),
        ("vip == 'yes' and starts(number, '1')", {"vip": "yes", "number": "138"}, "way-0"),
        ("not vip", {}, "way-0"),
        ("'ab' in word", {"word": "cabs"}, "way-0"),
    ],
)
def test_a_branch_takes_the_first_case_that_holds(when: str, data: Data, node: str) -> None:
    flow = branching(when)
    state, step = begin(flow, data=data)
    assert isinstance(step, Note)
    assert next_step(flow, state, Done())[1].node == node


def test_an_expression_that_breaks_leads_to_a_person() -> None:
    flow = branching("1 / number(n) > 0")
    state, _ = begin(flow, data={"n": "0"})
    assert next_step(flow, state, Done())[1].node == "sorry"


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("9 ** 9 ** 9 ** 9", "Pow is not allowed"),
        ("'x' * 100000", "mixes text and number"),
        ("'%999999999d' % 1", "mixes text and number"),
        ("__import__('os')", "no function"),
        ("(1).real", "Attribute is not allowed"),
        ("[x for x in y]", "ListComp is not allowed"),
        ("x := 1", "no expression"),
        ("lambda: 1", "Lambda is not allowed"),
        ("f'{x}'", "JoinedStr is not allowed"),
        ("balance > 100", "write number(name)"),
        ("None", "neither text nor number"),
        ("1 +" * 60 + "1", "too complex"),
        ("(" * 40 + "1" + ")" * 40 + " and x" * 30, "characters long"),
        ("", "no expression"),
        ("length(a, b)", "takes 1"),
    ],
)
def test_an_expression_that_could_run_for_ever_or_reach_out_is_refused(
    when: str, reason: str
) -> None:
    with pytest.raises(FlowInvalid) as refused:
        branching(when)
    [problem] = refused.value.problems
    assert problem.place == "nodes.branch.cases.0.when"
    assert reason in problem.reason


@given(st.text(max_size=60))
def test_any_expression_is_worked_out_or_refused_in_words(text: str) -> None:
    try:
        flow = branching(text)
    except FlowInvalid:
        return
    state, _ = begin(flow, data={"a": "1"})
    assert next_step(flow, state, Done())[1].node in {"way-0", "rest", "sorry"}


def test_data_can_be_worked_out() -> None:
    node = {
        "kind": "set",
        "data": {"tries": "2"},
        "compute": {"tries": "number(tries) + 1", "many": "number(tries) > 2"},
        "next": "bye",
    }
    state, _ = taken(built(set=node, bye=BYE))
    assert dict(state.data) == {"tries": "3", "many": "yes"}


OPEN: Data = {
    "kind": "hours",
    "zone": "Asia/Shanghai",
    "week": {"mon": ["09:00-12:00", "13:00-18:00"], "sat": ["09:00-12:00"]},
    "holidays": "CN",
    "dates": {"2026-03-09": [], "2026-10-01": ["10:00-11:00"]},
    "open": "bye",
    "closed": "closed",
}


@pytest.mark.parametrize(
    ("now", "node"),
    [
        ("2026-03-02T09:00:00+08:00", "bye"),
        ("2026-03-02T01:00:00+00:00", "bye"),
        ("2026-03-02T12:30:00+08:00", "closed"),
        ("2026-03-02T18:00:00+08:00", "closed"),
        ("2026-03-03T10:00:00+08:00", "closed"),
        ("2026-03-09T10:00:00+08:00", "closed"),
        ("2026-10-01T10:30:00+08:00", "bye"),
        ("2026-10-03T10:30:00+08:00", "closed"),
    ],
)
def test_hours_are_read_by_the_clock_of_their_zone(now: str, node: str) -> None:
    flow = built(hours=OPEN, bye=BYE, closed=BYE)
    state, step = begin(flow)
    assert step == AskClock(node="hours")
    assert next_step(flow, state, Answer("now", {"now": now}))[1].node == node


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"week": {"mon": ["09:00-12:00", "11:00-13:00"]}}, "periods overlap"),
        ({"week": {"mon": ["18:00-09:00"]}}, "ends before it begins"),
        ({"week": {"mon": ["25:00-26:00"]}}, "is no period"),
        ({"week": {"mon": []}, "dates": {}, "holidays": None}, "is never open"),
        ({"zone": "Mars/Olympus"}, "no time zone"),
        ({"holidays": "ATLANTIS"}, "no holidays are known"),
        ({"dates": {"2026-02-30": []}}, "is no date"),
    ],
)
def test_impossible_hours_are_refused_with_their_place(change: Data, reason: str) -> None:
    with pytest.raises(FlowInvalid) as refused:
        built(hours=OPEN | change, bye=BYE, closed=BYE)
    assert all(problem.place.startswith("nodes.hours") for problem in refused.value.problems)
    assert any(reason in problem.reason for problem in refused.value.problems)


def dip(**more: Any) -> Data:
    asked = {"kind": "dip", "url": "https://crm.example.com/orders/{number}?q={word}"}
    kept = {"keep": {"state": "orders[0].state"}, "stand_in": {"state": "unknown"}}
    return asked | kept | {"next": "bye", "failed": "closed"} | more


def test_a_dip_puts_values_into_the_url_encoded_and_keeps_the_answer() -> None:
    flow = built(dip=dip(), bye=BYE, closed=BYE)
    state, step = begin(flow, data={"number": "7/../8", "word": "a b&c"})
    assert isinstance(step, Dip)
    assert step.url == "https://crm.example.com/orders/7%2F..%2F8?q=a%20b%26c"
    state, _ = next_step(flow, state, Answer("next", {"state": "sent"}))
    assert state.data["state"] == "sent"
    state, _ = begin(flow)
    state, step = next_step(flow, state, Answer("failed"))
    assert (state.data["state"], step.node) == ("unknown", "closed")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://{host}/x", "host is written out"),
        ("http://crm.example.com/x", "loopback alone"),
        ("ftp://crm.example.com/x", "begins with https"),
        ("https://me:secret@crm.example.com/x", "no user"),
        ("https://crm.example.com/{}", "braces hold"),
        ("file:///etc/passwd", "begins with https"),
    ],
)
def test_a_dip_to_anywhere_is_refused(url: str, reason: str) -> None:
    with pytest.raises(FlowInvalid, match=reason) as refused:
        built(dip=dip(url=url), bye=BYE, closed=BYE)
    assert refused.value.problems[0].place == "nodes.dip.url"


def test_who_calls_is_waited_for_and_known_callers_have_a_way_of_their_own() -> None:
    node = {"kind": "identify", "known": "bye", "unknown": "closed"}
    flow = built(who=node, bye=BYE, closed=BYE)
    state, step = begin(flow)
    assert isinstance(step, AskCaller)
    state, step = next_step(flow, state, Answer("known", {"caller_name": "王"}))
    assert (state.data["caller_name"], step.node) == ("王", "bye")


def test_a_customer_who_logged_in_is_looked_up() -> None:
    look = {"kind": "look_up", "what": "order", "number": "number"}
    ways = {"found": "bye", "missing": "bye", "failed": "bye"}
    flow = built(
        pin=asking(into="pin", masked=True, next="login"),
        login=login(ok="look"),
        look=look | ways,
        bye=BYE,
    )
    _, step = taken(flow, Entered("1234"), Answer("ok", customer="c1"))
    assert step == LookUp(node="look", what="order", customer="c1", number="")


def test_a_queue_carries_skills_priority_and_data_and_goes_on_when_the_agent_hangs_up() -> None:
    queue = {
        "kind": "queue",
        "queue": "service",
        "priority": 5,
        "requirements": "language:en>=3",
        "data": {"topic": "tea"},
        "after": "score",
    }
    score = {"kind": "survey", "question": "happy", "prompt": "ask", "wrong": "wrong",
             "silent": "silent", "next": "bye", "give_up": "bye"}  # fmt: skip
    flow = built(queue=queue, score=score, bye=BYE)
    state, step = begin(flow)
    assert step == Enqueue(node="queue", queue="service", priority=5, after="score")
    wanted = {"topic": "tea", "requirements": "language:en>=3", "priority": "5"}
    assert dict(state.data) == wanted
    state, step = go_on(flow, state, "after")
    assert isinstance(step, Ask)
    state, step = next_step(flow, state, Pressed("9"))
    assert isinstance(step, Ask)
    state, step = next_step(flow, state, Pressed("2"))
    assert step == Score(node="score", question="happy", score=2, most=5, low=True)
    state, step = next_step(flow, state, Done())
    assert (state.data["happy"], step.node) == ("2", "bye")


def test_a_message_is_recorded() -> None:
    node = {
        "kind": "voicemail",
        "prompt": "ask",
        "queue": "service",
        "empty": "person",
        "next": "bye",
    }
    flow = built(message=node, bye=BYE)
    state, step = begin(flow)
    assert isinstance(step, Record)
    assert (step.queue, step.seconds) == ("service", 180)
    state, step = next_step(flow, state, Answer("next", {"file": "m1.wav"}))
    assert (dict(state.data), step.node) == ({"voicemail": "m1.wav"}, "bye")


def test_a_transfer_is_an_end_with_a_way_back() -> None:
    node = {"kind": "transfer", "number": "+862112345678", "failed": "bye"}
    flow = built(out=node, bye=BYE)
    state, step = begin(flow)
    assert isinstance(step, Transfer)
    assert go_on(flow, state, "failed")[1].node == "bye"
    with pytest.raises(FlowInvalid, match="either number or agent"):
        built(out={"kind": "transfer", "failed": "bye"}, bye=BYE)


def calling(name: str, called: str) -> Flow:
    data = described(
        call={"kind": "flow", "flow": called, "next": "back"}, back={"kind": "return"}
    )
    return flow_from(data | {"name": name})


def test_a_flow_calls_another_and_goes_on_behind_the_call() -> None:
    inner = flow_from(
        described(say={"kind": "play", "prompt": "ask", "next": "back"}, back={"kind": "return"})
        | {"name": "inner"}
    )
    outer = built(call={"kind": "flow", "flow": "inner", "next": "bye"}, bye=BYE)
    library = {"inner": inner}
    state, _ = begin(outer, library=library)
    state, step = next_step(outer, state, Done(), library=library)
    assert (state.flow, step.node) == ("inner", "say")
    state, step = next_step(outer, state, Done(), library=library)
    assert step.node == "back"
    state, step = next_step(outer, state, Done(), library=library)
    assert (state.flow, step.node, state.stack) == ("trial", "bye", ())


def test_flows_that_call_each_other_are_refused_and_stopped() -> None:
    first, second = calling("first", "second"), calling("second", "first")
    library = {"first": first, "second": second}
    with pytest.raises(FlowInvalid, match="calls 'first' again"):
        flow_from(first.model_dump(mode="json"), library=library)
    with pytest.raises(FlowInvalid, match="there is no flow 'second'"):
        flow_from(first.model_dump(mode="json"), library={})
    state, step = begin(first, library=library)
    for _ in range(100):
        if isinstance(step, Enqueue):
            break
        state, step = next_step(first, state, Done(), library=library)
    assert isinstance(step, Enqueue)


def test_a_failing_step_in_any_node_reaches_a_person() -> None:
    flow = built(dip=dip(next="ask"), ask=asking(), bye=BYE, closed=BYE)
    assert taken(flow, Failed("x"))[1].node == "sorry"
    assert taken(flow, Answer("next"), Failed("x"))[1].node == "sorry"


def test_yaml_and_json_are_two_ways_to_write_the_same_flow() -> None:
    flow = secretive()
    for kind in ("yaml", "json"):
        assert read_flow(flow_text(flow, kind=kind)) == flow


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &x [1]\nb: *x\n", "anchors and aliases"),
        ("a: 1\na: 2\n", "stands twice"),
        ("a: !!python/object:os.system x\n", "tags are not read"),
        ("a: {" * 60, "is no YAML"),
        ("- " * 200 + "a", "too deep"),
        ("? [a]\n: b\n", "a name is plain text"),
    ],
)
def test_the_traps_of_yaml_are_refused_in_words(text: str, reason: str) -> None:
    with pytest.raises(FlowInvalid, match=reason):
        read_flow(text)
