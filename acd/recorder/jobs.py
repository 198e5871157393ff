"""Jobs of the recorder: what is to be written about calls and agents, ready for disk."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from crm_core.callbacks import CallbackWritten
from crm_core.calls import CallClosing, CallEvent, CallOpening


class _Job(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenCall(_Job):
    """Write the row of a call that began."""

    type: Literal["open_call"] = "open_call"
    opening: CallOpening


class RecordEvent(_Job):
    """Add an event to a call."""

    type: Literal["record_event"] = "record_event"
    call_id: UUID
    kind: str
    at: datetime
    payload: dict[str, object] = {}


class PutData(_Job):
    """Keep words that travel with the call."""

    type: Literal["put_data"] = "put_data"
    call_id: UUID
    data: dict[str, str]
    at: datetime


class CloseCall(_Job):
    """Complete a call that ended: row, legs, visits, charge, timeline."""

    type: Literal["close_call"] = "close_call"
    closing: CallClosing


class KeepMissed(_Job):
    """Write a call that came and went while nobody looked, unless it is written already."""

    type: Literal["keep_missed"] = "keep_missed"
    closing: CallClosing
    events: tuple[CallEvent, ...]


class EnterState(_Job):
    """Write that an agent entered a state."""

    type: Literal["enter_state"] = "enter_state"
    agent_id: str
    state: str
    reason: str = ""
    call_id: UUID | None = None
    set_by: UUID | None = None
    at: datetime


class AddWrapUp(_Job):
    """Add an agent's work after a call to the call."""

    type: Literal["add_wrap_up"] = "add_wrap_up"
    call_id: UUID
    agent_id: UUID
    seconds: float


class SaveCallback(_Job):
    """Write how a callback stands, and how its attempt (number, outcome) ended."""

    type: Literal["save_callback"] = "save_callback"
    written: CallbackWritten
    ended: tuple[int, str] | None = None


class LeaveVoicemail(_Job):
    """Open a ticket for a voice message, and put it on the list of missed calls."""

    type: Literal["leave_voicemail"] = "leave_voicemail"
    call_id: UUID
    mailbox: str
    file: str
    seconds: int
    number: str = ""
    at: datetime


Job: TypeAlias = Annotated[
    OpenCall
    | RecordEvent
    | PutData
    | CloseCall
    | KeepMissed
    | EnterState
    | AddWrapUp
    | SaveCallback
    | LeaveVoicemail,
    Field(discriminator="type"),
]
JOB: TypeAdapter[Job] = TypeAdapter(Job)
