"""Frames of the push feed as JSON text; each is written once for all who get it; pure."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from acd.notices import Notice, Snapshot
from agent_desktop.feed import Told


class ClientFrame(BaseModel):
    """All that a browser may say on the feed."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["hello", "pong"]


class SnapshotFrame(BaseModel):
    """The whole board as this desktop may see it; replaces all it had before."""

    type: Literal["snapshot"] = "snapshot"
    snapshot: Snapshot
    server_time: datetime


class NoticeFrame(BaseModel):
    """One change of the board with its place."""

    type: Literal["notice"] = "notice"
    epoch: str
    seq: int
    at: datetime
    notice: Notice


class TickFrame(BaseModel):
    """Proof of life, and the clock to which the page anchors its counters."""

    type: Literal["tick"] = "tick"
    server_time: datetime


def snapshot_frame(snapshot: Snapshot, *, now: datetime) -> bytes:
    """Write a snapshot frame as UTF-8 JSON."""
    return SnapshotFrame(snapshot=snapshot, server_time=now).model_dump_json().encode()


def notice_frame(told: Told) -> bytes:
    """Write a notice frame as UTF-8 JSON."""
    frame = NoticeFrame.model_construct(
        type="notice", epoch=told.epoch, seq=told.seq, at=told.at, notice=told.notice
    )
    return frame.model_dump_json().encode()


def tick_frame(now: datetime) -> bytes:
    """Write a tick frame as UTF-8 JSON."""
    return TickFrame(server_time=now).model_dump_json().encode()
