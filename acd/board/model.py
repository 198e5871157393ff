"""Calls, their waits and the queues as the board knows them: plain values in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from acd.board.benched import Benched
from acd.board.estimate import Estimator, Range
from acd.board.heads import Heads
from acd.board.plan import ANYONE, Phase
from acd.board.pool import Pool, Rank
from acd.board.promised import Callback
from acd.board.rings import EVERYONE, Ring, RingKey
from acd.board.settings import (
    NO_BRIEF,
    Brief,
    Overflow,
    QueueSettings,
)
from acd.notices import AgentState, CallState
from acd.routing import WaitingCall
from cti.events import Direction

if TYPE_CHECKING:
    from acd.board.agent import Agent

STEPPED = timedelta(seconds=60)
HEARD = 64  # events of one call, or one phone, that are known again when they are told twice

_NO_TICKET = WaitingCall((), UUID(int=0), "", 0, 0.0)


Stamp: TypeAlias = tuple[str, str, datetime]  # what happened, to which device, when


def is_new(heard: dict[Stamp, None], stamp: Stamp) -> bool:
    """Keep the stamp of an event; false for one that was heard before.

    The feed keeps its order, so what comes later happened later, whatever the time of day
    says: that may be set back. Only what bears the very same stamp is the same event again.
    """
    if stamp in heard:
        return False
    heard[stamp] = None
    if len(heard) > HEARD:
        del heard[next(iter(heard))]
    return True


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, twice: `at` stamps what people read, `clock` (seconds) runs timers.

    The clock never steps; the time of day may.
    """

    at: datetime
    clock: float


@dataclass(slots=True)
class Figures:
    """A queue's count of today; offered = answered + abandoned + overflowed + left + waiting."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    in_target: int = 0
    left: int = 0  # went elsewhere before an answer: another queue, a number
    overflowed: int = 0  # sent on by the queue's own rule: closed, full, nobody, waited
    short_abandoned: int = 0  # of the abandoned, those within the queue's short limit


@dataclass(slots=True)
class Stint:
    """One wait in one queue: from entering until answered, abandoned or moved."""

    queue: str
    home: Queue  # the same one
    since: datetime
    clock: float
    number: int = 0  # in the order of entering
    ticket: WaitingCall = _NO_TICKET  # place in line, kept when an offer fails, and whose it is
    phases: tuple[Phase, ...] = ANYONE  # who may take the call, one after the other
    at: int = 0  # the phase in force
    ends: float | None = None  # clock reading at which the next one begins
    due: float | None = None  # of whatever widens the ring next: a phase, an agent's delay
    reach: int = 0  # agents whose delay in the queue is no longer than this may take it
    foretold: Range | None = None  # how long it would be, when it began
    words: int = 0  # said to the caller so far
    next_word: float | None = None  # clock reading of the next
    unsure: bool = False  # a phone may have rung unheard of: perhaps he talks already
    ring: Ring | None = None  # where the call stands, while it may be offered

    @property
    def rank(self) -> Rank:
        """Return the place in line; the least goes first."""
        return self.ticket.rank

    @property
    def phase(self) -> Phase:
        """Return the phase in force."""
        return self.phases[self.at]


@dataclass(frozen=True, slots=True)
class Diversion:
    """A wait that its queue's overflow ended, and where the call is sent instead."""

    stint: Stint
    link: Overflow
    counted: Figures  # of the day on which it was counted


@dataclass(slots=True)
class Offer:
    """A call held out to one agent, or to several at once."""

    agent_id: str
    confirmed: bool = False  # his phone rings
    by: str = ""  # agent who hands the call over
    beside: tuple[str, ...] = ()  # other agents whose phones ring at once; the first one wins
    together: bool = False  # it began with several

    @property
    def agents(self) -> tuple[str, ...]:
        """Return everybody it is held out to."""
        return (self.agent_id, *self.beside)

    def without(self, agent_id: str) -> Offer:
        """Return what is left of it when this agent is out; somebody else must be in."""
        first, *others = [each for each in self.agents if each != agent_id]
        return Offer(first, self.confirmed, self.by, tuple(others), self.together)


