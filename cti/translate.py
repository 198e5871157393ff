"""Turns AMI messages into facts; beyond this module nobody reads an event's headers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from cti import facts
from cti.facts import Fact
from cti.headers import device_state, is_shared, number, second_of, seen, time_of
from cti.messages import AmiMessage

_Reader: TypeAlias = Callable[[AmiMessage, datetime], Fact | None]

_EPOCH = datetime.fromtimestamp(0, UTC)
_WHOLE = frozenset({"", "Success"})


def translate(message: AmiMessage, arrived: datetime | None = None) -> Fact | None:
    """Return the fact in this event, or None when it tells nothing about calls.

    The time is Asterisk's own `Timestamp` (aware UTC); where `timestampevents` is off
    it is `arrived`, and without that the second in which the channel was made.
    """
    reader = _READERS.get(message.event)
    if reader is None:
        return None
    return reader(message, time_of(message) or arrived or second_of(message) or _EPOCH)


def is_answer(message: AmiMessage) -> bool:
    """Tell whether the event is an item of a list somebody asked for, and so no news."""
    return bool(message.action_id) and message.event != "OriginateResponse"


def _began(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    return facts.ChannelBegan(at, channel) if channel else None


def _changed(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    return facts.ChannelChanged(at, channel) if channel else None


def _caller_named(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    return facts.CallerNamed(at, channel) if channel else None


def _renamed(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    new_name = message.get("Newname")
    return facts.ChannelChanged(at, channel._replace(name=new_name)) if channel else None


def _gone(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    return facts.ChannelGone(at, channel, number(message, "Cause")) if channel else None


def _hangup_request(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    cause = number(message, "Cause")
    return facts.HangupAsked(at, channel, soft=False, cause=cause) if channel else None


def _soft_hangup_request(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    cause = number(message, "Cause")
    return facts.HangupAsked(at, channel, soft=True, cause=cause) if channel else None


def _dial_begin(message: AmiMessage, at: datetime) -> Fact | None:
    target = seen(message, "Dest")
    dialled = message.get("DialString")
    return facts.DialBegan(at, seen(message), target, dialled) if target else None


def _dial_end(message: AmiMessage, at: datetime) -> Fact | None:
    target = seen(message, "Dest")
    status = message.get("DialStatus").upper()
    return facts.DialEnded(at, seen(message), target, status) if target else None


def _bridge_enter(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    bridge = message.get("BridgeUniqueid")
    if channel is None or not bridge:
        return None
    kind = message.get("BridgeType")
    shared = is_shared(creator=message.get("BridgeCreator"), kind=kind)
    return facts.BridgeEntered(at, channel, bridge, kind, conference=shared)


def _bridge_leave(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    return facts.BridgeLeft(at, channel, message.get("BridgeUniqueid")) if channel else None


def _hold(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    return facts.ChannelHeld(at, channel, message.event == "Hold") if channel else None


def _queue_join(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    if channel is None:
        return None
    return facts.QueueEntered(at, channel, message.get("Queue"), priority=0, fallback=True)


def _queue_leave(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    if channel is None:
        return None
    abandoned = message.event == "QueueCallerAbandon"
    return facts.QueueLeft(at, channel, message.get("Queue"), abandoned)


def _agent_called(message: AmiMessage, at: datetime) -> Fact | None:
    channel, member = seen(message), seen(message, "Dest")
    if channel is None or member is None:
        return None
    return facts.MemberCalled(at, channel, member, message.get("Interface"))


def _agent_connect(message: AmiMessage, at: datetime) -> Fact | None:
    channel, member = seen(message), seen(message, "Dest")
    if channel is None or member is None:
        return None
    return facts.MemberConnected(
        at,
        channel,
        member,
        message.get("Queue"),
        message.get("Interface"),
        message.get("MemberName"),
    )


def _agent_complete(message: AmiMessage, at: datetime) -> Fact | None:
    channel, member = seen(message), seen(message, "Dest")
    if channel is None or member is None:
        return None
    return facts.MemberFinished(at, channel, member, message.get("Reason").lower())


def _agent_ring_no_answer(message: AmiMessage, at: datetime) -> Fact | None:
    member = seen(message, "Dest")
    return facts.DialEnded(at, seen(message), member, "NOANSWER") if member else None


def _user_event(message: AmiMessage, at: datetime) -> Fact | None:
    channel = seen(message)
    name = message.get("UserEvent")
    if channel is None:
        return None
    if name == "OfferFailed":
        device = message.get("Agent")
        device = device if "/" in device else f"PJSIP/{device}"
        return facts.OfferFailed(at, channel, device, message.get("Status").upper())
    if name == "CallDiverted":
        return facts.CallDiverted(at, channel, message.get("To"))
    if name == "VoicemailLeft":
        mailbox, file = message.get("Mailbox"), message.get("File")
        return facts.VoicemailLeft(at, channel, mailbox, file, number(message, "Seconds"))
    if name == "CallQueued":
        priority = _own_priority(message)
        return facts.QueueEntered(at, channel, message.get("Queue"), priority, fallback=False)
    return None


def _own_priority(message: AmiMessage) -> int:
    """Read our own `Priority`: a channel's dialplan priority stands before it in the event."""
    own = [text for text in message.all("Priority") if text.isascii() and text.isdigit()]
    return int(own[-1]) if len(own) > 1 else 0


