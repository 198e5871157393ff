"""What is configured is what the board works by."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, time

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
from acd.checking import Known, check
from acd.roster import agent_settings, queue_settings, roster_of
from acd.routing.requirements import parse
from acd.store import CrmStore
from crm_core import demo
from crm_core.configuration import (
    AgentDocument,
    Configuration,
    QueueDocument,
    ReasonDocument,
    shapes,
)
from crm_core.database import Database
from crm_core.demo.settings import SKILLS
from crm_core.tenancy import Scope

FULL = {
    "title": "服务",
    "title_en": "Service",
    "ring_seconds": 15,
    "wrap_up": {"kind": "timed_forced", "seconds": 40, "extension_seconds": 60},
    "strategy": "best_skill",
    "steps": [{"needs": "language:zh>=4", "seconds": 20}, {"needs": ""}],
    "priority": 2,
    "limits": {"max_waiting": 9, "max_wait_seconds": 300, "max_per_ready_agent": 2.5},
    "hours": {
        "zone": "Asia/Shanghai",
        "periods": [{"weekday": 0, "since": "09:00", "until": "18:00"}],
        "closed_on": ["2026-10-01"],
    },
    "overflow": [{"reasons": ["closed", "full"], "kind": "number", "target": "4001"}],
    "comfort": {"messages": ["hold-on"], "say_position": True},
    "callback": {"offered": True, "key": "9"},
}


def test_every_setting_of_a_queue_reaches_the_board() -> None:
    settings = queue_settings("service", QueueDocument.model_validate(FULL))
    assert settings == QueueSettings(
        name="service",
        title="服务",
        title_en="Service",
        ring_seconds=15,
        wrap_up=WrapUpRule(kind=WrapUpKind.TIMED_FORCED, seconds=40, extension_seconds=60),
        strategy=Strategy.BEST_SKILL,
        steps=(RequirementStep(needs="language:zh>=4", seconds=20), RequirementStep()),
        priority=2,
        limits=Limits(max_waiting=9, max_wait_seconds=300, max_per_ready_agent=2.5),
        hours=Hours(
            periods=(Period(weekday=0, since=time(9), until=time(18)),),
            closed_on=(date(2026, 10, 1),),
        ),
        overflow=(
            Overflow(
                reasons=frozenset({OverflowReason.CLOSED, OverflowReason.FULL}),
                kind=OverflowKind.NUMBER,
                target="4001",
            ),
        ),
        comfort=Comfort(messages=("hold-on",), say_position=True),
        callback=CallbackRule(offered=True, key="9"),
    )


def test_a_step_for_anyone_may_be_written_as_in_a_flow() -> None:
    steps = [{"needs": "tech>=2", "seconds": 20}, {"needs": " Anyone "}]
    settings = queue_settings("service", QueueDocument(title="x", steps=steps))
    assert [step.needs for step in settings.steps] == ["tech>=2", ""]


def test_the_documents_know_every_setting_of_the_board_and_its_default() -> None:
    """A field that is added to the settings alone fails here: nobody could configure it."""
    known = {"name"}
    for settings, document in (
        (QueueSettings(name="q"), QueueDocument(title="q")),
        (Hours(), shapes.OpenHours()),
        (Limits(), shapes.QueueLimits()),
        (Comfort(), shapes.WaitingComfort()),
        (CallbackRule(), shapes.Callback()),
        (WrapUpRule(), shapes.WrapUp()),
        (Seat(queue="q"), shapes.SeatDocument(queue="q")),
    ):
        shown = type(document).model_fields
        missing = {one.name for one in fields(settings)} - set(shown) - known
        assert missing == set(), type(settings)
    plain = queue_settings("q", QueueDocument(title="q"))
    assert plain == QueueSettings(name="q", title="q", title_en="q")
    agent = agent_settings("1", AgentDocument(name="a", extension="1001"))
    assert agent == AgentSettings(agent_id="1", name="a", extension="1001")


def test_an_agents_seats_and_skills_reach_the_board() -> None:
    document = AgentDocument(
        name="王敏",
        extension="1001",
        seats=[
            shapes.SeatDocument(queue="service"),
            shapes.SeatDocument(queue="sales", tier=2, weight=3, delay_seconds=5, priority=1),
        ],
        skills={"language:zh": 5, "tech": 0},
        wrap_up=shapes.WrapUp(kind=shapes.WrapUpKind.MANDATORY),
        missed_limit=3,
        blended=True,
    )
    assert agent_settings("7", document) == AgentSettings(
        agent_id="7",
        name="王敏",
        extension="1001",
        queues=("sales", "service"),
        seats=(Seat(queue="sales", tier=2, weight=3, delay_seconds=5, priority=1),),
        skills={"language:zh": 5},
        wrap_up=WrapUpRule(kind=WrapUpKind.MANDATORY),
        missed_limit=3,
        blended=True,
    )


def test_reasons_and_the_version_reach_the_board() -> None:
    lunch = ReasonDocument(label="用餐", paid=False, max_seconds=1800, max_a_day=1)
    roster = roster_of(Configuration(version=7, reasons={"lunch": lunch}))
    expected = Reason(code="lunch", paid=False, max_seconds=1800, max_a_day=1)
    assert roster == Roster(reasons=(expected,), version=7)


async def test_the_demo_is_worked_as_it_is_seeded(database: Database) -> None:
    async with database.transaction() as session:
        await demo.seed(session, Scope(), hashed="", days=1)
    roster = await CrmStore(database, Scope()).roster()
    assert [agent.extension for agent in roster.agents] == ["1001", "1002", "1003", "1004"]
    assert {agent.extension: agent.queues for agent in roster.agents} == {
        "1001": ("sales", "service"),
        "1002": ("service",),
        "1003": ("sales", "service"),
        "1004": ("sales",),
    }
    service = next(queue for queue in roster.queues if queue.name == "service")
    assert service.wrap_up == WrapUpRule(kind=WrapUpKind.TIMED, seconds=20)
    assert check(roster, Known(skills=frozenset(SKILLS))) == []
    asked_first = {queue.name: parse(queue.steps[0].needs) for queue in roster.queues}
    for agent in roster.agents:  # so that the demo's first step lets everyone take calls
        assert all(asked_first[name].meets(agent.skills) for name in agent.queues)


def test_two_seats_in_one_queue_are_a_fault_whichever_is_the_plain_one() -> None:
    document = AgentDocument.model_validate(
        {"name": "Anna", "extension": "1001", "seats": [{"queue": "a"}, {"queue": "a", "tier": 2}]}
    )
    whole = Configuration(
        queues={"a": QueueDocument(title="A")},
        agents={"anna": document},
        skills={},
        reasons={},
        version=1,
    )
    assert [problem.code for problem in check(roster_of(whole), Known())] == ["seat_twice"]
