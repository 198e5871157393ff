"""Keeping callbacks: hands their changes to the recorder, and their pictures to the board."""

from __future__ import annotations

from acd.board import KnownCallback
from acd.effects import DialCallback
from acd.recorder.mapping import written
from crm_core.callbacks import AttemptReserved, CallbackWritten, OwedCallback
from crm_core.ids import uuid_of


def known_of(owed: OwedCallback) -> KnownCallback:
    """Return a stored callback as the board takes it up."""
    kept, attempt = owed.written, owed.attempt
    agent_id = str(attempt.agent_id) if attempt and attempt.agent_id else ""
    return KnownCallback(
        callback_id=kept.callback_id,
        queue=kept.queue,
        number=kept.number,
        caller_name=kept.caller_name,
        waits_since=kept.waits_since,
        requested_at=kept.requested_at,
        expires_at=kept.expires_at,
        priority=kept.priority,
        origin=kept.origin_call_id,
        attempts=max(kept.attempts, attempt.number if attempt else 0),
        tries=kept.tries,
        not_before=kept.not_before,
        attempt=(attempt.call_id, attempt.uniqueid, agent_id) if attempt else None,
        talking=attempt is not None and kept.state == "talking",
    )


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
