"""Commands that people give to the board, and the answers they get."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str = ""  # id of the user who asks; empty for the system itself
    by_name: str = ""  # his name, where another than the agent is to be told who it was


class SignIn(_Command):
    """The agent opened a desktop: not ready until he says otherwise."""

    type: Literal["sign_in"] = "sign_in"
    agent_id: str
    queues: tuple[str, ...] = ()  # of his own; empty: all of them, or as he has chosen before


class SignOut(_Command):
    """The agent leaves, or is logged out: never offered again until signed in."""

    type: Literal["sign_out"] = "sign_out"
    agent_id: str


class SetReady(_Command):
    """Ready now, or after the call in hand."""

    type: Literal["set_ready"] = "set_ready"
    agent_id: str
    after_wrap_up: bool = False  # leave a wrap-up its time; else the wish ends one that may end


class SetNotReady(_Command):
    """Not ready now, or after the call in hand."""

    type: Literal["set_not_ready"] = "set_not_ready"
    agent_id: str
    reason: str = Field(max_length=40)
    after_wrap_up: bool = False


class ChooseQueues(_Command):
    """Serve only these of the agent's own queues until he leaves; empty: all of them."""

    type: Literal["choose_queues"] = "choose_queues"
    agent_id: str
    queues: tuple[str, ...] = ()


class AssignQueues(_Command):
    """Let the agent serve these queues, his own or not, until he leaves; empty: his own."""

    type: Literal["assign_queues"] = "assign_queues"
    agent_id: str
    queues: tuple[str, ...] = ()


class ReportDesk(_Command):
    """Say whether the agent's desktop is open; `source` is who sees it, a web process."""

    type: Literal["report_desk"] = "report_desk"
    agent_id: str
    source: str = Field(max_length=80)
    open: bool


class ReportMicrophone(_Command):
    """Say whether the agent's desktop has a microphone that works."""

    type: Literal["report_microphone"] = "report_microphone"
    agent_id: str
    works: bool


class AskWrapUp(_Command):
    """Ask during a call for time after it, where the queue leaves that to the agent."""

    type: Literal["ask_wrap_up"] = "ask_wrap_up"
    agent_id: str
    wanted: bool = True


class ExtendWrapUp(_Command):
    """Ask, once, for more time after the call."""

    type: Literal["extend_wrap_up"] = "extend_wrap_up"
    agent_id: str


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


class StartConsult(_Command):
    """Ask a colleague or a number first, the customer held: the agent's own phone calls there."""

    type: Literal["start_consult"] = "start_consult"
    agent_id: str
    call_id: UUID
    target_kind: Literal["agent", "number"]
    target: str = Field(max_length=64)  # agent id, or E.164 / short code
    note: str = Field(default="", max_length=2000)


class EndConsult(_Command):
    """Join the customer with who was asked, go back to the customer, or speak with the other."""

    type: Literal["end_consult"] = "end_consult"
    agent_id: str
    call_id: UUID
    act: Literal["complete", "cancel", "swap"]


class DialOut(_Command):
    """Ring the agent's own phone, then the number (click-to-dial)."""

    type: Literal["dial_out"] = "dial_out"
    agent_id: str
    number: str = Field(pattern=r"^\+?[0-9]{2,20}$")


class ReserveForOutbound(_Command):
    """Take a blended agent for outbound work, unless a call waits that he could serve."""

    type: Literal["reserve_for_outbound"] = "reserve_for_outbound"
    agent_id: str
    seconds: int = Field(default=60, ge=1, le=600)  # then he is free again by himself


class ReleaseOutbound(_Command):
    """Give an agent reserved for outbound work back to his queues."""

    type: Literal["release_outbound"] = "release_outbound"
    agent_id: str


class RequestCallback(_Command):
    """Let a caller hang up and keep his place, or promise a number a call from the line's end."""

    type: Literal["request_callback"] = "request_callback"
    callback_id: UUID  # chosen by who asks, so that asking twice is asking once
    number: str = Field(pattern=r"^\+?[0-9]{3,20}$")
    call_id: UUID | None = None  # of the caller who waits
    queue: str = Field(default="", max_length=40)  # where there is no such call
    origin_call_id: UUID | None = None  # the call it is asked for in by one who does not wait
    caller_name: str = Field(default="", max_length=200)


class DeclineCallback(_Command):
    """The caller was asked and would rather wait."""

    type: Literal["decline_callback"] = "decline_callback"
    call_id: UUID


class CancelCallback(_Command):
    """Owe this callback no longer."""

    type: Literal["cancel_callback"] = "cancel_callback"
    callback_id: UUID


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
    | ChooseQueues
    | AssignQueues
    | ReportDesk
    | ReportMicrophone
    | AskWrapUp
    | ExtendWrapUp
    | FinishWrapUp
    | HangUp
    | TransferCall
    | StartConsult
    | EndConsult
    | DialOut
    | ReserveForOutbound
    | ReleaseOutbound
    | RequestCallback
    | DeclineCallback
    | CancelCallback
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
    remark: str = ""  # a code of what is left to be done by hand, for ReloadConfiguration


class Refused(BaseModel):
    """The command was not taken, with the reason in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["refused"] = "refused"
    code: str  # e.g. unknown_agent, not_your_call, wrong_state, engine_unavailable
    message: str


Reply: TypeAlias = Annotated[Accepted | Refused, Field(discriminator="status")]

COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
