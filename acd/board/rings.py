"""Rings: the agents of a queue who may take a call now, beside the calls they may take."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from acd.board.heads import NOWHERE
from acd.board.plan import Phase
from acd.routing import WaitingCall, Weighed, parse
from acd.routing.order import SCORES, Score, fixed_score

if TYPE_CHECKING:
    from acd.board.agent import Agent
    from acd.board.model import Call, Queue

RINGS_KEPT = 64  # of a queue; beyond it those without a caller go, the oldest first

_new = tuple.__new__  # of a named tuple, without the call in between


class RingKey(NamedTuple):
    """What makes one ring of a queue differ from another."""

    needs: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    reach: int = 0  # agents whose delay in the queue is no longer than this
    named: tuple[str, ...] = ()  # skills that decide the order


EVERYONE = RingKey()  # of a queue nobody of whom waits before he is asked


class Ring:
    """One ring: the calls in its line and the free agents on its bench, both best first.

    An agent's entry on a bench is good while the turn in it is his, so that taking an agent
    costs nothing at the rings he stood in.
    """

    __slots__ = (
        "_bench",
        "_benched",
        "_heads",
        "_line",
        "_strangers",
        "by_occupancy",
        "for_all",
        "key",
        "leader",
        "members",
        "queue",
        "score",
        "slot",
    )

    def __init__(self, queue: Queue, key: RingKey) -> None:
        self.queue, self.key = queue, key
        self.slot = NOWHERE  # among the heads of all lines, while it is one of its queue's
        self.score = SCORES[queue.settings.strategy]
        self.by_occupancy = self.score is Score.OCCUPANCY
        self.for_all = key == queue.widest
        self.members: dict[str, float] = {}  # agent id to the fixed part of his score
        self.leader: Call | None = None  # the first in line
        self._heads, self._benched = queue.heads, queue.benched
        self._line: list[tuple[WaitingCall, Call]] = []
        self._bench: list[Weighed] = []
        self._strangers: dict[str, str] = {}  # why agents asked about do not belong to it

    @property
    def line(self) -> list[Call]:
        """Return the calls in line, first in line first; to look at."""
        return [call for _, call in self._line]

    @property
    def head(self) -> WaitingCall | None:
        """Return the ticket of the first in line."""
        return self._heads.tickets[self.slot]

    def admits(self, agent: Agent) -> bool:
        """Tell whether the agent may take calls of this ring."""
        key = self.key
        if key.only:
            return agent.agent_id in key.only
        if agent.places[self.queue.settings.name].delay_seconds > key.reach:
            return False
        levels = agent.settings.skills
        return not key.needs or any(parse(need).meets(levels) for need in key.needs)

    def why_not(self, agent_id: str) -> str:
        """Say why an agent of the queue does not belong to the ring; empty when he does."""
        why = self._strangers.get(agent_id)
        if why is None:
            member = agent_id in self.members
            why = "" if member else self.leave_out(self.queue.members[agent_id])
        return why

    def leave_out(self, agent: Agent) -> str:
        """Write down, before a decision has to say it, why he does not belong to it."""
        why = self._strangers[agent.agent_id] = self._why_not(agent)
        return why

    def _why_not(self, agent: Agent) -> str:
        if self.key.only:
            return "not_the_customers_own_agent"
        if agent.places[self.queue.settings.name].delay_seconds > self.key.reach:
            return "delay_not_reached"
        return "; ".join(parse(need).why_not(agent.settings.skills) for need in self.key.needs)

    def add(self, agent: Agent) -> None:
        """Let the agent belong to the ring."""
        place = agent.places[self.queue.settings.name]
        self._strangers.pop(agent.agent_id, None)
        self.members[agent.agent_id] = fixed_score(
            self.queue.settings.strategy,
            tier=place.tier,
            levels=agent.settings.skills,
            named=self.key.named,
            queues=len(agent.settings.queues),
        )
        agent.rings.append((-place.priority, self))
        agent.rings.sort(key=_by_priority)
        _line_up(agent)

    def remove(self, agent: Agent) -> None:
        """Let the agent belong to it no more."""
        self._strangers.pop(agent.agent_id, None)
        if self.members.pop(agent.agent_id, None) is not None:
            agent.rings = [(first, ring) for first, ring in agent.rings if ring is not self]
            _line_up(agent)

    def stand(self, call: Call, ticket: WaitingCall) -> None:
        """Let a call that does not stand here yet stand in line at the place of its ticket."""
        line, entry = self._line, (ticket, call)
        if not line or line[-1][0] < ticket:
            line.append(entry)
        else:
            insort(line, entry, key=_ticket)
        if line[0] is entry:
            self.leader = call
            self._heads.lead(self.slot, ticket)

    def step_out(self, call: Call, ticket: WaitingCall) -> None:
        """Let a call that stands here stand here no more."""
        line = self._line
        place = 0 if self.leader is call else bisect_left(line, ticket, key=_ticket)
        del line[place]
        if not place:
            first, self.leader = line[0] if line else (None, None)
            self._heads.lead(self.slot, first)

    def score_of(self, agent: Agent) -> float:
        """Return what the strategy compares first; the least is asked first."""
        score = self.score
        if score is Score.NOTHING:
            return 0.0
        if score is Score.FIXED:
            return self.members[agent.agent_id]
        if score is Score.TURN:
            return agent.turns.get(self.queue.settings.name, 0.0)
        return agent.occupancy.key()

    def put(self, agent: Agent, turn: int) -> None:
        """Let a free agent wait for calls of the ring."""
        bench, turns = self._bench, self._benched.turns
        score = 0.0 if self.score is Score.NOTHING else self.score_of(agent)
        settings = agent.settings
        entry = (score, agent.idle_clock, turn, agent.slot, settings.agent_id, settings.name)
        if not bench or bench[-1] < entry:
            bench.append(entry)
        else:
            insort(bench, entry)
        if len(bench) > 2 * len(self.members) + 16:
            self._bench = [entry for entry in bench if turns[entry[3]] == entry[2]]

    def first(self) -> Agent | None:
        """Return the free agent the strategy asks first."""
        bench, turns = self._bench, self._benched.turns
        for place, entry in enumerate(bench):
            if turns[entry[3]] == entry[2]:
                if place:
                    del bench[:place]
                return self._benched.agents[entry[3]]
        bench.clear()
        return None

    def leading(self, count: int) -> list[Agent]:
        """Return the free agents the strategy asks first, in order."""
        turns, agents = self._benched.turns, self._benched.agents
        found: list[Agent] = []
        for entry in self._bench:
            agent = agents[entry[3]]
            if agent is not None and turns[entry[3]] == entry[2]:
                found.append(agent)
                if len(found) == count:
                    break
        return found

    def candidates(self, places: int) -> list[Weighed]:
        """Return the free agents among the first places of the bench, in order."""
        turns = self._benched.turns
        return [entry for entry in self._bench[:places] if turns[entry[3]] == entry[2]]


def ring_of(queue: Queue, phase: Phase, reach: int) -> Ring:
    """Return the ring of this phase of a wait, made at first use."""
    ordered = phase.named if SCORES[queue.settings.strategy] is Score.FIXED else ()
    key = _new(RingKey, (phase.needs, phase.only, 0 if phase.only else reach, ordered))
    ring = queue.rings.get(key)
    return ring if ring is not None else _made(queue, key)


def ring_at(queue: Queue, at: int, reach: int) -> Ring:
    """Return the ring of a wait by the queue's own plan, at this phase of it."""
    ring = queue.usual.get((at, reach))
    if ring is None:
        ring = queue.usual[at, reach] = ring_of(queue, queue.phases[at], reach)
    return ring


