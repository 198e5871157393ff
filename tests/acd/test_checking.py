"""The check: each thing that cannot be worked by is refused at its place, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.board.settings import (
    AgentSettings,
    CallbackRule,
    Comfort,
    Hours,
    Limits,
    Overflow,
    OverflowKind,
    OverflowReason,
    Period,
    QueueSettings,
    Reason,
    RequirementStep,
    Roster,
    Seat,
    Strategy,
    WrapUpKind,
    WrapUpRule,
)
from acd.checking import Known, Problem, Severity, check, new_errors

KNOWN = Known(skills=frozenset({"language:zh", "tech"}), prompts=frozenset({"closed"}))
SERVICE = QueueSettings(name="service", title="Service")
SALES = QueueSettings(name="sales", title="Sales")
ANNA = AgentSettings(
    agent_id="anna",
    name="Anna",
    extension="1001",
    queues=("sales", "service"),
    skills={"language:zh": 5, "tech": 2},
)


def house(queue: QueueSettings = SERVICE, agent: AgentSettings = ANNA) -> Roster:
    return Roster(queues=(queue, SALES), agents=(agent,))


def errors(roster: Roster, known: Known = KNOWN) -> list[tuple[str, str, str]]:
    found = check(roster, known)
    return [(one.key, one.path, one.code) for one in found if one.severity is Severity.ERROR]


def warnings(roster: Roster) -> list[tuple[str, str, str]]:
    found = check(roster, KNOWN)
    return [(one.key, one.path, one.code) for one in found if one.severity is Severity.WARNING]


def to(kind: OverflowKind, target: str = "", *reasons: OverflowReason) -> Overflow:
    return Overflow(
        reasons=frozenset(reasons or {OverflowReason.CLOSED}), kind=kind, target=target
    )


def step(needs: str, seconds: int | None = None) -> RequirementStep:
    return RequirementStep(needs=needs, seconds=seconds)


FAULTS: dict[str, tuple[QueueSettings, str, str]] = {
    "a requirement that does not parse": (
        replace(SERVICE, steps=(step("tech>="),)),
        "steps.0.needs",
        "does_not_parse",
    ),
    "an unknown skill": (
        replace(SERVICE, steps=(step("tech and wizardry"),)),
        "steps.0.needs",
        "unknown_skill",
    ),
    "a step without an end": (
        replace(SERVICE, steps=(step("tech"), step(""))),
        "steps.0.seconds",
        "step_without_end",
    ),
    "a last step that ends": (
        replace(SERVICE, steps=(step("tech", 20),)),
        "steps.0.seconds",
        "last_step_ends",
    ),
    "a step of no time": (
        replace(SERVICE, steps=(step("tech", 0), step(""))),
        "steps.0.seconds",
        "out_of_range",
    ),
    "a negative ring": (replace(SERVICE, ring_seconds=-5), "ring_seconds", "out_of_range"),
    "a share over one": (replace(SERVICE, target_share=1.5), "target_share", "out_of_range"),
    "negative ageing": (replace(SERVICE, ageing_seconds=-1), "ageing_seconds", "out_of_range"),
    "a limit of nobody": (
        replace(SERVICE, limits=Limits(max_waiting=0)),
        "limits.max_waiting",
        "out_of_range",
    ),
    "timed wrap-up without time": (
        replace(SERVICE, wrap_up=WrapUpRule(kind=WrapUpKind.TIMED)),
        "wrap_up.seconds",
        "no_seconds",
    ),
    "hours that end as they begin": (
        replace(SERVICE, hours=Hours(periods=(Period(weekday=0, since=time(9), until=time(9)),))),
        "hours.periods.0.until",
        "hours_backwards",
    ),
    "hours on an eighth day": (
        replace(SERVICE, hours=Hours(periods=(Period(weekday=7, since=time(9), until=time(18)),))),
        "hours.periods.0.weekday",
        "out_of_range",
    ),
    "hours over others": (
        replace(
            SERVICE,
            hours=Hours(
                periods=(
                    Period(weekday=0, since=time(9), until=time(0)),
                    Period(weekday=0, since=time(12), until=time(13)),
                )
            ),
        ),
        "hours.periods.1.since",
        "hours_overlap",
    ),
    "a night over the next morning": (
        replace(
            SERVICE,
            hours=Hours(
                periods=(
                    Period(weekday=6, since=time(22), until=time(6)),
                    Period(weekday=0, since=time(5), until=time(18)),
                )
            ),
        ),
        "hours.periods.1.since",
        "hours_overlap",
    ),
    "a formula nobody knows": (replace(SERVICE, formula="a/b"), "formula", "unknown_formula"),
    "a zone that is none": (
        replace(SERVICE, hours=Hours(zone="Mars/Olympus")),
        "hours.zone",
        "unknown_zone",
    ),
    "an overflow to a queue that is not there": (
        replace(SERVICE, overflow=(to(OverflowKind.QUEUE, "nowhere"),)),
        "overflow.0.target",
        "unknown_queue",
    ),
    "an overflow to a number that is none": (
        replace(SERVICE, overflow=(to(OverflowKind.NUMBER, "ring me"),)),
        "overflow.0.target",
        "bad_number",
    ),
    "an overflow to a prompt that is not there": (
        replace(SERVICE, overflow=(to(OverflowKind.MESSAGE, "good-night"),)),
        "overflow.0.target",
        "unknown_prompt",
    ),
    "an overflow for no reason": (
        replace(SERVICE, overflow=(Overflow(reasons=frozenset(), kind=OverflowKind.HANG_UP),)),
        "overflow.0.reasons",
        "no_reasons",
    ),
    "an overflow to a callback nobody offers": (
        replace(SERVICE, overflow=(to(OverflowKind.CALLBACK),)),
        "overflow.0.kind",
        "callback_not_offered",
    ),
    "a callback without a key": (
        replace(SERVICE, callback=CallbackRule(offered=True, key="")),
        "callback.key",
        "no_key",
    ),
    "a comfort message whose name would be taken for two": (
        replace(SERVICE, comfort=Comfort(messages=("please_wait",))),
        "comfort.messages.0",
        "bad_prompt",
    ),
    "an overflow to a prompt whose name is too long for the dialplan": (
        replace(SERVICE, overflow=(to(OverflowKind.MESSAGE, "x" * 61),)),
        "overflow.0.target",
        "bad_prompt",
    ),
    "a comfort message that is not there": (
        replace(SERVICE, comfort=Comfort(messages=("soon",))),
        "comfort.messages.0",
        "unknown_prompt",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_queue_is_refused_at_its_field(fault: str) -> None:
    queue, path, code = FAULTS[fault]
    assert errors(house(queue)) == [("service", path, code)]


def test_a_sound_configuration_has_no_problem() -> None:
    queue = replace(
        SERVICE,
        strategy=Strategy.BEST_SKILL,
        steps=(step("language:zh>=4 and tech>=2", 20), step("tech", 30), step("")),
        hours=Hours(
            periods=(
                Period(weekday=0, since=time(9), until=time(12)),
                Period(weekday=0, since=time(12), until=time(0)),
            ),
            closed_on=(date(2026, 10, 1),),
        ),
        overflow=(to(OverflowKind.QUEUE, "sales"), to(OverflowKind.MESSAGE, "closed")),
    )
    assert check(house(queue), KNOWN) == []


def test_a_requirement_that_does_not_parse_is_told_with_place_and_reason() -> None:
    [problem] = check(house(replace(SERVICE, steps=(step("tech >= many"),))), KNOWN)
    assert dict(problem.values)["place"] == "9"
    assert "character 9" in problem.message


def test_a_ring_of_overflows_is_named_on_every_queue_of_it() -> None:
    names = ("a", "b", "c")
    queues = tuple(
        QueueSettings(name=name, overflow=(to(OverflowKind.QUEUE, target),))
        for name, target in zip(names, ("b", "c", "a"), strict=True)
    )
    agent = replace(ANNA, queues=names)
    found = check(Roster(queues=queues, agents=(agent,)), KNOWN)
    rings = [dict(one.values)["ring"] for one in found if one.code == "overflow_ring"]
    assert rings == ["a → b → c → a", "b → c → a → b", "c → a → b → c"]


def test_a_queue_that_flows_into_itself_is_refused() -> None:
    queue = replace(SERVICE, overflow=(to(OverflowKind.QUEUE, "service"),))
    assert errors(house(queue)) == [("service", "overflow.0.target", "overflow_ring")]


def test_a_queue_nobody_is_in_or_nobody_can_serve_is_refused() -> None:
    only_sales = replace(ANNA, queues=("sales",))
    assert errors(house(agent=only_sales)) == [("service", "agents", "nobody_serves")]
    queue = replace(SERVICE, steps=(step("tech", 20), step("tech>=5")))
    assert errors(house(queue)) == [("service", "steps.1.needs", "nobody_fulfils")]


def test_a_queue_nobody_serves_is_only_warned_of_when_its_calls_are_led_elsewhere() -> None:
    only_sales = replace(ANNA, queues=("sales",))
    led = replace(SERVICE, overflow=(to(OverflowKind.VOICEMAIL, "", OverflowReason.NOBODY),))
    assert errors(house(led, only_sales)) == []
    assert warnings(house(led, only_sales)) == [("service", "agents", "nobody_serves")]


def test_an_agent_in_no_queue_is_refused_unless_he_calls_out() -> None:
    bo = AgentSettings(agent_id="bo", name="Bo", extension="1002")
    roster = Roster(queues=(SERVICE, SALES), agents=(ANNA, bo))
    assert errors(roster) == [("bo", "seats", "in_no_queue")]
    assert errors(replace(roster, agents=(ANNA, replace(bo, blended=True)))) == []
    first = Roster(agents=(bo,))  # of an installation that has no queue yet
    assert errors(first) == []
    assert ("bo", "seats", "in_no_queue") in warnings(first)


@pytest.mark.parametrize(
    ("agent", "path", "code"),
    [
        (replace(ANNA, seats=(Seat(queue="sales", weight=0),)), "seats.sales.weight", "out"),
        (replace(ANNA, seats=(Seat(queue="sales", tier=0),)), "seats.sales.tier", "out"),
        (
            replace(ANNA, seats=(Seat(queue="sales", delay_seconds=-1),)),
            "seats.sales.delay_seconds",
            "out",
        ),
        (replace(ANNA, skills={"tech": 10}), "skills.tech", "out"),
        (replace(ANNA, skills={"magic": 1}), "skills.magic", "unknown_skill"),
        (replace(ANNA, queues=("sales", "service", "gone")), "seats.gone", "unknown_queue"),
        (
            replace(ANNA, seats=(Seat(queue="sales"), Seat(queue="sales", tier=2))),
            "seats.sales",
            "seat_twice",
        ),
        (replace(ANNA, missed_limit=0), "missed_limit", "out"),
        (
            replace(ANNA, wrap_up=WrapUpRule(kind=WrapUpKind.MANDATORY, extension_seconds=-1)),
            "wrap_up.extension_seconds",
            "out",
        ),
    ],
)
def test_a_fault_of_an_agent_is_refused_at_its_field(
    agent: AgentSettings, path: str, code: str
) -> None:
    [(key, where, told)] = errors(house(agent=agent))
    assert (key, where) == ("anna", path)
    assert told.startswith(code)


def test_a_reason_and_a_skill_have_their_limits_too() -> None:
    roster = replace(house(), reasons=(Reason(code="lunch", max_seconds=-1, max_a_day=0),))
    assert errors(roster) == [
        ("lunch", "max_seconds", "out_of_range"),
        ("lunch", "max_a_day", "out_of_range"),
    ]
    known = replace(KNOWN, skills=KNOWN.skills | {"then"})
    assert ("then", "", "bad_skill") in errors(house(), known)
    assert ("rare", "", "nobody_has") in [
        (one.key, one.path, one.code)
        for one in check(house(), replace(KNOWN, skills=KNOWN.skills | {"rare"}))
    ]


def test_limits_without_a_way_out_are_warned_of() -> None:
    queue = replace(SERVICE, limits=Limits(max_waiting=5, max_wait_seconds=60))
    assert warnings(house(queue)) == [("service", "overflow", "no_way_out")] * 2
    ended = (to(OverflowKind.HANG_UP), to(OverflowKind.VOICEMAIL))
    assert warnings(house(replace(SERVICE, overflow=ended))) == [
        ("service", "overflow.1", "link_never_reached")
    ]
    anyone = replace(SERVICE, steps=(step("", 9), step("tech")))
    assert warnings(house(anyone)) == [("service", "steps.0.needs", "steps_behind_anyone")]


def test_a_change_is_refused_for_what_it_brings_in_alone() -> None:
    broken = replace(SERVICE, ring_seconds=0)
    before = check(house(broken), KNOWN)
    after = check(house(replace(broken, target_seconds=0)), KNOWN)
    assert [one.path for one in new_errors(before, after)] == ["target_seconds"]
    assert new_errors(before, before) == []


links = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=3)


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e"]), links, max_size=5))
def test_no_accepted_configuration_has_a_loop(chains: dict[str, list[str]]) -> None:
    queues = tuple(
        QueueSettings(
            name=name, overflow=tuple(to(OverflowKind.QUEUE, target) for target in targets)
        )
        for name, targets in chains.items()
    )
    agent = replace(ANNA, queues=tuple(chains))
    accepted = errors(Roster(queues=queues, agents=(agent,))) == []
    assert accepted == (not goes_round(chains) and all_known(chains))


def all_known(chains: dict[str, list[str]]) -> bool:
    return all(target in chains for targets in chains.values() for target in targets)


def goes_round(chains: dict[str, list[str]]) -> bool:
    """Say whether a call can walk for ever: a plain walk, written apart from the check."""

    def walk(name: str, seen: frozenset[str]) -> bool:
        return name in seen or any(walk(one, seen | {name}) for one in chains.get(name, []))

    return any(walk(name, frozenset()) for name in chains)


times = st.integers(-(10**9), 10**9)
NUMBERS: list[Callable[[int], QueueSettings]] = [
    lambda n: replace(SERVICE, ring_seconds=n),
    lambda n: replace(SERVICE, owner_seconds=n),
    lambda n: replace(SERVICE, limits=Limits(max_wait_seconds=n)),
    lambda n: replace(SERVICE, callback=CallbackRule(retry_seconds=n)),
    lambda n: replace(SERVICE, wrap_up=WrapUpRule(seconds=n)),
]


@given(st.sampled_from(NUMBERS), times)
def test_a_negative_or_endless_time_is_never_accepted(
    make: Callable[[int], QueueSettings], seconds: int
) -> None:
    accepted = errors(house(make(seconds))) == []
    assert not accepted or 0 <= seconds <= 86_400


@given(st.text(max_size=60))
def test_any_text_as_a_requirement_is_accepted_or_refused_at_its_field(text: str) -> None:
    found: list[Problem] = check(house(replace(SERVICE, steps=(step(text),))), KNOWN)
    assert {one.path for one in found if one.severity is Severity.ERROR} <= {"steps.0.needs"}
