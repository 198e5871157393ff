"""Keeping callbacks: what is written down before an attempt is made."""

from __future__ import annotations

from acd.effects import DialCallback
from acd.recorder.mapping import written
from crm_core.callbacks import AttemptReserved, CallbackWritten
from crm_core.ids import uuid_of


def attempt_of(dial: DialCallback) -> tuple[CallbackWritten, AttemptReserved]:
    """Return what is written down before an attempt is made."""
    attempt = AttemptReserved(
        number=dial.attempt,
        call_id=dial.call_id,
        uniqueid=dial.uniqueid,
        agent_id=uuid_of(dial.agent_id),
        at=dial.kept.at,
    )
    return written(dial.kept), attempt
