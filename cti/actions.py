"""AMI actions as frozen values: what may be asked of Asterisk, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from typing_extensions import override

from cti.allowed import (
    DEVICE,
    ID,
    NUMBER,
    QUEUE_NAME,
    VALUE,
    require,
    require_channel,
    require_destination,
    require_rung,
    require_variable,
)


class Key(StrEnum):
    """The header names this program writes; no other can be written."""

    ACTION_ID = "ActionID"
    ASYNC = "Async"
    BRIDGE_UNIQUEID = "BridgeUniqueid"
    CALLER = "Caller"
    CALLER_ID = "CallerID"
    CAUSE = "Cause"
    CHANNEL = "Channel"
    CHANNEL_1 = "Channel1"
    CHANNEL_2 = "Channel2"
    CHANNEL_ID = "ChannelId"
    CONTEXT = "Context"
    DIRECTION = "Direction"
    EVENTS = "Events"
    EXTEN = "Exten"
    INTERFACE = "Interface"
    PARKING_LOT = "Parkinglot"
    PAUSED = "Paused"
    PRIORITY = "Priority"
    QUEUE = "Queue"
    REASON = "Reason"
    SECRET = "Secret"  # noqa: S105 - a header's name
    STATE = "State"
    TIMEOUT = "Timeout"
    USERNAME = "Username"
    VALUE = "Value"
    VARIABLE = "Variable"
    VARIABLES = "Variables"


Headers = list[tuple[Key, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class AmiAction:
    """Base of all actions; a wrong value raises `UnsafeAction` when it is made."""

    action: ClassVar[str]

    def headers(self) -> Headers:
        """Return what is written besides Action and ActionID."""
        return []


@dataclass(frozen=True, kw_only=True, slots=True)
class Login(AmiAction):
    """Log in; events flow from the answer on."""

    action: ClassVar[str] = "Login"
    username: str
    secret: str = field(repr=False)

    @override
    def headers(self) -> Headers:
        return [(Key.USERNAME, self.username), (Key.SECRET, self.secret), (Key.EVENTS, "on")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirect(AmiAction):
    """Send a live channel to a place in our dialplan."""

    action: ClassVar[str] = "Redirect"
    channel: str
    context: str
    exten: str

    def __post_init__(self) -> None:
        require_channel(self.channel)
        require_destination(self.context, self.exten)

    @override
    def headers(self) -> Headers:
        return [
            (Key.CHANNEL, self.channel),
            (Key.CONTEXT, self.context),
            (Key.EXTEN, self.exten),
            (Key.PRIORITY, "1"),
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class BlindTransfer(AmiAction):
    """Transfer what the channel is talking to, as its phone would."""

    action: ClassVar[str] = "BlindTransfer"
    channel: str
    context: str
    exten: str

    def __post_init__(self) -> None:
        require_channel(self.channel)
        require_destination(self.context, self.exten)

    @override
    def headers(self) -> Headers:
        return [
            (Key.CHANNEL, self.channel),
            (Key.CONTEXT, self.context),
            (Key.EXTEN, self.exten),
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Originate(AmiAction):
    """Ring a phone of ours and, once answered, send it to a place in our dialplan.

    `channel_id` becomes the channel's uniqueid, so that the call is found again even
    when the answer is lost. `variables` are named CC_* (`__CC_*` to be inherited).
    """

    action: ClassVar[str] = "Originate"
    channel: str
    context: str
    exten: str
    channel_id: str
    caller_number: str = ""
    ring_milliseconds: int = 30_000
    variables: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        require_rung(self.channel, self.context)
        require_destination(self.context, self.exten)
        require(ID, self.channel_id, "channel_not_allowed", "channel_id")
        if self.caller_number:
            require(NUMBER, self.caller_number, "invalid_characters", "caller_number")
        for name, value in self.variables:
            require_variable(name, value)

    @override
    def headers(self) -> Headers:
        headers = [
            (Key.CHANNEL, self.channel),
            (Key.CONTEXT, self.context),
            (Key.EXTEN, self.exten),
            (Key.PRIORITY, "1"),
            (Key.TIMEOUT, str(self.ring_milliseconds)),
            (Key.CHANNEL_ID, self.channel_id),
            (Key.ASYNC, "true"),
        ]
        if self.caller_number:
            headers.append((Key.CALLER_ID, f"<{self.caller_number}>"))
        return headers + [(Key.VARIABLE, f"{name}={value}") for name, value in self.variables]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hangup(AmiAction):
    """End a channel; `cause` is the Q.850 code it is told."""

    action: ClassVar[str] = "Hangup"
    channel: str
    cause: int = 16

    def __post_init__(self) -> None:
        require_channel(self.channel)

    @override
    def headers(self) -> Headers:
        return [(Key.CHANNEL, self.channel), (Key.CAUSE, str(self.cause))]


@dataclass(frozen=True, kw_only=True, slots=True)
class SetVariable(AmiAction):
    """Set a variable of a channel, or a global one when `channel` is empty."""

    action: ClassVar[str] = "Setvar"
    name: str
    value: str
    channel: str = ""

    def __post_init__(self) -> None:
        require_variable(self.name, self.value)
        if self.channel:
            require_channel(self.channel)

    @override
    def headers(self) -> Headers:
        headers = [(Key.VARIABLE, self.name), (Key.VALUE, self.value)]
        return [(Key.CHANNEL, self.channel), *headers] if self.channel else headers


@dataclass(frozen=True, kw_only=True, slots=True)
class Bridge(AmiAction):
    """Join two live channels."""

    action: ClassVar[str] = "Bridge"
    channel_1: str
    channel_2: str

    def __post_init__(self) -> None:
        require_channel(self.channel_1, "channel_1")
        require_channel(self.channel_2, "channel_2")

    @override
    def headers(self) -> Headers:
        return [(Key.CHANNEL_1, self.channel_1), (Key.CHANNEL_2, self.channel_2)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Park(AmiAction):
    """Park a live channel in the default lot; nobody is called back."""

    action: ClassVar[str] = "Park"
    channel: str
    timeout_milliseconds: int = 120_000

    def __post_init__(self) -> None:
        require_channel(self.channel)

    @override
    def headers(self) -> Headers:
        return [(Key.CHANNEL, self.channel), (Key.TIMEOUT, str(self.timeout_milliseconds))]


class Heard(StrEnum):
    """Which side of a channel's audio a recording hears."""

    READ = "read"
    WRITE = "write"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True, slots=True)
