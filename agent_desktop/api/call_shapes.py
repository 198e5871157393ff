"""How the API shows calls."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from acd.routing import in_full
from agent_desktop.api.answers import Money, Shown
from crm_core.calls import CallDetail


class CallItem(Shown):
    """A call in a list; names are empty where nobody is known."""

    call_id: UUID
    state: str
    direction: str
    caller_number: str
    caller_name: str
    dialled_number: str
    queue: str
    agent_id: UUID | None
    agent_name: str
    contact_id: UUID | None
    contact_name: str
    account_id: UUID | None
    account_name: str
    started_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    waited_seconds: float
    talked_seconds: float
    held_seconds: float
    wrap_up_seconds: float
    outcome: str
    hung_up_by: str
    disposition: str


class CallList(Shown):
    """Some calls, newest first."""

    items: list[CallItem]
    next_cursor: str | None


class LegShown(Shown):
    """One channel of a call."""

    channel: str
    uniqueid: str
    device: str
    role: str
    agent_id: UUID | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: int


class EventShown(Shown):
    """Something that happened in a call."""

    kind: str
    at: datetime
    payload: dict[str, Any]

    @field_validator("payload")
    @classmethod
    def _in_full(cls, kept: dict[str, Any], found: ValidationInfo) -> dict[str, Any]:
        """Name what the record of a choice keeps without names."""
        return in_full(kept) if found.data.get("kind") == "offered_to_agent" else kept


class VisitShown(Shown):
    """One stay in a queue."""

    queue: str
    entered_at: datetime
    left_at: datetime
    waited_seconds: float
    outcome: str
    agent_id: UUID | None
    talked_seconds: float


class StepShown(Shown):
    """One step of how a charge came about, with the amount so far."""

    code: str
    detail: str
    amount: str
    figures: dict[str, str]


class ChargeShown(Shown):
    """What a call costs and why; `unrated` with a reason when no price was found."""

    state: str
    amount: Money
    currency: str
    answered_seconds: Money
    billed_seconds: int
    explanation: Annotated[list[StepShown], Field(validation_alias="steps")]
    reason: str


class GivenShown(Shown):
    """A disposition that was given, with its note."""

    code: str
    label: str
    label_en: str
    note: str
    user_id: UUID | None
    at: datetime


class TicketShort(Shown):
    """A ticket of the call."""

    ticket_id: UUID
    number: int
    subject: str
    status: str


class CallShown(CallItem):
    """Everything that is known of a call."""

    cause: int
    incomplete: bool
    queues: list[str]
    agents_rang: list[str]
    transfers: list[dict[str, Any]]
    legs: list[LegShown]
    visits: list[VisitShown]
    events: list[EventShown]
    data: dict[str, str]
    note: str
    dispositions: list[GivenShown]
    tickets: list[TicketShort]
    charge: ChargeShown | None


class DispositionWord(Shown):
    """A word of the dictionary."""

    code: str
    label: str
    label_en: str


class DispositionList(Shown):
    """The dictionary in its order."""

    items: list[DispositionWord]
    next_cursor: None = None


def shown(found: CallDetail) -> CallShown:
    """Return the call with all its parts."""
    parts = {name: getattr(found, name) for name in CallShown.model_fields if hasattr(found, name)}
    item = CallItem.model_validate(found.call).model_dump()
    note = found.dispositions[0].note if found.dispositions else ""
    return CallShown.model_validate({**item, **parts, "note": note}, from_attributes=True)
