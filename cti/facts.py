"""Facts of the wire: what one AMI message says, in frozen values, before it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from cti.events import DeviceState
from cti.found import ChannelSeen, SnapshotTaken

UP = 6  # channel.h: AST_STATE_UP
RINGING = 5  # the far phone rings
RING = 4  # it calls us
DOWN = 0


@dataclass(frozen=True, slots=True)
class ChannelBegan:
    """A channel was made."""

    at: datetime
    channel: ChannelSeen


@dataclass(frozen=True, slots=True)
class ChannelChanged:
    """A channel's state or name is now this."""

    at: datetime
    channel: ChannelSeen


@dataclass(frozen=True, slots=True)
class CallerNamed:
    """A channel's caller is now this."""

    at: datetime
    channel: ChannelSeen


@dataclass(frozen=True, slots=True)
class HangupAsked:
    """Somebody wants the channel gone: its own phone, or (`soft`) Asterisk itself."""

    at: datetime
    channel: ChannelSeen
    soft: bool
    cause: int


@dataclass(frozen=True, slots=True)
class ChannelGone:
    """A channel has ended, with its Q.850 cause."""

    at: datetime
    channel: ChannelSeen
    cause: int


@dataclass(frozen=True, slots=True)
class DialBegan:
    """One channel calls another; without a source Asterisk itself calls (Originate)."""

    at: datetime
    source: ChannelSeen | None
    target: ChannelSeen
    dial_string: str


@dataclass(frozen=True, slots=True)
class DialEnded:
    """A called channel's attempt ended: ANSWER, BUSY, NOANSWER, CANCEL ..."""

    at: datetime
    source: ChannelSeen | None
    target: ChannelSeen
    status: str


@dataclass(frozen=True, slots=True)
class BridgeEntered:
    """A channel is in a bridge; `kind` is Asterisk's (basic, base, parking, holding ...)."""

    at: datetime
    channel: ChannelSeen
    bridge: str
    kind: str
    conference: bool


@dataclass(frozen=True, slots=True)
class BridgeLeft:
    """A channel is no longer in the bridge."""

    at: datetime
    channel: ChannelSeen
    bridge: str


@dataclass(frozen=True, slots=True)
class ChannelHeld:
    """The phone put the other side on hold, or took it back."""

    at: datetime
    channel: ChannelSeen
    held: bool


@dataclass(frozen=True, slots=True)
class QueueEntered:
    """A channel waits for a queue: app_queue's (`fallback`) or ours."""

    at: datetime
    channel: ChannelSeen
    queue: str
    priority: int
    fallback: bool


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """A channel waits no more in app_queue's queue; `abandoned` when it gave up."""

    at: datetime
    channel: ChannelSeen
    queue: str
    abandoned: bool


@dataclass(frozen=True, slots=True)
class MemberConnected:
    """app_queue joined the caller to a member, perhaps behind a Local channel."""

    at: datetime
    channel: ChannelSeen
    member: ChannelSeen
    queue: str
    interface: str
    member_name: str


@dataclass(frozen=True, slots=True)
class MemberFinished:
    """app_queue saw caller and member part; `reason` is agent, caller or transfer."""

    at: datetime
    channel: ChannelSeen
    member: ChannelSeen
    reason: str


@dataclass(frozen=True, slots=True)
class MemberCalled:
    """app_queue calls a member."""

    at: datetime
    channel: ChannelSeen
    member: ChannelSeen
    interface: str


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """Our dialplan could not reach the agent's phone (`DIALSTATUS`)."""

    at: datetime
    channel: ChannelSeen
    device: str
    status: str


@dataclass(frozen=True, slots=True)
class CallDiverted:
    """Our dialplan sent a caller out of his wait: to a message, voicemail, number or callback."""

    at: datetime
    channel: ChannelSeen
    to: str


@dataclass(frozen=True, slots=True)
class VoicemailLeft:
    """A caller spoke (or breathed) into a mailbox; the file is Asterisk's own path."""

    at: datetime
    channel: ChannelSeen
    mailbox: str
    file: str
    seconds: int


@dataclass(frozen=True, slots=True)
class BlindTransferred:
    """A phone sent the other side to an extension."""

    at: datetime
    by: ChannelSeen
    transferee: ChannelSeen | None
    context: str
    exten: str


@dataclass(frozen=True, slots=True)
class AttendedTransferred:
    """A phone joined its two calls and left; the second may be an application."""

    at: datetime
    first: ChannelSeen
    second: ChannelSeen
    transferee: ChannelSeen | None
    target: ChannelSeen | None
    local_one: ChannelSeen | None
    local_two: ChannelSeen | None
    application: str
    stays: bool  # a three-way call: the phone that joined them stays in it


@dataclass(frozen=True, slots=True)
class CallParked:
    """A channel was parked in a numbered space."""

    at: datetime
    parkee: ChannelSeen
    parker: ChannelSeen | None
    parker_device: str
    space: str


@dataclass(frozen=True, slots=True)
class CallUnparked:
    """A parked channel was taken out by another one."""

    at: datetime
    parkee: ChannelSeen
    retriever: ChannelSeen | None


@dataclass(frozen=True, slots=True)
class CallPickedUp:
    """A phone took the call that rang at another one."""

    at: datetime
    channel: ChannelSeen
    target: ChannelSeen


@dataclass(frozen=True, slots=True)
class ChannelsLinked:
    """The two halves of a Local channel."""

    at: datetime
    one: ChannelSeen
    two: ChannelSeen


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A device's state is now this."""

    at: datetime
    device: str
    state: DeviceState


@dataclass(frozen=True, slots=True)
class SwitchBooted:
    """Asterisk says it is fully booted (also said at each log-in), `uptime` seconds ago."""

    at: datetime
    uptime: float | None


@dataclass(frozen=True, slots=True)
class SwitchStopping:
    """Asterisk shuts down or restarts."""

    at: datetime


Fact: TypeAlias = (
    ChannelBegan
    | ChannelChanged
    | CallerNamed
    | HangupAsked
    | ChannelGone
    | DialBegan
    | DialEnded
    | BridgeEntered
    | BridgeLeft
    | ChannelHeld
    | QueueEntered
    | QueueLeft
    | MemberCalled
    | MemberConnected
    | MemberFinished
    | OfferFailed
    | CallDiverted
    | VoicemailLeft
    | BlindTransferred
    | AttendedTransferred
    | CallParked
    | CallUnparked
    | CallPickedUp
    | ChannelsLinked
    | DeviceSeen
    | SwitchBooted
    | SwitchStopping
    | SnapshotTaken
)
