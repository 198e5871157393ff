"""The id of a call, made from Asterisk's own so that every reader makes the same."""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

_EPOCH_SECONDS = re.compile(r"(?:^|-)(\d{1,14})\.\d+$")
_ASKED_FOR = ("callback-", "dial-")  # by ourselves: its uniqueid is of our choice
_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


def call_id_of(uniqueid: str, system: str = "") -> UUID:
    """Return the id of the call whose first channel has this Asterisk `uniqueid`.

    Laid out as UUIDv7 (RFC 9562): the time is the epoch second inside the uniqueid
    (`1700000000.12`, or `name-1700000000.12` where Asterisk has a systemname), the
    rest is SHA-256 of `system|uniqueid`. The same after any reconnect, restart or
    replay. A uniqueid without a time (a chosen ChannelId) gets the time 0.
    """
    found = _EPOCH_SECONDS.search(uniqueid)
    milliseconds = int(found[1]) * 1000 if found else 0
    digest = hashlib.sha256(f"{system}|{uniqueid}".encode()).digest()
    rand_a = int.from_bytes(digest[:2], "big") & 0xFFF
    rand_b = int.from_bytes(digest[2:10], "big") & ((1 << 62) - 1)
    time_bits = (milliseconds & ((1 << 48) - 1)) << 80
    return UUID(int=time_bits | _VERSION_7 | rand_a << 64 | _VARIANT | rand_b)


def was_asked_for(uniqueid: str) -> bool:
    """Tell whether a channel did not come in: we had Asterisk call it, to begin a call."""
    return uniqueid.startswith(_ASKED_FOR)
