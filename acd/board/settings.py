"""Settings: how queues and agents are configured, as frozen values the board works by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from types import MappingProxyType

NO_SKILLS: Mapping[str, int] = MappingProxyType({})


class Strategy(StrEnum):
    """Which of several free agents a queue asks first."""

    LONGEST_IDLE = "longest_idle"
    LEAST_OCCUPIED = "least_occupied"  # least share of signed-in time spent on calls
    ROUND_ROBIN = "round_robin"
    ORDERED_TIERS = "ordered_tiers"  # lowest tier first, longest idle within it
    WEIGHTED = "weighted"  # calls in proportion to each agent's weight
    BEST_SKILL = "best_skill"  # highest sum of the levels the call asks for
    LEAST_FLEXIBLE = "least_flexible"  # fewest other skills: the multi-skilled stay free
    RING_ALL = "ring_all"  # several phones ring, one wins


class WrapUpKind(StrEnum):
    """How after-call work begins and ends."""

    NONE = "none"
    OPTIONAL = "optional"  # the agent asks for it during the call; ends by click or by time
    MANDATORY = "mandatory"  # until the agent clicks
    TIMED = "timed"  # until the time is over or the agent clicks
    TIMED_FORCED = "timed_forced"  # until the time is over, no early exit


@dataclass(frozen=True, kw_only=True, slots=True)
class WrapUpRule:
    """After-call work of a queue or, where set, of one agent."""

    kind: WrapUpKind = WrapUpKind.NONE
    seconds: int = 0  # of the timed kinds; of `optional` 0 means without end
    extension_seconds: int = 0  # the agent may ask once for this much more; 0: never


@dataclass(frozen=True, kw_only=True, slots=True)
class RequirementStep:
    """One ring of agents: who may take the call while this step lasts."""

    needs: str = ""  # e.g. `language:zh>=4 and tech>=2`; empty: anyone
    seconds: int | None = None  # how long until the next step; None: the last one


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A span of open hours on a weekday, 0 is Monday; `until` 00:00 means the day's end."""

    weekday: int
    since: time
    until: time


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """When a queue is open; without periods it always is."""

    zone: str = "Asia/Shanghai"
    periods: tuple[Period, ...] = ()
    closed_on: tuple[date, ...] = ()
    closed_now: bool = False  # emergency closing


class OverflowKind(StrEnum):
    """Where a call goes when its queue cannot serve it."""

    QUEUE = "queue"
    NUMBER = "number"
    VOICEMAIL = "voicemail"
    MESSAGE = "message"  # a prompt is played, then the call is ended
    CALLBACK = "callback"
    HANG_UP = "hang_up"


class OverflowReason(StrEnum):
    """Why a queue does not keep a call."""

    CLOSED = "closed"  # also for callers still waiting at closing time
    FULL = "full"
    NOBODY = "nobody"  # nobody is signed in who could ever take it
    WAITED = "waited"  # longer than the queue's maximum


@dataclass(frozen=True, kw_only=True, slots=True)
class Overflow:
    """One link of a chain: for these reasons the call goes there; the first that can, takes it."""

    reasons: frozenset[OverflowReason]
    kind: OverflowKind
    target: str = ""  # queue name, number or prompt name
    priority: int = 0  # in the queue it goes to


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much a queue takes; None is without limit."""

    max_waiting: int | None = None
    max_wait_seconds: int | None = None
    max_per_ready_agent: float | None = None  # waiting calls for each agent signed in and ready


@dataclass(frozen=True, kw_only=True, slots=True)
class Comfort:
    """What a waiting caller hears."""

    music: str = "default"
    messages: tuple[str, ...] = ()  # prompt names, in turn
    every_seconds: int = 30
    say_position: bool = False
    say_wait: bool = False  # a range; silent when its back-test error is too big


class CallbackOrder(StrEnum):
    """Who is rung first when a callback's turn has come."""

    AGENT_FIRST = "agent_first"
    CUSTOMER_FIRST = "customer_first"


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackRule:
    """How a caller may keep the place and hang up."""

    offered: bool = False
    key: str = "1"  # pressed while waiting
    after_seconds: int = 30  # of waiting, until it is offered aloud
    order: CallbackOrder = CallbackOrder.AGENT_FIRST
    tries: int = 3
    retry_seconds: int = 900
    expires_seconds: int = 14_400


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueSettings:
    """How one queue works."""

    name: str
    title: str = ""
    title_en: str = ""
    ring_seconds: int = 20
    wrap_up: WrapUpRule = WrapUpRule()
    strategy: Strategy = Strategy.LONGEST_IDLE
    steps: tuple[RequirementStep, ...] = ()  # for calls that bring none of their own
    priority: int = 0  # added to each call's own
    ageing_seconds: int = 0  # of waiting that count as one priority more; 0: never
    owner_seconds: int = 0  # how long the customer's owner alone may be asked
    last_agent_seconds: int = 0  # how long the agent who last spoke with him alone may be
    ring_all_limit: int = 8  # phones rung at once by ring_all
    limits: Limits = Limits()
    hours: Hours = Hours()
    overflow: tuple[Overflow, ...] = ()
    comfort: Comfort = Comfort()
    callback: CallbackRule = CallbackRule()
    short_abandon_seconds: int = 5  # abandons before that count as short
    target_seconds: int = 20
    target_share: float = 0.8
    formula: str = "answered_in_target/offered_less_short"  # of the service level


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """An agent's place in one queue."""

    queue: str
    tier: int = 1  # lower is asked first by ordered_tiers
    weight: int = 1
    delay_seconds: int = 0  # a call must have waited this long before he is asked
    priority: int = 0  # this queue's calls come to him before those of lower priority


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentSettings:
    """Who an agent is, and what he can."""

    agent_id: str
    name: str
    extension: str
    queues: tuple[str, ...] = ()
    seats: tuple[Seat, ...] = ()  # details for some of `queues`; the others take the defaults
    skills: Mapping[str, int] = field(default_factory=lambda: NO_SKILLS)  # `language:zh` to 1..9
    wrap_up: WrapUpRule | None = None  # instead of the queue's
    missed_limit: int = 1  # rings in a row not answered until he is set not ready
    blended: bool = False  # outbound work too; it gives way to waiting calls

    @property
    def device(self) -> str:
        """Return the phone as Asterisk names it."""
        return f"PJSIP/agent-{self.extension}"

    def seat(self, queue: str) -> Seat:
        """Return his place in the queue."""
        return next((seat for seat in self.seats if seat.queue == queue), Seat(queue=queue))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why an agent is not ready."""

    code: str
    paid: bool = True
    max_seconds: int | None = None  # beyond it, agent and supervisor are told
    max_a_day: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """The whole configuration of the board."""

    queues: tuple[QueueSettings, ...] = ()
    agents: tuple[AgentSettings, ...] = ()
    reasons: tuple[Reason, ...] = ()
    version: int = 0  # of the configuration, as published


@dataclass(frozen=True, kw_only=True, slots=True)
class Brief:
    """What is known of a caller when he comes to wait; kept with the call."""

    steps: tuple[RequirementStep, ...] = ()  # instead of the queue's
    priority: int = 0  # from the customer's record (VIP level), added to the call's own
    owner: str = ""  # agent id
    last_agent: str = ""  # agent id
    do_not_call: bool = False
    callback_number: str = ""


NO_BRIEF = Brief()
