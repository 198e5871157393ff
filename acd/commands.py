"""Commands that people give to the board, and the answers they get."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str = ""  # id of the user who asks; empty for the system itself


class SignIn(_Command):
    """The agent opened a desktop: not ready until he says otherwise."""

    type: Literal["sign_in"] = "sign_in"
    agent_id: str


class SignOut(_Command):
    """The agent leaves: never offered again until signed in."""

    type: Literal["sign_out"] = "sign_out"
    agent_id: str


class SetReady(_Command):
    """Ready now, or after the call in hand."""

    type: Literal["set_ready"] = "set_ready"
    agent_id: str


class SetNotReady(_Command):
    """Not ready now, or after the call in hand."""

    type: Literal["set_not_ready"] = "set_not_ready"
    agent_id: str
    reason: str


class FinishWrapUp(_Command):
    """End the after-call work early."""

    type: Literal["finish_wrap_up"] = "finish_wrap_up"
    agent_id: str


class HangUp(_Command):
    """End the call; shown as done only when Asterisk says so."""

    type: Literal["hang_up"] = "hang_up"
    agent_id: str
    call_id: UUID


class TransferCall(_Command):
    """Hand the call on without asking first (blind transfer)."""

    type: Literal["transfer_call"] = "transfer_call"
    agent_id: str
    call_id: UUID
    target_kind: Literal["agent", "queue", "number"]
    target: str = Field(max_length=64)  # agent id, queue name or E.164 / short code
    note: str = Field(default="", max_length=2000)


class DialOut(_Command):
    """Ring the agent's own phone, then the number (click-to-dial)."""

    type: Literal["dial_out"] = "dial_out"
    agent_id: str
    number: str = Field(pattern=r"^\+?[0-9]{2,20}$")


class IssuePhoneCredential(_Command):
    """Let a phone register with this digest until the time given."""

    type: Literal["issue_phone_credential"] = "issue_phone_credential"
    endpoint: str = Field(pattern=r"^(agent-[0-9]{2,8}|demo-caller)$")
    ha1: str = Field(pattern=r"^[0-9a-f]{32}$")
    expires_at: datetime


class RevokePhoneCredential(_Command):
    """Let the phone register no more."""

    type: Literal["revoke_phone_credential"] = "revoke_phone_credential"
    endpoint: str = Field(pattern=r"^(agent-[0-9]{2,8}|demo-caller)$")


class GetSnapshot(_Command):
    """Ask for the whole board with its place in the feed."""

    type: Literal["get_snapshot"] = "get_snapshot"


class ReloadConfiguration(_Command):
    """Read queues, agents and reasons again from the store."""

    type: Literal["reload_configuration"] = "reload_configuration"


Command: TypeAlias = Annotated[
    SignIn
    | SignOut
    | SetReady
    | SetNotReady
    | FinishWrapUp
    | HangUp
    | TransferCall
    | DialOut
    | IssuePhoneCredential
    | RevokePhoneCredential
    | GetSnapshot
    | ReloadConfiguration,
    Field(discriminator="type"),
]


class Accepted(BaseModel):
    """The command was taken; what it leads to is told by notices."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["accepted"] = "accepted"
    snapshot: dict[str, object] | None = None  # a `notices.Snapshot`, for GetSnapshot alone


class Refused(BaseModel):
    """The command was not taken, with the reason in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["refused"] = "refused"
    code: str  # e.g. unknown_agent, not_your_call, wrong_state, engine_unavailable
    message: str


Reply: TypeAlias = Annotated[Accepted | Refused, Field(discriminator="status")]

COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
