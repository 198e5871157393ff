"""Every choice is the one a naive scan over all agents and calls would make."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd import commands as ask
from acd.board import AgentSettings, Board, Brief, QueueSettings, Roster
from acd.board.agent import Agent
from acd.board.model import Call
from acd.board.settings import RequirementStep, Seat, Strategy
from acd.effects import Effect, RecordChoice
from acd.routing import Rule, parse
from acd.testing import Shift, call_id
from cti import events as cti

NAMES = ("q1", "q2")
NEEDS = ("tech>=2", "tech", "zh>=3 and tech>=1", "zh or not tech", "")
steps = st.lists(
    st.builds(
        RequirementStep, needs=st.sampled_from(NEEDS), seconds=st.sampled_from([5, 10, None])
    ),
    max_size=3,
).map(tuple)
queues = st.tuples(
    *(
        st.builds(
            QueueSettings,
            name=st.just(name),
            strategy=st.sampled_from([s for s in Strategy if s is not Strategy.RING_ALL]),
            steps=steps,
            priority=st.integers(0, 1),
            ageing_seconds=st.sampled_from([0, 0, 7]),
            owner_seconds=st.sampled_from([0, 8]),
            last_agent_seconds=st.sampled_from([0, 4]),
        )
        for name in NAMES
    )
)
seats = st.tuples(
    *(
        st.builds(
            Seat,
            queue=st.just(name),
            tier=st.integers(1, 2),
            weight=st.integers(1, 3),
            delay_seconds=st.sampled_from([0, 0, 0, 6]),
            priority=st.integers(0, 1),
        )
        for name in NAMES
    )
)
skills = st.dictionaries(st.sampled_from(["tech", "zh", "other"]), st.integers(1, 4))
AGENTS = tuple(f"100{number}" for number in range(6))


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    agents = tuple(
        AgentSettings(
            agent_id=name,
            name=name,
            extension=name,
            queues=tuple(draw(st.permutations(NAMES))),
            seats=draw(seats),
            skills=draw(skills),
            missed_limit=5,
        )
        for name in AGENTS
    )
    return Roster(queues=draw(queues), agents=agents)


def serves(board: Board, agent: Agent, call: Call, clock: float) -> bool:
    """Tell whether the agent may take the call now, straight from the settings."""
    if call.stint is None or call.stint.queue not in agent.settings.queues:
        return False
    settings = board._floor.queues[call.stint.queue].settings
    phase = call.stint.phase  # how far the call has come is told by stories of its own
    if phase.only:
        return agent.agent_id in phase.only
    if clock < call.stint.clock + agent.settings.seat(settings.name).delay_seconds:
        return False
    done = call.stint.at - sum(1 for each in call.stint.phases if each.only)
    steps = call.brief.steps or settings.steps
    needs = [step.needs for step in steps[: done + 1]]
    anyone = len(steps) <= done or "" in needs
    return anyone or any(parse(need).meets(agent.settings.skills) for need in needs)


def free(agent: Agent) -> bool:
    """Tell whether the agent is free, from what he holds."""
    return agent.offerable()


def rank(board: Board, call: Call) -> tuple[float, ...]:
    """Return the call's place, said anew."""
    assert call.stint is not None
    settings = board._floor.queues[call.stint.queue].settings
    priority = call.priority + call.brief.priority + settings.priority
    if settings.ageing_seconds:
        return (0, call.stint.clock - priority * settings.ageing_seconds, call.stint.number)
    return (-priority, call.stint.clock, call.stint.number)


def best_call(board: Board, agent: Agent, calls: list[Call], clock: float) -> Call | None:
    """Return the call the agent ought to take."""
    able = [call for call in calls if serves(board, agent, call, clock)]

    def place(call: Call) -> tuple[float, ...]:
        assert call.stint is not None
        return (-agent.settings.seat(call.stint.queue).priority, *rank(board, call))

    return min(able, key=place, default=None)


Turns = dict[str, dict[str, float]]


def asked_first(
    board: Board, call: Call, agents: list[Agent], turns: Turns, clock: float
) -> list[Agent]:
    """Return the free agents among whom the choice must lie."""
    assert call.stint is not None
    settings = board._floor.queues[call.stint.queue].settings
    able = [agent for agent in agents if serves(board, agent, call, clock)]
    if not able:
        return []
    scores = {a.agent_id: _score(settings, call, a, turns, clock) for a in able}
    best = min(scores.values())
    equal = [agent for agent in able if scores[agent.agent_id] <= best + 1e-9]
    if settings.strategy is Strategy.LEAST_OCCUPIED:
        return equal
    oldest = min(agent.idle_clock for agent in equal)
    return [agent for agent in equal if agent.idle_clock == oldest]


def _score(settings: QueueSettings, call: Call, agent: Agent, turns: Turns, clock: float) -> float:
    skills = agent.settings.skills
    named = _named(settings, call)
    match settings.strategy:
        case Strategy.LEAST_OCCUPIED:
            return agent.occupancy.share(clock)
        case Strategy.ORDERED_TIERS:
            return agent.settings.seat(settings.name).tier
        case Strategy.BEST_SKILL:
            return -sum(skills.get(skill, 0) for skill in named)
        case Strategy.LEAST_FLEXIBLE:
            return len(set(skills) - named) + len(agent.settings.queues) / 1000
        case Strategy.ROUND_ROBIN | Strategy.WEIGHTED:
            return turns[agent.agent_id].get(settings.name, 0.0)
        case _:
            return 0.0


