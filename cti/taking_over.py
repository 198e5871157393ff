"""What a brain says to an Asterisk before it looks: queues are served, give back who waits."""

from __future__ import annotations

import asyncio
import time

from cti.actions import QueueWithdrawCaller
from cti.connection import AmiConnection
from cti.errors import ActionRefused, UnsafeAction
from cti.inquiries import QueueStatus
from cti.switch import heartbeat


async def take_over(connection: AmiConnection) -> None:
    """Keep who waits with us, and ask app_queue for everybody it has.

    After it app_queue begins no ring that the picture taken next does not show: it goes on
    with the rings it has begun, and lets the caller go where they are in vain. Raises what
    an action does when the link fails.
    """
    await connection.action(heartbeat(time.time_ns() // 1_000_000))
    await asyncio.gather(*(_withdraw(connection, wish) for wish in await _waiting(connection)))


async def _waiting(connection: AmiConnection) -> list[QueueWithdrawCaller]:
    try:
        found = (await connection.action(QueueStatus())).items
    except ActionRefused:
        return []  # this Asterisk has no app_queue
    entries = [message for message in found if message.event == "QueueEntry"]
    wishes = [_wish(entry.get("Queue"), entry.get("Channel")) for entry in entries]
    return [wish for wish in wishes if wish is not None]


def _wish(queue: str, channel: str) -> QueueWithdrawCaller | None:
    try:
        return QueueWithdrawCaller(queue=queue, channel=channel)
    except UnsafeAction:
        return None  # a queue of somebody else's


async def _withdraw(connection: AmiConnection, wish: QueueWithdrawCaller) -> None:
    try:
        await connection.action(wish)
    except ActionRefused:
        return  # he was joined, or left, by now
