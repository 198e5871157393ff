"""Rings: the agents of a queue who may take a call now, beside the calls they may take."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from acd.board.plan import Phase
from acd.board.pool import Pool, Rank
from acd.routing import parse
from acd.routing.order import SCORES, Score, fixed_score

if TYPE_CHECKING:
    from acd.board.agent import Agent
    from acd.board.model import Call, Queue

RINGS_KEPT = 64  # of a queue; beyond it those without a caller go, the oldest first

_new = tuple.__new__  # of a named tuple, without the call in between

Entry: TypeAlias = "tuple[float, float, int, Agent]"  # score, idle since, number


class RingKey(NamedTuple):
    """What makes one ring of a queue differ from another."""

    needs: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    reach: int = 0  # agents whose delay in the queue is no longer than this
    named: tuple[str, ...] = ()  # skills that decide the order


EVERYONE = RingKey()  # of a queue nobody of whom waits before he is asked


class Ring:
    """One ring: `line` are its calls, `bench` its free agents, both best first.

    An agent's entry on a bench is good while his number is the one he was put there with, so
    that taking an agent costs nothing at the rings he stood in.
    """

    __slots__ = (
        "_bench",
        "_strangers",
        "by_occupancy",
        "for_all",
        "head",
        "key",
        "leader",
        "line",
        "members",
        "queue",
        "score",
    )

    def __init__(self, queue: Queue, key: RingKey) -> None:
        self.queue, self.key = queue, key
        self.score = SCORES[queue.settings.strategy]
        self.by_occupancy = self.score is Score.OCCUPANCY
        self.for_all = key == queue.widest
        self.members: dict[str, float] = {}  # agent id to the fixed part of his score
        self.line: Pool[Call] = Pool()
        self.leader: Call | None = None  # the first in line,
        self.head: Rank | None = None  # and its rank: an agent compares those of his rings
        self._bench: list[Entry] = []
        self._strangers: dict[str, str] = {}  # why agents asked about do not belong to it

    def admits(self, agent: Agent) -> bool:
        """Tell whether the agent may take calls of this ring."""
        key = self.key
        if key.only:
            return agent.agent_id in key.only
        if agent.places[self.queue.settings.name].delay_seconds > key.reach:
            return False
        levels = agent.settings.skills
        return not key.needs or any(parse(need).meets(levels) for need in key.needs)

    def why_not(self, agent: Agent) -> str:
        """Say why an agent of the queue does not belong to the ring; empty when he does."""
        why = self._strangers.get(agent.agent_id)
        if why is None:
            why = "" if agent.agent_id in self.members else self.leave_out(agent)
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

    def remove(self, agent: Agent) -> None:
        """Let the agent belong to it no more."""
        self._strangers.pop(agent.agent_id, None)
        if self.members.pop(agent.agent_id, None) is not None:
            agent.rings = [(first, ring) for first, ring in agent.rings if ring is not self]

    def stand(self, call: Call, rank: Rank) -> None:
        """Let the call stand in line at this place."""
        self.line.put(call, rank)
        self.leader, self.head = self.line.first(), self.line.first_rank()

    def step_out(self, call: Call) -> None:
        """Let it stand there no more."""
        self.line.drop(call)
        self.leader, self.head = self.line.first(), self.line.first_rank()

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

    def put(self, agent: Agent) -> None:
        """Let a free agent wait for calls of the ring."""
        bench = self._bench
        score = 0.0 if self.score is Score.NOTHING else self.score_of(agent)
        heappush(bench, (score, agent.idle_clock, agent.number, agent))
        if len(bench) > 2 * len(self.members) + 16:
            self._bench = [entry for entry in bench if entry[2] == entry[3].number]
            heapify(self._bench)

    def first(self) -> Agent | None:
        """Return the free agent the strategy asks first."""
        bench = self._bench
        while bench:
            _, _, number, agent = bench[0]
            if number == agent.number:
                return agent
            heappop(bench)
        return None

    def leading(self, count: int) -> list[Agent]:
        """Return the free agents the strategy asks first, in order, up to `count`."""
        taken: list[Entry] = []
        while len(taken) < count and self.first() is not None:
            taken.append(heappop(self._bench))
        for entry in taken:
            heappush(self._bench, entry)
        return [entry[3] for entry in taken]

    def some(self, slots: int) -> list[Entry]:
        """Return free agents among the first slots of the heap: cheap, and near the best."""
        return [entry for entry in self._bench[:slots] if entry[2] == entry[3].number]

    def free(self) -> Iterator[Agent]:
        """Walk all free agents, in no promised order."""
        return (entry[3] for entry in self._bench if entry[2] == entry[3].number)


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
    if ring.key.only and not len(ring.line) and here:
        _drop(ring)


def rebuild(queue: Queue) -> None:
    """Forget all rings: the queue works otherwise now. Its calls must be placed anew."""
    for ring in list(queue.rings.values()):
        _drop(ring)


def _made(queue: Queue, key: RingKey) -> Ring:
    if len(queue.rings) >= RINGS_KEPT:
        idle = (r for r in queue.rings.values() if not len(r.line) and not r.for_all)
        if (unused := next(idle, None)) is not None:
            _drop(unused)
    ring = queue.rings[key] = Ring(queue, key)
    if ring.for_all:
        queue.everyone = ring
    for agent in queue.members.values():
        if ring.admits(agent):
            ring.add(agent)
            if agent.number:
                ring.put(agent)
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


def _by_priority(place: tuple[int, Ring]) -> int:
    return place[0]