def _named(settings: QueueSettings, call: Call) -> set[str]:
    """Return the skills named in the steps up to the one in force."""
    assert call.stint is not None
    general = [phase for phase in call.stint.phases if not phase.only]
    done = call.stint.at - (len(call.stint.phases) - len(general))
    steps = (call.brief.steps or settings.steps)[: max(done, 0) + 1]
    if done < 0:
        return set()
    return {skill for step in steps if step.needs for skill in parse(step.needs).skills}


class Watched:
    """A shift whose every step is held against the naive scan."""

    def __init__(self, roster: Roster) -> None:
        self.shift = Shift(roster).start(ready=AGENTS[:5])
        self.number = 0

    @property
    def agents(self) -> list[Agent]:
        return list(self.shift.board._floor.agents.values())

    def waiting(self) -> list[Call]:
        calls = self.shift.board._floor.calls.values()
        parked = {key for kind, key in self.shift.board._floor.timers if kind == "return"}
        return [c for c in calls if c.stint and not c.offer and c not in parked]

    def nobody_waits_for_a_free_agent(self) -> None:
        clock = self.shift.now.clock
        due = self.shift.board.next_deadline()
        if due is not None and due <= clock:
            return  # a step is about to end
        for call in self.waiting():
            for agent in self.agents:
                assert not (free(agent) and serves(self.shift.board, agent, call, clock))

    def arrive(self, queue: str, priority: int, known: Brief) -> None:
        self.number += 1
        shift = self.shift
        shift.arrive(self.number)
        shift.board.brief(call_id(self.number), known, shift.now)
        before = [agent for agent in self.agents if free(agent)]
        turns = {agent.agent_id: dict(agent.turns) for agent in before}  # the choice moves them
        effects = shift.hear(
            cti.CallQueued(
                at=shift.at,
                call_id=call_id(self.number),
                channel="c",
                queue=queue,
                priority=priority,
            )
        )
        call = shift.board._floor.calls[call_id(self.number)]
        expected = asked_first(shift.board, call, before, turns, shift.now.clock)
        [choice] = self.choices(effects) or [None]
        if not expected:
            assert choice is None
            return
        assert choice is not None
        assert choice.agent_id in {agent.agent_id for agent in expected}

    def get_free(self, agent_id: str) -> None:
        shift = self.shift
        agent = shift.board._floor.agents[agent_id]
        if free(agent) or agent.busy:
            return
        waiting = self.waiting()
        shift.give(ask.SignIn(agent_id=agent_id))
        shift.effects.clear()
        shift.ready(agent_id)
        expected = best_call(shift.board, agent, waiting, shift.now.clock)
        choices = self.choices(shift.effects)
        assert [choice.call_id for choice in choices] == ([expected.call_id] if expected else [])

    def rest(self, agent_id: str) -> None:
        self.shift.give(ask.SetNotReady(agent_id=agent_id, reason="break"))

    def answer_and_leave(self, seconds: float) -> None:
        floor = self.shift.board._floor
        call = next((c for c in floor.calls.values() if c.offer is not None), None)
        if call is None or call.offer is None:
            return
        number, agent = call.call_id.int - 1, call.offer.agent_id
        self.shift.ring(number, agent)
        self.shift.answer(number, agent)
        self.shift.wait(seconds)
        self.rest(agent)
        self.shift.leave(number, agent)
        self.shift.end(number)

    def pass_time(self, seconds: float) -> None:
        self.shift.wait(seconds)

    @staticmethod
    def choices(effects: list[Effect]) -> list:
        return [effect.choice for effect in effects if isinstance(effect, RecordChoice)]


briefs = st.builds(
    Brief,
    steps=st.just(()) | steps,
    priority=st.sampled_from([0, 0, 2]),
    owner=st.sampled_from(["", "", *AGENTS]),
    last_agent=st.sampled_from(["", "", *AGENTS]),
)
acts = st.one_of(
    st.tuples(st.just("arrive"), st.sampled_from(NAMES), st.integers(0, 1), briefs),
    st.tuples(st.just("get_free"), st.sampled_from(AGENTS)),
    st.tuples(st.just("get_free"), st.sampled_from(AGENTS)),
    st.tuples(st.just("rest"), st.sampled_from(AGENTS)),
    st.tuples(st.just("answer_and_leave"), st.sampled_from([1.0, 30.0])),
    st.tuples(st.just("pass_time"), st.sampled_from([0.5, 1.0, 3.0, 6.0])),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(roster=rosters(), story=st.lists(acts, min_size=4, max_size=30))
def test_every_choice_is_the_one_a_naive_scan_would_make(
    roster: Roster, story: list[tuple]
) -> None:
    watched = Watched(roster)
    for act, *arguments in story:
        getattr(watched, act)(*arguments)
        watched.nobody_waits_for_a_free_agent()


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(roster=rosters(), story=st.lists(acts, min_size=4, max_size=20))
def test_the_same_story_gives_the_same_choices(roster: Roster, story: list[tuple]) -> None:
    def told() -> list[str]:
        watched = Watched(roster)
        words: list[str] = []
        watched.shift.watch = lambda effects: words.extend(
            choice.in_words() for choice in Watched.choices(effects)
        )
        for act, *arguments in story:
            getattr(watched, act)(*arguments)
        return words

    assert told() == told()


def test_the_rule_of_each_strategy_is_named_after_it() -> None:
    assert {strategy.value for strategy in Strategy} <= {rule.value for rule in Rule}