def _blind_transfer(message: AmiMessage, at: datetime) -> Fact | None:
    by = seen(message, "Transferer")
    if by is None or message.get("Result") not in _WHOLE:
        return None
    extension = message.get("Extension") or message.get("Exten")
    return facts.BlindTransferred(
        at, by, seen(message, "Transferee"), message.get("Context"), extension
    )


def _attended_transfer(message: AmiMessage, at: datetime) -> Fact | None:
    first, second = seen(message, "OrigTransferer"), seen(message, "SecondTransferer")
    if first is None or second is None or message.get("Result") not in _WHOLE:
        return None
    return facts.AttendedTransferred(
        at,
        first,
        second,
        transferee=seen(message, "Transferee"),
        target=seen(message, "TransferTarget"),
        local_one=seen(message, "LocalOne"),
        local_two=seen(message, "LocalTwo"),
        application=message.get("DestApp"),
        stays=message.get("DestType") == "Threeway",
    )


def _parked(message: AmiMessage, at: datetime) -> Fact | None:
    parkee = seen(message, "Parkee")
    if parkee is None:
        return None
    device = message.get("ParkerDialString")
    space = message.get("ParkingSpace")
    return facts.CallParked(at, parkee, seen(message, "Parker"), device, space)


def _unparked(message: AmiMessage, at: datetime) -> Fact | None:
    parkee = seen(message, "Parkee")
    return facts.CallUnparked(at, parkee, seen(message, "Retriever")) if parkee else None


def _pickup(message: AmiMessage, at: datetime) -> Fact | None:
    channel, target = seen(message), seen(message, "Target")
    return facts.CallPickedUp(at, channel, target) if channel and target else None


def _local_bridge(message: AmiMessage, at: datetime) -> Fact | None:
    one, two = seen(message, "LocalOne"), seen(message, "LocalTwo")
    return facts.ChannelsLinked(at, one, two) if one and two else None


def _device_state(message: AmiMessage, at: datetime) -> Fact | None:
    device = message.get("Device")
    return facts.DeviceSeen(at, device, device_state(message.get("State"))) if device else None


def _fully_booted(message: AmiMessage, at: datetime) -> Fact:
    text = message.get("Uptime")
    return facts.SwitchBooted(at, float(text) if text.isascii() and text.isdigit() else None)


def _shutdown(message: AmiMessage, at: datetime) -> Fact:  # noqa: ARG001 - one signature for all
    return facts.SwitchStopping(at)


_READERS: dict[str, _Reader] = {
    "Newchannel": _began,
    "Newstate": _changed,
    "NewCallerid": _caller_named,
    "Rename": _renamed,
    "Hangup": _gone,
    "HangupRequest": _hangup_request,
    "SoftHangupRequest": _soft_hangup_request,
    "DialBegin": _dial_begin,
    "DialEnd": _dial_end,
    "BridgeEnter": _bridge_enter,
    "BridgeLeave": _bridge_leave,
    "Hold": _hold,
    "Unhold": _hold,
    "QueueCallerJoin": _queue_join,
    "QueueCallerLeave": _queue_leave,
    "QueueCallerAbandon": _queue_leave,
    "AgentCalled": _agent_called,
    "AgentConnect": _agent_connect,
    "AgentComplete": _agent_complete,
    "AgentRingNoAnswer": _agent_ring_no_answer,
    "UserEvent": _user_event,
    "BlindTransfer": _blind_transfer,
    "AttendedTransfer": _attended_transfer,
    "ParkedCall": _parked,
    "UnParkedCall": _unparked,
    "Pickup": _pickup,
    "LocalBridge": _local_bridge,
    "DeviceStateChange": _device_state,
    "FullyBooted": _fully_booted,
    "Shutdown": _shutdown,
}

# Names of the events that are worth reading; all others may be dropped unread.
WANTED = frozenset(_READERS)
