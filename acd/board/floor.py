"""The floor: every agent, queue and call of the board, with its indexes kept true."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from acd.board import places, seats
from acd.board.agent import Agent
from acd.board.benched import Benched
from acd.board.heads import Heads
from acd.board.known import KnownCall
from acd.board.model import STEPPED, Call, Moment, Owed, Queue, Stint
from acd.board.pool import Pool
from acd.board.rings import Ring, base_ring
from acd.board.settings import Brief, QueueSettings, Reason
from acd.effects import Effect, MirrorReadiness, Tell
from acd.notices import AgentState, AgentTold, LeadTold
from acd.routing.occupancy import Crowd
from cti.events import DeviceState

TimerKind: TypeAlias = Literal[
    "offer",
    "wrap_up",
    "dial",
    "return",
    "gone",
    "midnight",
    "reason",
    "reserve",
    "waited",
    "hours",
    "nobody",
    "step",
    "expiry",
    "comfort",
    "retry",
]
Timer: TypeAlias = tuple[TimerKind, Call | str]

# Of the share of time spent on calls; not ready does not count at all.
_WORK: dict[AgentState, bool | None] = {
    AgentState.OFFLINE: None,
    AgentState.NOT_READY: None,
    AgentState.READY: False,
    AgentState.OFFERED: False,
}

_ASKED = (AgentState.OFFERED, "")
_NOT_FREE = (False, "", 0.0)

ENDED_KEPT = 10_000  # ids of ended calls remembered, so that a late event makes no ghost


class Floor:
    """State and indexes of the board; rules live in the modules beside."""

    rung = False  # whether a phone is asked to ring in this step

    def __init__(self, now: Moment) -> None:
        self.agents: dict[str, Agent] = {}
        self.devices: dict[str, Agent] = {}
        self.queues, self.heads, self.benched = dict[str, Queue](), Heads(), Benched()
        self.calls: dict[UUID, Call] = {}
        self.ended: OrderedDict[UUID, str] = OrderedDict()
        self.phones: dict[str, DeviceState] = {}  # every device heard of
        self.reasons: dict[str, Reason] = {}  # of being not ready; empty: any will do
        self.resting: dict[str, None] = {}  # agents who missed a call in this step
        self.timers: Pool[Timer] = Pool()
        self.clock = now.clock  # at the beginning of the step that is under way
        self.epoch = -1  # of the last resync
        self.stale_since: datetime | None = now.at
        self.effects: list[Effect] = []
        # Rings whose line grew in this step, and agents who came free in it.
        self.lined, self.freed = dict[Ring, None](), dict[str, None]()
        self.dirty_agents: dict[str, None] = {}
        self.dirty_queues: dict[Queue, None] = {}
        self.staffed: dict[Queue, None] = {}  # queues who is signed in for may have changed
        self.dirty_calls: dict[Call, None] = {}
        self.closing: list[Effect] = []  # told after everything else of this step
        self.briefs: OrderedDict[UUID, Brief] = OrderedDict()  # of calls not heard of yet
        self.remembered: dict[UUID, KnownCall] = {}  # from the store, until the first resync
        self.newcomers: dict[Call, None] = {}  # calls that entered a line in this step
        self.ended_waits: list[tuple[Queue, Stint, float, bool]] = []  # seconds; answered
        self.arrived: dict[Call, None] = {}  # calls whose wait began in this step
        self.judged: dict[Call, None] = {}  # waiting calls to be held against their queue's rules
        self.owed = Owed()
        self.orphans: dict[Call, None] = {}  # callers who may still ring a phone no longer asked
        self.crowd = Crowd()
        self._stints = 0
        self._asked: list[list[Queue]] = []  # of agents who are not counted as asked yet

    def emit(self, effect: Effect) -> None:
        """Ask the engine for something."""
        self.effects.append(effect)

    def tell(
        self,
        agent: Agent,
        code: str,
        *,
        level: Literal["info", "warning", "error"] = "warning",
        detail: dict[str, str] | None = None,
    ) -> None:
        """Say a word to one agent."""
        told = AgentTold(agent_id=agent.agent_id, level=level, code=code, detail=detail or {})
        self.emit(Tell(notice=told))

    def tell_leads(
        self,
        agent: Agent,
        code: str,
        *,
        level: Literal["info", "warning", "error"] = "warning",
        detail: dict[str, str] | None = None,
    ) -> None:
        """Say a word about an agent to those who lead the shift."""
        told = LeadTold(agent_id=agent.agent_id, level=level, code=code, detail=detail or {})
        self.emit(Tell(notice=told))

    def queue(self, name: str) -> Queue:
        """Return the queue; a name nobody configured gets one without agents."""
        queue = self.queues.get(name)
        if queue is None:
            settings = QueueSettings(name=name, title=name)
            queue = self.queues[name] = Queue(settings, self.heads, self.benched)
            base_ring(queue)
            self.dirty_queues[queue] = self.staffed[queue] = None
        return queue

    def has_queue(self, name: str) -> bool:
        """Tell whether a queue is in use by this name."""
        return name in self.queues and not self.queues[name].archived

    def settle(self, agent: Agent, now: Moment) -> None:
        """Bring state, counts, indexes and mirror in line with what the agent holds."""
        state = agent.state_now()
        reason = agent.reason_now(state)
        if state is not agent.state:
            self._move_count(agent, state)
            if state is AgentState.READY and agent.state is not AgentState.OFFERED:
                agent.idle_clock = now.clock
            self._count_work(agent, state, now.clock)
            agent.chosen = agent.chosen and (agent.busy or agent.wrap_up is not None)
            agent.state = state
        if agent.shown[0] is not state or agent.shown[1] != reason:
            agent.shown, agent.since = (state, reason), now.at
            self._time_reason(agent, now)
        self._index(agent)
        self._mirror(agent)
        if agent.wanted is not AgentState.READY or agent.trouble():
            self._keep_no_calls_for(agent)
        self.dirty_agents[agent.agent_id] = None

    def ask(self, agent: Agent, call_id: UUID, now: Moment) -> None:
        """Note that the call is held out to him: what `settle` would find of a free agent."""
        agent.offer = call_id
        if not agent.index[0]:
            self.settle(agent, now)
            return
        self._asked.append(agent.queues)
        agent.state, agent.shown, agent.since = AgentState.OFFERED, _ASKED, now.at
        agent.index, self.benched.turns[agent.slot] = _NOT_FREE, 0
        self.dirty_agents[agent.agent_id] = None

    def counts_of(self, queue: Queue) -> dict[AgentState, int]:
        """Return how many of the queue's agents are in each state."""
        if self._asked:
            self.count_asked()
        return queue.counts

    def count_asked(self) -> None:
        """Count who was asked; not at once, as an agent of many queues would ring later for it."""
        asked, self._asked = self._asked, []
        for queues in asked:
            self._count(queues, AgentState.READY, AgentState.OFFERED)

    def enter_line(self, call: Call, *, queue: str, since: datetime, now: Moment) -> Stint:
        """Open a wait in the queue; the place is by priority and time, and then never changes."""
        self._stints += 1
        clock = now.clock - max(0.0, (now.at - since).total_seconds())
        line = self.queue(queue)
        call.stint = Stint(queue, line, since, clock, self._stints)
        call.queue, call.queued_at = queue, since
        line.stints.put(call, (clock, float(self._stints)))
        call.through[queue] = None
        for device in call.talkers:  # whose leaving was not heard of: another queue's rules follow
            if device in self.devices:
                self.dirty_agents[self.devices[device].agent_id] = None
        self.newcomers[call] = None
        self.arrived[call] = None
        longest = line.settings.limits.max_wait_seconds
        if longest is not None:
            self.timers.put(("waited", call), (clock + longest,))
        places.begin(self, call, now.clock)
        self.stand_in_line(call)
        return call.stint

    def stand_in_line(self, call: Call) -> None:
        """Let the waiting call be offered, from the place it always had."""
        stint = call.stint
        held = call.offer is not None or call.lent or ("gone", call) in self.timers
        if stint is None or held:
            return
        self.timers.drop(("return", call))
        places.stand(self, call, stint)
        self.judged[call] = None
        self.touch(call)

    def let_others_first(self, call: Call) -> None:
        """Let nobody who let the call ring be asked for it in this step before all others were."""
        for agent_id in call.passed:
            agent = self.agents.get(agent_id)
            if agent is not None and agent.free:
                agent.resting = True
                self.resting[agent_id] = None
                self._index(agent)

    def let_others_first_everywhere(self) -> None:
        """Do so for every call in line: many agents may have come free in this step."""
        for call in self.calls.values():
            if call.passed and call.stint is not None and call.stint.ring is not None:
                self.let_others_first(call)

    def leave_line(self, call: Call) -> None:
        """Hold the call back from offers; its wait goes on."""
        places.step_out(call)
        self.touch(call)

    def close_stint(self, call: Call) -> Stint | None:
        """End the wait; the caller of this counts how it ended."""
        stint = call.stint
        if stint is None:
            return None
        places.step_out(call)
        stint.home.stints.drop(call)
        call.stint = None
        self.timers.drop(("return", call))
        self.timers.drop(("step", call))
        self.timers.drop(("waited", call))
        self.timers.drop(("comfort", call))
        self.newcomers.pop(call, None)
        self.judged.pop(call, None)
        self.dirty_queues[stint.home] = None
        self.touch(call)
        return stint

    def count_answer(self, stint: Stint, at: datetime, *, by_agent: bool) -> None:
        """Count how a closed wait ended well; a call that reached no agent just left."""
        queue = stint.home
        if not by_agent:
            queue.figures.left += 1
            return
        queue.figures.answered += 1
        waited = self._waited(stint, at)
        queue.figures.in_target += waited <= queue.settings.target_seconds
        self.ended_waits.append((queue, stint, waited, True))

    def count_abandon(self, stint: Stint, at: datetime) -> None:
        """Count a closed wait that the caller broke off."""
        queue = stint.home
        queue.figures.abandoned += 1
        waited = self._waited(stint, at)
        queue.figures.short_abandoned += waited <= queue.settings.short_abandon_seconds
        self.ended_waits.append((queue, stint, waited, False))

    def _waited(self, stint: Stint, at: datetime) -> float:
        """Return how long the wait was: by the time of day, unless that was stepped meanwhile."""
        by_wall, by_clock = (at - stint.since).total_seconds(), self.clock - stint.clock
        return by_wall if abs(by_wall - by_clock) < STEPPED.total_seconds() else by_clock

    def touch(self, call: Call) -> None:
        """Note that the call's row, and its queue's, may have changed."""
        self.dirty_calls[call] = None
        if call.stint is not None:
            self.dirty_queues[call.stint.home] = None

    def forget(self, call: Call, outcome: str) -> None:
        """Drop an ended call and remember its id for a while."""
        self.calls.pop(call.call_id, None)
        self.dirty_calls[call] = None
        self.ended[call.call_id] = outcome
        if len(self.ended) > ENDED_KEPT:
            self.ended.popitem(last=False)

    def seat(self, agent: Agent) -> None:
        """Put an agent on the floor and into the counts of his queues."""
        self.agents[agent.agent_id] = agent
        self.benched.add(agent)
        self.devices[agent.device] = agent
        for name in agent.settings.queues:
            queue = self.queue(name)
            counts = self.counts_of(queue)
            counts[agent.state] = counts.get(agent.state, 0) + 1
            self.dirty_queues[queue] = self.staffed[queue] = None
        seats.take(self, agent, self.clock)
        self.dirty_agents[agent.agent_id] = None

    def unseat(self, agent: Agent) -> None:
        """Take an agent off the floor, his queues' counts and indexes."""
        for name in agent.settings.queues:
            queue = self.queue(name)
            self.counts_of(queue)[agent.state] -= 1
            queue.unreachable.pop(agent.agent_id, None)
            self.dirty_queues[queue] = self.staffed[queue] = None
        agent.index = _NOT_FREE
        seats.leave(self, agent, self.clock)
        self.agents.pop(agent.agent_id, None)
        self.benched.drop(agent)
        self.devices.pop(agent.device, None)

    def _time_reason(self, agent: Agent, now: Moment) -> None:
        """Count the reason he now is not ready for, and watch how long it lasts."""
        state, code = agent.shown
        agent.reason_ends_at = None
        self.timers.drop(("reason", agent.agent_id))
        if state is not AgentState.NOT_READY or not code:
            return
        if code != agent.reason_before:
            agent.reasons_today[code] = agent.reasons_today.get(code, 0) + 1
        if code != "signed_in":
            agent.reason_before = ""
        reason = self.reasons.get(code)
        if reason is not None and reason.max_seconds is not None:
            agent.reason_ends_at = now.at + timedelta(seconds=reason.max_seconds)
            self.timers.put(("reason", agent.agent_id), (now.clock + reason.max_seconds,))

    def _count_work(self, agent: Agent, state: AgentState, clock: float) -> None:
        if agent.state is AgentState.OFFLINE:
            agent.occupancy.begin(self.crowd.mean(clock))
        was, agent.working = agent.working, _WORK.get(state, True)
        if was is not agent.working:
            share = agent.occupancy.share(clock)
            agent.occupancy.turn(busy=agent.working, clock=clock)
            self.crowd.change(share, was=was, now=agent.working, clock=clock)
            if was is None:
                seats.join(self, agent)

    def _keep_no_calls_for(self, agent: Agent) -> None:
        for _, ring in [each for each in agent.rings if each[1].key.only]:
            places.wait_no_longer_for(self, ring.queue, ring.key.only)

    def _move_count(self, agent: Agent, state: AgentState) -> None:
        if self._asked:
            self.count_asked()
        before = agent.state
        self._count(agent.queues, before, state)
        if AgentState.OFFLINE in {before, state}:
            self.staffed.update(dict.fromkeys(agent.queues))

    def _count(self, queues: list[Queue], before: AgentState, state: AgentState) -> None:
        dirty = self.dirty_queues
        for queue in queues:
            counts = queue.counts
            counts[before] -= 1
            counts[state] = counts.get(state, 0) + 1
            dirty[queue] = None

    def _index(self, agent: Agent) -> None:
        free = agent.offerable()
        why = "" if free or agent.state is not AgentState.READY else agent.obstacle()
        index = (free, why, agent.idle_clock if free else 0.0)
        if index == agent.index:
            return
        agent.index, self.benched.turns[agent.slot] = index, 0
        if free:
            self.freed[agent.agent_id] = None
        for queue in agent.queues:
            unreachable = queue.unreachable
            if why:
                unreachable[agent.agent_id] = why
            elif unreachable:
                unreachable.pop(agent.agent_id, None)

    def bench(self, agent: Agent) -> None:
        """Let a free agent wait for calls."""
        if not self.benched.turns[agent.slot]:
            turn = self.benched.sit(agent)
            for _, ring in agent.rings:
                ring.put(agent, turn)

    def _mirror(self, agent: Agent) -> None:
        deaf = agent.desk_closed or not agent.microphone
        paused = agent.wanted is not AgentState.READY or agent.wrap_up is not None or deaf
        word = "wrap_up" if agent.wrap_up else agent.reason or str(agent.wanted)
        word = agent.trouble() if deaf else word
        mirror = (paused, word if paused else "")
        if self.stale_since is None and mirror != agent.mirrored:
            agent.mirrored = mirror
            self.emit(MirrorReadiness(device=agent.device, paused=paused, reason=mirror[1]))
