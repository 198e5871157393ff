"""Channels as messages show them, and everything a snapshot of Asterisk finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from cti.events import DeviceState


class ChannelSeen(NamedTuple):
    """A channel as one message shows it; what the message lacks is empty."""

    uniqueid: str = ""
    linkedid: str = ""
    name: str = ""
    state: int = -1
    number: str = ""
    caller_name: str = ""
    context: str = ""
    exten: str = ""


@dataclass(frozen=True, slots=True)
class ChannelFound:
    """A live channel in a snapshot."""

    seen: ChannelSeen
    bridge: str
    application: str
    application_data: str
    age: float  # seconds
    call_id: str = ""  # our own variables on it
    queue: str = ""
    dialled_number: str = ""


@dataclass(frozen=True, slots=True)
class WaitFound:
    """A caller in app_queue, in a snapshot."""

    uniqueid: str
    queue: str
    priority: int
    waited: float  # seconds


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """Everything Asterisk says is so at one moment; `epoch` counts the links."""

    at: datetime
    epoch: int
    booted_at: datetime | None
    channels: tuple[ChannelFound, ...] = ()
    waits: tuple[WaitFound, ...] = ()
    parked: frozenset[str] = frozenset()  # uniqueids
    members: frozenset[str] = frozenset()  # interfaces of queue members
    conferences: frozenset[str] = frozenset()  # uniqueids of bridges that many share
    devices: dict[str, DeviceState] = field(default_factory=dict)
