"""Channels as messages show them, and everything a snapshot of Asterisk finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

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
    began: datetime
    bridge: str
    called: bool  # Asterisk called it (the outgoing side of Dial or Queue)
    queue: str = ""  # our own variables on it
    dialled_number: str = ""
    phone: str = ""  # that it was made to reach, without the technology


@dataclass(frozen=True, slots=True)
class BridgeFound:
    """A bridge: Asterisk's kind of it, and whether separate calls meet in it."""

    kind: str
    conference: bool


@dataclass(frozen=True, slots=True)
class WaitFound:
    """A caller in app_queue, in a snapshot."""

    channel: ChannelSeen
    queue: str
    priority: int
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """Everything Asterisk says is so at one moment; `epoch` counts the links."""

    at: datetime
    epoch: int
    booted: str  # when Asterisk started, in its own words; another word is another life
    channels: tuple[ChannelFound, ...] = ()
    waits: tuple[WaitFound, ...] = ()
    members: frozenset[str] = frozenset()  # interfaces of queue members
    bridges: dict[str, BridgeFound] = field(default_factory=dict)
    devices: dict[str, DeviceState] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCall:
    """A call that was open when we last knew, as the database keeps it."""

    call_id: UUID
    queue: str = ""
    queued_at: datetime | None = None
    priority: int = 0
    answered_at: datetime | None = None
    started_at: datetime | None = None
