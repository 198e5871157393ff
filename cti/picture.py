"""Asks Asterisk for everything that is so right now, in one go."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from cti.actions import AmiAction
from cti.connection import AmiConnection
from cti.errors import ActionRefused
from cti.inquiries import (
    BridgeList,
    CoreShowChannels,
    CoreStatus,
    DeviceStateList,
    Ping,
    QueueStatus,
    Status,
)
from cti.messages import AmiMessage
from cti.snapshot import SnapshotTaken, take_snapshot

# Who is in which bridge (parked ones too) stands with the channels; so neither BridgeInfo
# of each bridge nor ParkedCalls has to be asked for.
_INQUIRIES: tuple[AmiAction, ...] = (
    CoreStatus(),
    CoreShowChannels(),
    Status(variables=("CC_CALL_ID", "CC_QUEUE", "CC_DID", "CC_PHONE")),
    BridgeList(),
    DeviceStateList(),
    QueueStatus(),
)


async def take_picture(connection: AmiConnection, *, epoch: int) -> SnapshotTaken:
    """Return the whole picture, timed by Asterisk's clock before the first question.

    What happened earlier is in it; what happened later may be in it or not. An
    Asterisk without a module (queues) refuses that question: it is skipped.
    """
    began = await _asterisk_time(connection)
    answers = await asyncio.gather(*(_ask(connection, inquiry) for inquiry in _INQUIRIES))
    replies = {inquiry.action: found for inquiry, found in zip(_INQUIRIES, answers, strict=True)}
    return take_snapshot(replies, at=began, epoch=epoch)


async def _asterisk_time(connection: AmiConnection) -> datetime:
    """Read Asterisk's clock from a pong: events are timed by it; ours where it says none."""
    pong = (await connection.action(Ping())).response
    try:
        return datetime.fromtimestamp(float(pong.get("Timestamp")), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC)


async def _ask(connection: AmiConnection, inquiry: AmiAction) -> list[AmiMessage]:
    try:
        reply = await connection.action(inquiry)
    except ActionRefused:
        return []
    return [reply.response, *reply.items]