@dataclass(slots=True, eq=False)
class Call:
    """One live call."""

    call_id: UUID
    channel: str
    direction: Direction
    caller_number: str
    caller_name: str
    dialled_number: str
    started_at: datetime
    queue: str = ""
    priority: int = 0
    own_priority: int = 0  # that it came to the queue with, without what an overflow gave it
    stint: Stint | None = None
    offer: Offer | None = None
    talkers: dict[str, str] = field(default_factory=dict)  # device to channel, in order
    held: set[str] = field(default_factory=set)
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    brief: Brief = NO_BRIEF
    passed: dict[str, None] = field(default_factory=dict)  # agents who let it ring
    through: dict[str, None] = field(default_factory=dict)  # queues it came through, in order
    callback: Callback | None = None  # a place in line whose owner has hung up
    callback_asked: bool = False  # it was offered instead of the wait
    serves: UUID | None = None  # made for this callback
    lent: bool = False  # Asterisk's own queue has him: what rings or joins him is its doing
    diverted: Diversion | None = None  # being sent elsewhere by its queue's overflow
    heard: dict[Stamp, None] = field(default_factory=dict)

    def state_now(self) -> CallState:
        """Read the state off what the call holds."""
        if self.offer is not None:
            return CallState.OFFERED
        if self.stint is not None:
            return CallState.WAITING
        if self.talkers:
            return CallState.HELD if self.held else CallState.TALKING
        return CallState.MENU

    def customers_channel(self, device: str) -> str:
        """Return the channel to move when this phone hands the call on; empty: nobody is there."""
        if self.direction is Direction.INBOUND:
            return self.channel
        return next((c for other, c in self.talkers.items() if other != device), "")

    def is_news(self, kind: str, device: str, at: datetime) -> bool:
        """Remember the stamp; false for an event that was heard before."""
        return is_new(self.heard, (kind, device, at))


@dataclass(slots=True, eq=False)
class Queue:
    """One queue with its indexes."""

    settings: QueueSettings
    heads: Heads  # of all lines of the floor
    benched: Benched
    stints: Pool[Call] = field(default_factory=Pool)  # all who wait, oldest first
    members: dict[str, Agent] = field(default_factory=dict)
    rings: dict[RingKey, Ring] = field(default_factory=dict)
    everyone: Ring | None = None  # the one all members belong to
    usual: dict[tuple[int, int], Ring] = field(default_factory=dict)  # by phase and reach
    delays: tuple[int, ...] = (0,)  # of its members' seats, least first
    widest: RingKey = EVERYONE  # of the ring of everyone
    phases: tuple[Phase, ...] = ANYONE  # of a wait whose call brings nothing of its own
    turn: float = 0.0  # the greatest given out, or the one served last; see acd.routing.order
    unreachable: dict[str, str] = field(default_factory=dict)  # ready, yet not offerable: why
    counts: dict[AgentState, int] = field(default_factory=dict)  # read by `Floor.counts_of`
    figures: Figures = field(default_factory=Figures)
    estimator: Estimator = field(default_factory=Estimator)
    spread: tuple[float, float | None] = (float("-inf"), None)  # clock, and what was found then
    waiting_told: tuple[str, str] = ("default", "")  # music and key, as the dialplan knows them
    callbacks: dict[UUID, None] = field(default_factory=dict)  # owed, in order of request
    coming: dict[UUID, None] = field(default_factory=dict)  # sent here by others' overflow
    is_open: bool = True  # by its hours; changes by timer alone
    turns_at: datetime | None = None  # the opening or closing its timer is set for
    deserted_at: float | None = None  # clock since which nobody is signed in
    archived: bool = False  # no longer in the roster: shown while somebody is left in it

    @property
    def is_over(self) -> bool:
        """Whether it was archived and nobody is left in it."""
        return self.archived and not self.stints and not self.callbacks

    def is_served(self) -> bool:
        """Tell whether somebody is signed in; who logged out during his call is not."""
        if self.counts.get(AgentState.READY) or self.counts.get(AgentState.NOT_READY):
            return True
        return any(agent.wanted is not AgentState.OFFLINE for agent in self.members.values())

    def at_work(self) -> int:
        """Return how many are ready, or will be after the call in hand."""
        idle = (AgentState.OFFLINE, AgentState.NOT_READY)
        return sum(n for state, n in self.counts.items() if state not in idle)

    @property
    def line(self) -> list[UUID]:
        """Return the calls that may be offered now, first in line first; to look at."""
        calls = [call for ring in self.rings.values() for call in ring.line]
        ranked = [(call.stint.rank, call.call_id) for call in calls if call.stint]
        return [call_id for _, call_id in sorted(ranked)]

    @property
    def free(self) -> list[str]:
        """Return the agents a call may be offered to now; to look at."""
        return [agent_id for agent_id, agent in self.members.items() if agent.free]


@dataclass(slots=True)
class Owed:
    """The callbacks that are owed, and what happened to them in this step."""

    callbacks: dict[UUID, Call] = field(default_factory=dict)  # each stands in its queue's line
    unserved: dict[UUID, None] = field(default_factory=dict)  # calls made that lost their agent
    attempts_over: list[Call] = field(default_factory=list)  # calls made that ended
    turned: dict[str, None] = field(default_factory=dict)  # queues that opened or closed
