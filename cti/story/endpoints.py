"""Whose channel it is: devices, channels that are nobody's, phones of ours and lines outside."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Channels that Asterisk makes for its own ends, or that carry sound to programs: no person there.
_NOBODYS = frozenset(
    {
        "agent",
        "announcer",
        "asyncgoto",
        "audiosocket",
        "bridge",
        "cbann",
        "cbrec",
        "local",
        "message",
        "multicastrtp",
        "outgoingspoolfailed",
        "parked",
        "recorder",
        "snoop",
        "softmix",
        "surrogate",
        "unicastrtp",
        "websocket",
    }
)
_ENDING = re.compile(r"(?:<(?:MASQ|ZOMBIE)>)+$")
_SERIAL = re.compile(r"-[0-9a-fA-F]+(?:;[12])?$")
_ISDN_SPAN = re.compile(r"^(DAHDI/i\d+)/.*$", re.IGNORECASE)

_OUTSIDE_CONTEXT = re.compile(
    r"^(?:from-(?:trunk|demo-caller|pstn|outside|provider|carrier|sip-external|did|dahdi|voip)"
    r"|(?:in(?:bound|coming)|trunk|external|public|did)(?:$|[-_]))",
    re.IGNORECASE,
)
_INSIDE_CONTEXT = re.compile(
    r"^(?:from-(?:agent|internal|inside|phone|extension|user)s?"
    r"|(?:internal|agents?|phones?|users?|extensions?|out(?:bound|going)|dial-?out|local)(?:$|[-_]))",
    re.IGNORECASE,
)


def is_party(channel: str) -> bool:
    """Tell whether a channel of this name can have a person at its end."""
    return channel.partition("/")[0].lower() not in _NOBODYS


def device_of(channel: str) -> str:
    """Return the device whose channel this is: `PJSIP/1001-0000002a` is of `PJSIP/1001`."""
    whole = _ENDING.sub("", channel)
    span = _ISDN_SPAN.match(whole)
    return span[1] if span else _SERIAL.sub("", whole)


def endpoint_of(device: str) -> str:
    """Return the name without the technology."""
    return device.partition("/")[2]


TO_PHONES = "PJSIP/phones"  # the way to the Asterisk at which our phones are registered


def phone_behind(device: str, dialled: str) -> str:
    """Return the phone that `device` stands for when this was dialled: `agent-1001@phones`."""
    phone, at, way = dialled.rpartition("/")[2].partition("@")
    return f"PJSIP/{phone}" if at and device == TO_PHONES == f"PJSIP/{way}" else device


class Endpoints:
    """Which devices are phones of ours and which are lines to the outside, as far as seen.

    What the constructor is told stands. The rest is learned: a queue member or a device
    that is dialled by its bare name is a phone; one that is dialled with a number
    (`0213@trunk`, `trunk/0213`) is a line. The sets grow with the number of devices
    alone.
    """

    def __init__(self, *, phones: Iterable[str] = (), lines: Iterable[str] = ()) -> None:
        self._told_phones = frozenset(phones)
        self._told_lines = frozenset(lines)
        self._phones: set[str] = set()
        self._lines: set[str] = set()

    def saw_member(self, interface: str) -> None:
        """Learn that app_queue calls this interface: a phone."""
        if is_party(interface) and "@" not in interface:
            self._phones.add(interface)

    def saw_dialled(self, device: str, dial_string: str) -> None:
        """Learn from how a device was dialled."""
        dialled = dial_string.removeprefix(device.partition("/")[0] + "/")
        if self.is_line(device) or device in self._phones or not dialled:
            return
        if _has_number(endpoint_of(device), dialled):
            self._lines.add(device)
        elif dialled.partition("/")[0] == endpoint_of(device):
            self._phones.add(device)

    def is_line(self, device: str) -> bool:
        """Tell whether the device leads outside, as told or as seen."""
        if device in self._told_lines:
            return True
        return device in self._lines and device not in self._told_phones

    def is_phone(self, device: str) -> bool:
        """Tell whether the device is a phone of ours, as told or as seen."""
        if device in self._told_phones:
            return True
        return device in self._phones and not self.is_line(device)

    def begins_inside(self, *, device: str, context: str) -> bool:
        """Tell whether a channel that came in is one of our phones dialling.

        In this order: what was told of the device; the context's name; what was learned
        of the device. Anything else comes from outside, unless it `may_be_inside`.
        """
        if device in self._told_lines or device in self._told_phones:
            return device in self._told_phones
        if _OUTSIDE_CONTEXT.match(context):
            return False
        return bool(_INSIDE_CONTEXT.match(context)) or self.is_phone(device)

    def may_be_inside(self, *, device: str, context: str, number: str) -> bool:
        """Tell whether the caller's number is the name of his endpoint, as phones have it.

        `PJSIP/1001` calling as 1001 may be a phone of ours that nobody has rung yet.
        """
        if self.is_line(device) or _OUTSIDE_CONTEXT.match(context):
            return False
        return number.isdecimal() and endpoint_of(device) in {number, f"agent-{number}"}

    def is_extension(self, number: str) -> bool:
        """Tell whether the number is the name of a phone that was seen."""
        names = (f"PJSIP/{number}", f"PJSIP/agent-{number}", f"SIP/{number}", f"IAX2/{number}")
        return any(self.is_phone(name) for name in names)


def _has_number(endpoint: str, dialled: str) -> bool:
    """Tell whether a number was dialled on the endpoint, other than its own name."""
    user, at, host = dialled.partition("@")
    if at and host.partition("/")[0] == endpoint:
        return user != endpoint
    name, slash, number = dialled.partition("/")
    if not slash:
        return False
    number = number.removeprefix("sip:").partition("@")[0]
    return name == endpoint and number not in {"", endpoint}
