"""AMI actions that only ask: pings, variables, and the lists a resync is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cti.actions import AmiAction, Headers, Key
from cti.allowed import ID, require, require_channel, require_variable

# Every event that comes only as an item of a list asked for below.
LIST_EVENTS = frozenset(
    {
        "BridgeInfoChannel",
        "BridgeInfoComplete",
        "BridgeListComplete",
        "BridgeListItem",
        "CoreShowChannel",
        "CoreShowChannelsComplete",
        "DeviceStateChange",
        "DeviceStateListComplete",
        "ParkedCall",
        "ParkedCallsComplete",
        "QueueEntry",
        "QueueMember",
        "QueueParams",
        "QueueStatusComplete",
        "Status",
        "StatusComplete",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ping(AmiAction):
    """Ask whether Asterisk still answers; also wakes a manager session that fell asleep."""

    action: ClassVar[str] = "Ping"


@dataclass(frozen=True, kw_only=True, slots=True)
class GetVariable(AmiAction):
    """Read a variable of a channel, or a global one; the reply's `Value`."""

    action: ClassVar[str] = "Getvar"
    name: str
    channel: str = ""

    def __post_init__(self) -> None:
        require_variable(self.name, "")
        if self.channel:
            require_channel(self.channel)

    @override
    def headers(self) -> Headers:
        headers = [(Key.VARIABLE, self.name)]
        return [(Key.CHANNEL, self.channel), *headers] if self.channel else headers


@dataclass(frozen=True, kw_only=True, slots=True)
class CoreStatus(AmiAction):
    """Ask when Asterisk started and was last reloaded."""

    action: ClassVar[str] = "CoreStatus"


@dataclass(frozen=True, kw_only=True, slots=True)
class CoreShowChannels(AmiAction):
    """List the live channels with linkedid, bridge, application and age."""

    action: ClassVar[str] = "CoreShowChannels"


@dataclass(frozen=True, kw_only=True, slots=True)
class BridgeList(AmiAction):
    """List the live bridges."""

    action: ClassVar[str] = "BridgeList"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceStateList(AmiAction):
    """List the state of every device."""

    action: ClassVar[str] = "DeviceStateList"


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueStatus(AmiAction):
    """List app_queue's queues, members and waiting callers."""

    action: ClassVar[str] = "QueueStatus"


@dataclass(frozen=True, kw_only=True, slots=True)
class ParkedCalls(AmiAction):
    """List the parked calls."""

    action: ClassVar[str] = "ParkedCalls"


@dataclass(frozen=True, kw_only=True, slots=True)
class BridgeInfo(AmiAction):
    """List the channels of one bridge."""

    action: ClassVar[str] = "BridgeInfo"
    bridge_uniqueid: str

    def __post_init__(self) -> None:
        require(ID, self.bridge_uniqueid, "invalid_characters", "bridge_uniqueid")

    @override
    def headers(self) -> Headers:
        return [(Key.BRIDGE_UNIQUEID, self.bridge_uniqueid)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Status(AmiAction):
    """List the live channels, or one, with the values of our variables on them."""

    action: ClassVar[str] = "Status"
    channel: str = ""
    variables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.channel:
            require_channel(self.channel)
        for name in self.variables:
            require_variable(name, "")

    @override
    def headers(self) -> Headers:
        headers = [(Key.CHANNEL, self.channel)] if self.channel else []
        return [*headers, (Key.VARIABLES, ",".join(self.variables))] if self.variables else headers
