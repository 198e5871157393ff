"""What the demo's past holds, worked out without a database: calls that fit into agents' days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
OPENS, LUNCH, BACK, CLOSES = time(9), time(12), time(13), time(18)
SATURDAY = 6
SEED = 20260101  # the same past everywhere, so that two demos can be compared

ANSWERED, ABANDONED, NO_ANSWER, IN_MENU = (
    "answered",
    "abandoned_in_queue",
    "no_answer",
    "abandoned_in_menu",
)
DISPOSITIONS = (
    "resolved",
    "resolved",
    "information",
    "information",
    "order",
    "ticket",
    "complaint",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PastCall:
    """A call of the past; `customer` counts in the list of customers, None is unknown."""

    started_at: datetime
    outcome: str
    direction: str = "inbound"
    queue: str = ""
    customer: int | None = None
    agent: int | None = None  # counts in the list of agents
    menu_seconds: float = 8.0
    waited_seconds: float = 0.0
    talked_seconds: float = 0.0
    wrap_up_seconds: float = 0.0
    disposition: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PastState:
    """An agent entered a state."""

    agent: int
    at: datetime
    state: str
    reason: str = ""


@dataclass(slots=True)
class Past:
    """Everything that happened before the demo begins."""

    calls: list[PastCall] = field(default_factory=list)
    states: list[PastState] = field(default_factory=list)


def past(now: datetime, *, days: int, agents: Sequence[tuple[str, ...]], customers: int) -> Past:
    """Return the calls and agents' states of the days before `now`, the same for the same day.

    `agents` names the queues of each; no agent has two calls at once, nothing is in the future.
    """
    chance, story = Random(SEED), Past()  # noqa: S311 - a made-up past, no secret
    today = now.astimezone(ZONE).date()
    for day in (today - timedelta(days=back) for back in range(days, -1, -1)):
        weekend = day.isoweekday() >= SATURDAY
        for agent, queues in enumerate(agents):
            if not weekend or agent == day.toordinal() % len(agents):
                _agent_day(story, chance, day, _Who(agent, queues, customers))
        story.calls.extend(_lost(chance, day, customers, 1 if weekend else 3))
    story.calls = sorted(
        (call for call in story.calls if _end(call) < now), key=lambda call: call.started_at
    )
    story.states = [state for state in story.states if state.at < now]
    return story


@dataclass(frozen=True, slots=True)
class _Who:
    """An agent, the queues he serves, and how many customers there are."""

    agent: int
    queues: tuple[str, ...]
    customers: int


def _agent_day(story: Past, chance: Random, day: date, who: _Who) -> None:
    for begins, ends, then, reason in (
        (OPENS, LUNCH, "not_ready", "lunch"),
        (BACK, CLOSES, "offline", ""),
    ):
        at, end = _at(day, begins), _at(day, ends)
        story.states.append(PastState(agent=who.agent, at=at, state="ready"))
        for call in _shift(chance, at, end, who):
            story.calls.append(call)
            story.states.extend(_states(call, who.agent))
        story.states.append(PastState(agent=who.agent, at=end, state=then, reason=reason))


def _shift(chance: Random, begins: datetime, ends: datetime, who: _Who) -> Iterator[PastCall]:
    at = begins + timedelta(minutes=chance.uniform(5, 50))
    while at < ends - timedelta(minutes=20):
        call = _answered(chance, at, who)
        yield call
        at = _end(call) + timedelta(seconds=call.wrap_up_seconds, minutes=chance.uniform(25, 170))


def _answered(chance: Random, at: datetime, who: _Who) -> PastCall:
    outbound = chance.random() < 0.2  # noqa: PLR2004 - a share of the demo
    unknown = not outbound and chance.random() < 0.12  # noqa: PLR2004 - a share of the demo
    return PastCall(
        started_at=at,
        outcome=ANSWERED,
        direction="outbound" if outbound else "inbound",
        queue="" if outbound else chance.choice(who.queues),
        customer=None if unknown else chance.randrange(who.customers),
        agent=who.agent,
        menu_seconds=0.0 if outbound else round(chance.uniform(5, 20), 3),
        waited_seconds=round(min(chance.expovariate(1 / 12), 150), 3),
        talked_seconds=round(min(20 + chance.expovariate(1 / 160), 1200), 3),
        wrap_up_seconds=round(chance.uniform(4, 40), 3),
        disposition=chance.choice(DISPOSITIONS),
    )


def _lost(chance: Random, day: date, customers: int, most: int) -> Iterator[PastCall]:
    for _ in range(chance.randint(0, most)):
        in_menu = chance.random() < 0.35  # noqa: PLR2004 - a share of the demo
        yield PastCall(
            started_at=_at(day, OPENS) + timedelta(minutes=chance.uniform(0, 530)),
            outcome=IN_MENU if in_menu else ABANDONED,
            queue="" if in_menu else chance.choice(("service", "sales")),
            customer=chance.choice((None, chance.randrange(customers))),
            menu_seconds=round(chance.uniform(3, 20), 3),
            waited_seconds=0.0 if in_menu else round(chance.uniform(15, 140), 3),
        )


def _states(call: PastCall, agent: int) -> Iterator[PastState]:
    answered = call.started_at + timedelta(seconds=call.menu_seconds + call.waited_seconds)
    done = _end(call)
    ready = done + timedelta(seconds=call.wrap_up_seconds)
    for at, state in ((answered, "talking"), (done, "wrap_up"), (ready, "ready")):
        yield PastState(agent=agent, at=at, state=state)


def _end(call: PastCall) -> datetime:
    return call.started_at + timedelta(
        seconds=call.menu_seconds + call.waited_seconds + call.talked_seconds
    )


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE).astimezone(UTC)