class MixMonitorMute(AmiAction):
    """Silence a recording (a card number is read out), or let it hear again."""

    action: ClassVar[str] = "MixMonitorMute"
    channel: str
    muted: bool
    direction: Heard = Heard.BOTH

    def __post_init__(self) -> None:
        require_channel(self.channel)

    @override
    def headers(self) -> Headers:
        return [
            (Key.CHANNEL, self.channel),
            (Key.DIRECTION, self.direction),
            (Key.STATE, "1" if self.muted else "0"),
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueuePause(AmiAction):
    """Pause or unpause a phone in app_queue; in every queue when `queue` is empty."""

    action: ClassVar[str] = "QueuePause"
    device: str
    paused: bool
    queue: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        require(DEVICE, self.device, "channel_not_allowed", "device")
        if self.queue:
            require(QUEUE_NAME, self.queue, "destination_not_allowed", "queue")
        require(VALUE, self.reason, "invalid_characters", "reason")

    @override
    def headers(self) -> Headers:
        headers = [(Key.INTERFACE, self.device), (Key.PAUSED, str(self.paused).lower())]
        optional = [(Key.QUEUE, self.queue), (Key.REASON, self.reason)]
        return headers + [(key, value) for key, value in optional if value]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueWithdrawCaller(AmiAction):
    """Ask app_queue to let a caller go on in the dialplan; one who is joined stays joined."""

    action: ClassVar[str] = "QueueWithdrawCaller"
    queue: str
    channel: str

    def __post_init__(self) -> None:
        require(QUEUE_NAME, self.queue, "destination_not_allowed", "queue")
        require_channel(self.channel)

    @override
    def headers(self) -> Headers:
        return [(Key.QUEUE, self.queue), (Key.CALLER, self.channel)]
