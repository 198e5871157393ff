"""Reads the answers to a resync's questions into one picture of what is so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cti.events import DeviceState
from cti.found import BridgeFound, ChannelFound, SnapshotTaken, WaitFound
from cti.headers import device_state, is_shared, second_of_uniqueid, seen
from cti.messages import AmiMessage

__all__ = ["SnapshotTaken", "take_snapshot"]

_CALLED = frozenset({"AppDial", "AppDial2", "AppQueue"})  # what the outgoing side of a dial runs


def take_snapshot(
    replies: Mapping[str, Sequence[AmiMessage]], *, at: datetime, epoch: int
) -> SnapshotTaken:
    """Return the picture that these replies draw; `at` is when the first was asked for.

    Keys are the names of the actions (CoreStatus, CoreShowChannels, Status, BridgeList,
    DeviceStateList, QueueStatus); a question that was refused is missing or empty.
    """
    variables = _variables(replies.get("Status", ()))
    return SnapshotTaken(
        at=at,
        epoch=epoch,
        booted=_booted(replies.get("CoreStatus", ())),
        channels=tuple(_channels(replies.get("CoreShowChannels", ()), variables, at)),
        waits=tuple(_waits(replies.get("QueueStatus", ()), at)),
        members=frozenset(_members(replies.get("QueueStatus", ()))),
        bridges=_bridges(replies.get("BridgeList", ())),
        devices=_devices(replies.get("DeviceStateList", ())),
    )


def _booted(replies: Sequence[AmiMessage]) -> str:
    words = [f"{m.get('CoreStartupDate')} {m.get('CoreStartupTime')}".strip() for m in replies]
    return words[0] if words else ""


def _variables(replies: Sequence[AmiMessage]) -> dict[str, dict[str, str]]:
    """Return our variables on each channel, by uniqueid."""
    found: dict[str, dict[str, str]] = {}
    for message in replies:
        if message.event == "Status":
            lines = [line.partition("=") for line in message.all("Variable")]
            found[message.get("Uniqueid")] = {name: value for name, _, value in lines}
    return found


def _channels(
    replies: Sequence[AmiMessage], variables: Mapping[str, Mapping[str, str]], at: datetime
) -> list[ChannelFound]:
    found = []
    for message in replies:
        channel = seen(message) if message.event == "CoreShowChannel" else None
        if channel is None:
            continue
        ours = variables.get(channel.uniqueid, {})
        began = second_of_uniqueid(channel.uniqueid) or at - _duration(message.get("Duration"))
        found.append(
            ChannelFound(
                channel,
                min(began, at),
                message.get("BridgeId"),
                called=message.get("Application") in _CALLED,
                queue=ours.get("CC_QUEUE", ""),
                dialled_number=ours.get("CC_DID", ""),
                phone=ours.get("CC_PHONE", ""),
            )
        )
    return sorted(found, key=lambda each: (each.began, each.seen.uniqueid))


def _waits(replies: Sequence[AmiMessage], at: datetime) -> list[WaitFound]:
    found = []
    for message in replies:
        channel = seen(message) if message.event == "QueueEntry" else None
        if channel is not None:
            entered = at - timedelta(seconds=_whole(message.get("Wait")))
            priority = _whole(message.get("Priority"))
            found.append(WaitFound(channel, message.get("Queue"), priority, entered))
    return found


def _members(replies: Sequence[AmiMessage]) -> list[str]:
    members = [message for message in replies if message.event == "QueueMember"]
    return [message.get("StateInterface") or message.get("Location") for message in members]


def _bridges(replies: Sequence[AmiMessage]) -> dict[str, BridgeFound]:
    found = {}
    for message in replies:
        if message.event == "BridgeListItem":
            kind = message.get("BridgeType")
            shared = is_shared(creator=message.get("BridgeCreator"), kind=kind)
            found[message.get("BridgeUniqueid")] = BridgeFound(kind, shared)
    return found


def _devices(replies: Sequence[AmiMessage]) -> dict[str, DeviceState]:
    return {
        message.get("Device"): device_state(message.get("State"))
        for message in replies
        if message.event == "DeviceStateChange" and message.get("Device")
    }


def _duration(text: str) -> timedelta:
    """Read `HH:MM:SS`."""
    parts = [_whole(part) for part in text.split(":")]
    hours, minutes, seconds = [0, 0, 0, *parts][-3:]
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
