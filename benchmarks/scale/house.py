"""A house of agents on a board: calls come, agents come free, and each decision's cost is kept."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from acd import commands as ask
from acd.board import AgentSettings, Board, Moment, QueueSettings, Roster
from acd.board.settings import RequirementStep, Seat, Strategy
from acd.effects import Effect, OfferCall, RecordChoice
from acd.testing import ZONE, phone
from acd.testing.shift import START
from cti import events as cti

QUEUES, SKILLS, QUEUES_OF_AN_AGENT = 1_000, 20, 5
MEMBERS = 50  # of a queue, in a house of any size: else the small one would have none to choose
EVENT_SECONDS = 0.005  # between two events
STRATEGIES = [strategy for strategy in Strategy if strategy is not Strategy.RING_ALL]


@dataclass
class House:
    """A board with its agents, and what happens on their phones."""

    size: int
    chance: random.Random
    seconds: float = 0.0
    number: int = 0
    talking: list[tuple[str, UUID]] = field(default_factory=list)
    took: list[int] = field(default_factory=list)  # nanoseconds of CPU of each decision
    made: list[tuple[str, UUID]] = field(default_factory=list)  # those decisions
    every: int = 0  # nanoseconds of CPU of every step
    offers: int = 0

    def __post_init__(self) -> None:
        self.roster = roster_of(self.size, self.chance)
        self.open = sorted({name for agent in self.roster.agents for name in agent.queues})
        self.board = Board(self.roster, self.now, zone=ZONE)
        devices = {agent.device: cti.DeviceState.NOT_INUSE for agent in self.roster.agents}
        self.hear(cti.Resynced(at=self.now.at, epoch=1, restarted=False, devices=devices))
        for agent in self.roster.agents:
            self.seconds += 0.01
            self.board.obey(ask.SignIn(agent_id=agent.agent_id), self.now)
            self.board.obey(ask.SetReady(agent_id=agent.agent_id), self.now)

    @property
    def now(self) -> Moment:
        """Return the moment in the house."""
        return Moment(START + timedelta(seconds=self.seconds), 1_000.0 + self.seconds)

    def hear(self, event: cti.Event) -> list[Effect]:
        """Let the event come in."""
        self.seconds += EVENT_SECONDS
        now = self.now
        began = time.process_time_ns()
        effects = self.board.apply(event, now)
        self.every += time.process_time_ns() - began
        return effects

    def catch_up(self) -> None:
        """Let every timer ring that is due: steps end, and calls find agents by that."""
        while (due := self.board.next_deadline()) is not None and due <= self.now.clock:
            now = self.now
            began = time.process_time_ns()
            effects = self.board.tick(now)
            self.every += time.process_time_ns() - began
            for effect in effects:
                if isinstance(effect, OfferCall):
                    self._answer(effect)

    def decide(self, event: cti.Event, *, count: bool) -> OfferCall | None:
        """Let the event come in; when it made a decision, keep what the step cost."""
        self.catch_up()
        self.seconds += EVENT_SECONDS
        now = self.now
        began = time.process_time_ns()
        effects = self.board.apply(event, now)
        for effect in effects:
            if type(effect) is RecordChoice:
                effect.choice.as_kept()
        took = time.process_time_ns() - began
        self.every += took
        offer = next((each for each in effects if isinstance(each, OfferCall)), None)
        if offer is not None:
            if count:
                self.took.append(took)
                self.made.append((offer.agent_id, offer.call_id))
            self._answer(offer)
        return offer

    def arrive(self, *, count: bool = False) -> OfferCall | None:
        """Let a call come and wait in a queue somebody serves."""
        self.number += 1
        call, channel = UUID(int=self.number), f"PJSIP/trunk-{self.number:08x}"
        self.hear(
            cti.CallOffered(
                at=self.now.at,
                call_id=call,
                channel=channel,
                uniqueid=f"1.{self.number}",
                direction=cti.Direction.INBOUND,
                caller_number="13800138000",
                caller_name="",
                dialled_number="4000",
            )
        )
        queued = cti.CallQueued(
            at=self.now.at, call_id=call, channel=channel, queue=self.chance.choice(self.open)
        )
        return self.decide(queued, count=count)

    def leave(self, *, count: bool = False) -> OfferCall | None:
        """Let a talking agent come free."""
        # Without a walk along all of them, which would empty the caches as no event does.
        place = self.chance.randrange(len(self.talking))
        self.talking[place], self.talking[-1] = self.talking[-1], self.talking[place]
        (agent, call), at = self.talking.pop(), self.now.at
        self.hear(cti.AgentLeft(at=at, call_id=call, device=phone(agent)))
        ended = cti.CallEnded(
            at=at,
            call_id=call,
            outcome=cti.Outcome.ANSWERED,
            hung_up_by=cti.Party.CALLER,
            cause=16,
        )
        self.hear(ended)
        idle = cti.DeviceChanged(
            at=self.now.at, device=phone(agent), state=cti.DeviceState.NOT_INUSE
        )
        return self.decide(idle, count=count)

    def _answer(self, offer: OfferCall) -> None:
        self.offers += 1
        device, call = phone(offer.agent_id), offer.call_id
        channel = f"{device}-1"
        state = cti.DeviceState
        at = self.now.at
        self.hear(cti.DeviceChanged(at=at, device=device, state=state.RINGING))
        self.hear(cti.AgentRinging(at=at, call_id=call, device=device, channel=channel))
        self.hear(cti.DeviceChanged(at=self.now.at, device=device, state=state.INUSE))
        self.hear(cti.CallAnswered(at=self.now.at, call_id=call, device=device, channel=channel))
        self.talking.append((offer.agent_id, call))

    def calls_find_agents(self, decisions: int) -> None:
        """Keep two agents in three free, and let calls come."""
        while len(self.talking) > self.size // 3:
            self.leave()
        made = 0
        while made < decisions:
            made += self.arrive(count=True) is not None
            while len(self.talking) > self.size // 3:
                self.leave()

    def agents_find_calls(self, decisions: int) -> None:
        """Keep every agent busy and a call waiting for each, and let agents come free."""
        floor = self.board._floor  # noqa: SLF001 - to know how long the lines are
        made = 0
        while made < decisions:
            while len(floor.calls) < 2 * self.size or not self.talking:
                self.arrive()
            made += self.leave(count=True) is not None


def roster_of(size: int, chance: random.Random) -> Roster:
    """Return queues of every strategy, half of them in steps, and agents of many skills."""
    queues = tuple(
        QueueSettings(
            name=f"q{number}",
            strategy=STRATEGIES[number % len(STRATEGIES)],
            steps=steps_of(number),
            priority=number % 3,
            ageing_seconds=60 if number % 2 else 0,
        )
        for number in range(QUEUES)
    )
    used = min(QUEUES, size * QUEUES_OF_AN_AGENT // MEMBERS)
    return Roster(queues=queues, agents=tuple(agent_of(n, used, chance) for n in range(size)))


def steps_of(number: int) -> tuple[RequirementStep, ...]:
    """Return two steps for every other queue."""
    if number % 2:
        return ()
    first, second = f"s{number % SKILLS}>=2", f"s{(number + 7) % SKILLS}"
    return (
        RequirementStep(needs=f"{first} or {second}", seconds=20),
        RequirementStep(needs=""),
    )


def agent_of(number: int, used: int, chance: random.Random) -> AgentSettings:
    """Return an agent with some of the skills, in some of the first `used` queues."""
    name = str(10_000 + number)
    queues = tuple(f"q{each}" for each in chance.sample(range(used), QUEUES_OF_AN_AGENT))
    seats = tuple(Seat(queue=each, tier=chance.randint(1, 3), weight=2) for each in queues)
    skills = {f"s{each}": chance.randint(1, 5) for each in chance.sample(range(SKILLS), 8)}
    return AgentSettings(
        agent_id=name, name=name, extension=name, queues=queues, seats=seats, skills=skills
    )
