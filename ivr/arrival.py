"""Who reached us and on which number, read from the words Asterisk opens an AGI session with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cti.ids import call_id_of

_LONGEST = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One inbound call at our door; numbers are as Asterisk gave them, at most 64 characters."""

    call_id: UUID
    channel: str
    number: str
    did: str


def arrival_of(environment: Mapping[str, str], *, system: str = "") -> Arrival:
    """Read `agi_uniqueid`, `agi_channel`, `agi_callerid`, `agi_extension` and `agi_dnid`."""
    return Arrival(
        call_id=call_id_of(environment.get("agi_uniqueid", ""), system),
        channel=environment.get("agi_channel", ""),
        number=environment.get("agi_callerid", "").strip()[:_LONGEST],
        did=_dialled(environment)[:_LONGEST],
    )


def _dialled(environment: Mapping[str, str]) -> str:
    """Give the extension dialled; the DNID where the dialplan has moved on to a named one."""
    extension = environment.get("agi_extension", "").strip()
    if any(char.isdigit() for char in extension):
        return extension
    dnid = environment.get("agi_dnid", "").strip()
    return extension if dnid in {"", "unknown"} else dnid
