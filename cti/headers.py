"""What single headers of an AMI message say: channels, times, numbers, states."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from cti.events import DeviceState
from cti.found import ChannelSeen
from cti.messages import AmiMessage
from cti.names import plain_name

_STATES = {str(state): state for state in range(16)}
_NOTHING_KNOWN = frozenset({"<unknown>", "<none>", "(null)"})


def time_of(message: AmiMessage) -> datetime | None:
    """Return the `Timestamp` of the event (seconds since 1970), if it has one."""
    text = message.get("Timestamp")
    try:
        return datetime.fromtimestamp(float(text), UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None


def second_of(message: AmiMessage) -> datetime | None:
    """Return the second in which the channel of this message was made, if it says so."""
    for name in ("Uniqueid", "DestUniqueid", "ParkeeUniqueid", "OrigTransfererUniqueid"):
        second = second_of_uniqueid(message.get(name))
        if second is not None:
            return second
    return None


def second_of_uniqueid(uniqueid: str) -> datetime | None:
    """Return the second inside an Asterisk uniqueid (`[system-]1700000000.12`), if any."""
    seconds = uniqueid.rpartition("-")[2].partition(".")[0]
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 11:  # noqa: PLR2004 - year 5138
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


@cache
def _fields(prefix: str) -> tuple[str, ...]:
    """Return the names of the headers that show a channel, in the order of `ChannelSeen`."""
    names = ("Uniqueid", "Linkedid", "Channel", "ChannelState", "CallerIDNum", "CallerIDName")
    return tuple(prefix + name for name in (*names, "Context", "Exten"))


def seen(message: AmiMessage, prefix: str = "") -> ChannelSeen | None:
    """Return the channel that the headers with this prefix show, if there is one."""
    shown = message.pick(_fields(prefix))
    uniqueid, linkedid, name, state, number, caller_name, context, exten = shown
    if not name and not uniqueid:
        return None
    if number in _NOTHING_KNOWN:
        number = ""
    if caller_name in _NOTHING_KNOWN:
        caller_name = ""
    place = _STATES.get(state, -1)
    said = plain_name(caller_name)
    return ChannelSeen(uniqueid, linkedid, name, place, number, said, context, exten)


def number(message: AmiMessage, name: str) -> int:
    """Return the whole number in this header, 0 when there is none."""
    text = message.get(name).strip()
    return int(text) if text.isascii() and text.lstrip("-").isdigit() else 0


def is_shared(*, creator: str, kind: str) -> bool:
    """Tell whether separate calls meet in the bridge without becoming one (a conference)."""
    return creator.lower() in {"confbridge", "meetme"} or kind.lower() == "base"


def device_state(text: str) -> DeviceState:
    """Read a device state; a word this version does not know is UNKNOWN."""
    return _DEVICE_STATES.get(text.upper(), DeviceState.UNKNOWN)


_DEVICE_STATES = {str(state): state for state in DeviceState}
