"""What may stand in an action: the one list of permitted names, places and values."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cti.errors import UnsafeAction

# Where a channel may be sent, and the extensions that stand there. Our dialplan's own.
DESTINATIONS: Mapping[str, re.Pattern[str]] = {
    "wait": re.compile(r"s"),
    "fallback": re.compile(r"s"),
    "offer": re.compile(r"agent-[0-9]{2,8}_[0-9]{1,3}(_[0-9]{1,10})?"),
    "offer-all": re.compile(r"[0-9]{2,8}(-[0-9]{2,8}){1,19}_[0-9]{1,3}(_[0-9]{1,10})?"),
    "transfer": re.compile(r"queue-[a-z0-9-]{1,40}|number-\+?[0-9]{2,20}"),
    "overflow": re.compile(
        r"queue-[a-z0-9-]{1,40}|number-\+?[0-9]{2,20}|(message|voicemail)-[a-z0-9_-]{1,60}"
    ),
    "comfort": re.compile(r"say-[a-z0-9-]{1,60}(_[a-z0-9-]{1,60}){0,4}"),
    "callback": re.compile(r"s"),
    "dial-out": re.compile(r"\+?[0-9]{2,20}"),
}
LIVE_CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9_]*/[!-~]{1,150}")
OWN_PHONE = re.compile(r"PJSIP/(agent-[0-9]{2,8}|demo[a-z0-9-]{0,20})")
# Somebody outside is rung by us to meet one of our agents (a callback), never another outside.
OUTSIDE = re.compile(r"PJSIP/\+?[0-9]{2,20}@trunk")
OUTSIDE_MEETS = "offer"
DEVICE = re.compile(r"(PJSIP|Local)/[A-Za-z0-9._@/-]{1,80}")
QUEUE_NAME = re.compile(r"[a-z0-9-]{1,40}")
NUMBER = re.compile(r"\+?[0-9]{2,20}")
VARIABLE = re.compile(r"_{0,2}CC_[A-Z][A-Z0-9_]{0,40}([a-z0-9-]{1,40})?")  # CC_KEY_<queue>
VALUE = re.compile(r"[A-Za-z0-9 ._:@+/-]{0,200}")
CALL_ID_HEADER = "PJSIP_HEADER(add,X-Call-Id)"  # a phone finds its call by it
CALL_ID = re.compile(r"[0-9a-f-]{36}")
ID = re.compile(r"[A-Za-z0-9._-]{1,120}")


def require(pattern: re.Pattern[str], value: str, code: str, name: str) -> None:
    """Refuse the value of the field `name` unless the whole of it fits."""
    if not pattern.fullmatch(value):
        raise UnsafeAction(code, name, f"{value[:80]!r} is not allowed here")


def require_channel(value: str, name: str = "channel") -> None:
    """Refuse what is no name of one live channel (Hangup would take a pattern, too)."""
    require(LIVE_CHANNEL, value, "channel_not_allowed", name)


def require_rung(channel: str, context: str) -> None:
    """Refuse to ring anything but our phones, or somebody outside who is to meet an agent."""
    if context == OUTSIDE_MEETS and OUTSIDE.fullmatch(channel):
        return
    require(OWN_PHONE, channel, "channel_not_allowed", "channel")


def require_destination(context: str, exten: str) -> None:
    """Refuse every place that is not one of `DESTINATIONS`."""
    pattern = DESTINATIONS.get(context)
    if pattern is None:
        raise UnsafeAction("destination_not_allowed", "context", f"{context[:80]!r} is not ours")
    require(pattern, exten, "destination_not_allowed", "exten")


def require_variable(name: str, value: str) -> None:
    """Refuse other names than ours, and values a dialplan could run."""
    if name == CALL_ID_HEADER:
        require(CALL_ID, value, "variable_not_allowed", name)
        return
    require(VARIABLE, name, "variable_not_allowed", "variable")
    require(VALUE, value, "variable_not_allowed", name)
