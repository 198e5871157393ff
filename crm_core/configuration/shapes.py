"""Documents of the configuration: how a queue, an agent, a skill or a reason is set.

Here alone the kinds and bounds of values are held, so that anything can be stored and shown;
whether a configuration makes sense is said by the check of call distribution.
"""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from crm_core.sentences import sentence

MOST_QUEUES = 200  # of one agent
MOST_ROWS = 100


def _without_control(text: str) -> str:
    if not text.isprintable():
        raise ValueError(
            sentence("control_line", "control characters and line breaks are not allowed")
        )
    return text


_PLAIN = AfterValidator(_without_control)
_STRIPPED = StringConstraints(strip_whitespace=True, max_length=80)
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), _PLAIN
]
Words80 = Annotated[str, _STRIPPED, _PLAIN]
Requirement = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), _PLAIN]
Target = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), _PLAIN]
Whole = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]
Share = Annotated[float, Field(ge=-1_000_000.0, le=1_000_000.0)]
SKILL = r"^[a-z][a-z0-9_-]{0,30}(:[a-z0-9][a-z0-9_-]{0,30})?$"
SLUG = r"^[a-z0-9-]{1,40}$"
CODE = r"^[a-z0-9][a-z0-9_.-]{0,39}$"
SkillName = Annotated[str, StringConstraints(pattern=SKILL)]
QueueName = Annotated[str, StringConstraints(pattern=SLUG)]
ReasonCode = Annotated[str, StringConstraints(pattern=CODE)]
Extension = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,8}$")]


class Strategy(StrEnum):
    """Which of several free agents a queue asks first."""

    LONGEST_IDLE = "longest_idle"
    LEAST_OCCUPIED = "least_occupied"
    ROUND_ROBIN = "round_robin"
    ORDERED_TIERS = "ordered_tiers"
    WEIGHTED = "weighted"
    BEST_SKILL = "best_skill"
    LEAST_FLEXIBLE = "least_flexible"
    RING_ALL = "ring_all"


class WrapUpKind(StrEnum):
    """How after-call work begins and ends."""

    NONE = "none"
    OPTIONAL = "optional"
    MANDATORY = "mandatory"
    TIMED = "timed"
    TIMED_FORCED = "timed_forced"


class OverflowKind(StrEnum):
    """Where a call goes when its queue cannot serve it."""

    QUEUE = "queue"
    NUMBER = "number"
    VOICEMAIL = "voicemail"
    MESSAGE = "message"
    CALLBACK = "callback"
    HANG_UP = "hang_up"


class OverflowReason(StrEnum):
    """Why a queue does not keep a call."""

    CLOSED = "closed"
    FULL = "full"
    NOBODY = "nobody"
    WAITED = "waited"


class CallbackOrder(StrEnum):
    """Who is rung first when a callback's turn has come."""

    AGENT_FIRST = "agent_first"
    CUSTOMER_FIRST = "customer_first"


class Part(BaseModel):
    """Base of everything configured: frozen, nothing unknown, no numbers that are none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class WrapUp(Part):
    """After-call work; of `optional`, 0 seconds means without end."""

    kind: WrapUpKind = WrapUpKind.NONE
    seconds: Whole = 0
    extension_seconds: Whole = 0


class Step(Part):
    """One ring of agents; the last has no seconds."""

    needs: Requirement = ""
    seconds: Whole | None = None


class OpenPeriod(Part):
    """Open hours on a weekday, 0 is Monday; `until` 00:00 is the day's end."""

    weekday: Whole
    since: time
    until: time


class OpenHours(Part):
    """When a queue is open; without periods it always is."""

    zone: Annotated[str, StringConstraints(max_length=40)] = "Asia/Shanghai"
    periods: Annotated[list[OpenPeriod], Field(max_length=MOST_ROWS)] = []
    closed_on: Annotated[list[date], Field(max_length=400)] = []
    closed_now: bool = False


class OverflowLink(Part):
    """For these reasons the call goes there; the first link that can take it does."""

    reasons: Annotated[list[OverflowReason], Field(max_length=4)]
    kind: OverflowKind
    target: Target = ""
    priority: Whole = 0


class QueueLimits(Part):
    """How much a queue takes; null is without limit."""

    max_waiting: Whole | None = None
    max_wait_seconds: Whole | None = None
    max_per_ready_agent: Share | None = None


class WaitingComfort(Part):
    """What a waiting caller hears; `messages` are names of prompts."""

    music: Words80 = "default"
    messages: Annotated[list[Target], Field(max_length=MOST_ROWS)] = []
    every_seconds: Whole = 30
    say_position: bool = False
    say_wait: bool = False


class Callback(Part):
    """How a caller may keep the place and hang up."""

    offered: bool = False
    key: Annotated[str, StringConstraints(max_length=8)] = "1"
    after_seconds: Whole = 30
    order: CallbackOrder = CallbackOrder.AGENT_FIRST
    tries: Whole = 3
    retry_seconds: Whole = 900
    expires_seconds: Whole = 14_400


class QueueDocument(Part):
    """How a queue is set."""

    title: Title
    title_en: Words80 = ""
    ring_seconds: Whole = 20
    wrap_up: WrapUp = WrapUp()
    strategy: Strategy = Strategy.LONGEST_IDLE
    steps: Annotated[list[Step], Field(max_length=20)] = []
    priority: Whole = 0
    ageing_seconds: Whole = 0
    owner_seconds: Whole = 0
    last_agent_seconds: Whole = 0
    ring_all_limit: Whole = 8
    limits: QueueLimits = QueueLimits()
    hours: OpenHours = OpenHours()
    overflow: Annotated[list[OverflowLink], Field(max_length=20)] = []
    comfort: WaitingComfort = WaitingComfort()
    callback: Callback = Callback()
    short_abandon_seconds: Whole = 5
    target_seconds: Whole = 20
    target_share: Share = 0.8
    formula: Annotated[str, StringConstraints(max_length=80)] = (
        "answered_in_target/offered_less_short"
    )


class SeatDocument(Part):
    """An agent's place in one queue."""

    queue: QueueName
    tier: Whole = 1
    weight: Whole = 1
    delay_seconds: Whole = 0
    priority: Whole = 0


class AgentDocument(Part):
    """How an agent is set."""

    name: Title
    extension: Extension
    seats: Annotated[list[SeatDocument], Field(max_length=MOST_QUEUES)] = []
    skills: Annotated[dict[SkillName, Whole], Field(max_length=MOST_ROWS)] = {}
    wrap_up: WrapUp | None = None
    missed_limit: Whole = 1
    blended: bool = False


class SkillDocument(Part):
    """A skill that requirements may name and agents may have."""

    title: Title
    title_en: Words80 = ""


class ReasonDocument(Part):
    """Why an agent is not ready."""

    label: Title
    label_en: Words80 = ""
    sort: Whole = 0
    paid: bool = True
    max_seconds: Whole | None = None
    max_a_day: Whole | None = None


Document = QueueDocument | AgentDocument | SkillDocument | ReasonDocument