def base_ring(queue: Queue) -> Ring:
    """Return the ring of everyone in the queue."""
    return queue.everyone if queue.everyone is not None else _made(queue, queue.widest)


def retire(ring: Ring) -> None:
    """Forget a ring of certain agents alone once nobody waits for them."""
    here = ring.queue.rings.get(ring.key) is ring  # else all were made anew meanwhile
    if ring.key.only and ring.leader is None and here:
        _drop(ring)


def rebuild(queue: Queue) -> None:
    """Forget all rings: the queue works otherwise now. Its calls must be placed anew."""
    for ring in list(queue.rings.values()):
        _drop(ring)


def _made(queue: Queue, key: RingKey) -> Ring:
    if len(queue.rings) >= RINGS_KEPT:
        idle = (r for r in queue.rings.values() if r.leader is None and not r.for_all)
        if (unused := next(idle, None)) is not None:
            _drop(unused)
    ring = queue.rings[key] = Ring(queue, key)
    ring.slot = queue.heads.add(ring)
    if ring.for_all:
        queue.everyone = ring
    for agent in queue.members.values():
        if ring.admits(agent):
            ring.add(agent)
            if turn := queue.benched.turns[agent.slot]:
                ring.put(agent, turn)
        elif not key.only:
            ring.leave_out(agent)
    return ring


def _drop(ring: Ring) -> None:
    queue = ring.queue
    queue.rings.pop(ring.key, None)
    queue.usual.clear()
    if queue.everyone is ring:
        queue.everyone = None
    for agent_id in list(ring.members):
        agent = queue.members.get(agent_id)
        if agent is not None:
            ring.remove(agent)
    queue.heads.drop(ring.slot)
    ring.slot = NOWHERE


def _line_up(agent: Agent) -> None:
    slots: dict[int, array[int]] = {}
    for first, ring in agent.rings:
        slots.setdefault(first, array("I")).append(ring.slot)
    agent.lines = tuple(slots.values())


def _by_priority(place: tuple[int, Ring]) -> int:
    return place[0]


_ticket = itemgetter(0)
