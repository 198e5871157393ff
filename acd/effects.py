"""What the board wants done: frozen values that the engine performs in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from uuid import UUID

from typing_extensions import override

from acd.notices import Notice
from acd.routing import Choice

if TYPE_CHECKING:
    from acd.board.settings import OverflowKind, OverflowReason


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferIntent:
    """Who hands a call to whom; told to the tracker before the redirect."""

    by: str  # device
    to: str  # device, queue name or number
    kind: str  # agent, queue or number


class PopScreen(NamedTuple):
    """Show the agent who calls; always asked for before the phone is rung."""

    agent_id: str
    call_id: UUID
    queue: str
    caller_number: str
    caller_name: str
    ring_seconds: int
    choice: Choice

    @property
    def why(self) -> str:
        """Return in one sentence why this agent is asked; worded when somebody looks."""
        return self.choice.in_words()


class OfferCall(NamedTuple):
    """Take the caller out of the wait and ring the agent's phone, or several at once."""

    agent_id: str
    call_id: UUID
    channel: str
    extension: str
    ring_seconds: int
    transfer: TransferIntent | None = None  # set when one agent hands the call to another
    beside: tuple[str, ...] = ()  # extensions of other agents whose phones ring at once


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawPop:
    """The offered call went elsewhere; say why on the agent's screen."""

    agent_id: str
    call_id: UUID
    reason: str


class RecordChoice(NamedTuple):
    """Keep why this agent was chosen."""

    choice: Choice


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnToWait:
    """Put the caller back into the wait context: the offer is off."""

    call_id: UUID
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeBack:
    """Ask Asterisk's own queue to let the caller go; one whom it joined by then it keeps."""

    call_id: UUID
    channel: str
    queue: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveCall:
    """Send the call to a queue or to a number."""

    call_id: UUID
    channel: str
    intent: TransferIntent
    by: str  # agent id, to be told when it fails


@dataclass(frozen=True, kw_only=True, slots=True)
class DivertCall:
    """Send a waiting call where its queue's overflow says; its wait there is over."""

    call_id: UUID
    channel: str
    queue: str  # that it leaves
    reason: OverflowReason
    kind: OverflowKind
    target: str = ""  # queue name, number or prompt name
    priority: int = 0  # that the call gets in the queue it goes to


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackKept:
    """A callback as the store keeps it."""

    callback_id: UUID
    queue: str
    number: str
    caller_name: str
    waits_since: datetime
    requested_at: datetime
    expires_at: datetime
    priority: int
    origin: UUID | None
    state: str
    attempts: int
    tries: int
    not_before: datetime | None
    agent_id: str
    at: datetime  # of this picture


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepCallback:
    """Write down what became of a callback; `ended` tells of the attempt that just ended."""

    kept: CallbackKept
    ended: tuple[int, str] | None = None  # number and outcome of the attempt


@dataclass(frozen=True, kw_only=True, slots=True)
class PlayComfort:
    """Say words to a waiting caller by the names of their prompts; his place is not touched."""

    call_id: UUID
    channel: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SetWaiting:
    """Tell the dialplan a queue's music, and the key that leads to a callback."""

    queue: str
    music: str
    key: str  # empty: none


@dataclass(frozen=True, kw_only=True, slots=True)
class DialCallback:
    """Write down the attempt, then dial: a crash in between never dials twice."""

    kept: CallbackKept
    attempt: int
    call_id: UUID
    uniqueid: str
    agent_id: str
    extension: str
    agent_first: bool
    ring_seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PutCallData:
    """Keep data that travels with the call to the next screen."""

    call_id: UUID
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class HangUpCall:
    """End the call for everybody in it."""

    call_id: UUID
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DialNumber:
    """Ring the agent's own phone, then the number."""

    agent_id: str
    extension: str
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MirrorReadiness:
    """Let the fallback queue ring this phone, or not, should we be gone."""

    device: str
    paused: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShutOutOthers:
    """Keep engines that led before from ringing phones; the engine's own wish, on a new link."""


class Tell:
    """Tell every desktop.

    A notice may be told by the facts it is made of: it is put together when somebody looks
    at it, which is after the phone was asked to ring.
    """

    __slots__ = ("_facts", "_make", "_notice")

    def __init__(
        self,
        *,
        notice: Notice | None = None,
        make: Callable[[dict[str, Any]], Notice] | None = None,
        facts: dict[str, Any] | None = None,
    ) -> None:
        """Take the notice, or what makes it of facts that nobody changes any more."""
        self._notice, self._make, self._facts = notice, make, facts

    @property
    def notice(self) -> Notice:
        """Return the notice."""
        if self._notice is None:
            if self._make is None or self._facts is None:
                raise ValueError("there is nothing to tell")
            self._notice = self._make(self._facts)
        return self._notice

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tell) and self.notice == other.notice

    @override
    def __hash__(self) -> int:
        return hash(type(self.notice))

    @override
    def __repr__(self) -> str:
        return f"Tell(notice={self.notice!r})"


Effect: TypeAlias = (
    PopScreen
    | OfferCall
    | WithdrawPop
    | RecordChoice
    | ReturnToWait
    | TakeBack
    | MoveCall
    | DivertCall
    | SetWaiting
    | PlayComfort
    | KeepCallback
    | DialCallback
    | PutCallData
    | HangUpCall
    | DialNumber
    | MirrorReadiness
    | ShutOutOthers
    | Tell
)
