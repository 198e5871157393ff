"""The one panoramisk protocol, with its faults on the wire closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast

import structlog
from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from typing_extensions import override

from cti.actions import AmiAction
from cti.errors import ActionLost, ActionRefused, LinkDown, UnsafeAction
from cti.framing import FrameDecoder
from cti.messages import AmiMessage

_log = structlog.get_logger(__name__)

MOST_HEADERS = 128  # both limits are Asterisk's own (main/manager.c)
MOST_LINE_BYTES = 1024  # with its CR LF
_MOST_ITEMS = 100_000


@dataclass(frozen=True, slots=True)
class AmiReply:
    """What Asterisk answered: the response, and the items when it was a list."""

    response: AmiMessage
    items: tuple[AmiMessage, ...] = ()


class PendingAction(Action):  # type: ignore[misc] # panoramisk ships no types
    """panoramisk's action, with a reply that completes or fails, never hangs."""

    def __init__(self, action: AmiAction) -> None:
        headers: dict[str, str | list[str]] = {"Action": action.action}
        for key, value in action.headers():
            held = headers.get(key)
            headers[key] = (
                value if held is None else [*(held if _is_list(held) else [held]), value]
            )
        super().__init__(headers)
        self.reply: asyncio.Future[AmiReply] = self.future
        self._response: AmiMessage | None = None
        self._items: list[AmiMessage] = []

    @override
    def add_message(self, message: AmiMessage) -> bool:
        """Take a message with this ActionID; true when the reply is complete."""
        if message.event:
            return self._response is not None and self._add_item(message)
        self._response = message
        if message.response not in {"Success", "Goodbye", "Follows"}:
            return self._refuse(message.get("Message") or message.response)
        if message.get("EventList").lower() == "start":
            return False
        return self._complete()

    def _add_item(self, item: AmiMessage) -> bool:
        progress = item.get("EventList").lower()
        if progress == "cancelled" or len(self._items) >= _MOST_ITEMS:
            return self._refuse("the list was cancelled")
        if progress == "complete" or item.event.endswith("Complete"):
            return self._complete()
        self._items.append(item)
        return False

    def _complete(self) -> bool:
        if not self.reply.done():
            response = cast("AmiMessage", self._response)
            self.reply.set_result(AmiReply(response, tuple(self._items)))
        return True

    def _refuse(self, why: str) -> bool:
        self.fail(ActionRefused(f"{self.name}: {why}"))
        return True

    def fail(self, error: Exception) -> None:
        """End the wait with this error, unless it has ended."""
        if not self.reply.done():
            self.reply.set_exception(error)

    @property
    def name(self) -> str:
        """Name of the action, for people."""
        return str(self["Action"])


def _is_list(value: str | list[str]) -> bool:
    return isinstance(value, list)


def _require_safe(action: PendingAction) -> None:
    """Let nothing through that Asterisk would read as another header, or not at all."""
    lines = str(action).split("\r\n")[:-2]
    for key, value in action.items():
        for text in value if _is_list(value) else [value]:
            if any(character in f"{key}{text}" for character in "\r\n\0") or ":" in key:
                raise UnsafeAction("invalid_characters", key, "holds a line end or NUL")
            _require_line(key, text)
    if len(lines) > MOST_HEADERS:
        raise UnsafeAction("too_many_headers", action.name, f"{len(lines)} lines are too many")


def _require_line(key: str, text: str) -> None:
    try:
        length = len(f"{key}: {text}\r\n".encode())
    except UnicodeEncodeError as error:
        raise UnsafeAction("invalid_characters", key, "is no Unicode text") from error
    if length > MOST_LINE_BYTES:
        raise UnsafeAction("too_long", key, f"{length} bytes are more than {MOST_LINE_BYTES}")


class AmiProtocol(AMIProtocol):  # type: ignore[misc] # panoramisk ships no types
    """One TCP link: ordered events out through one callback, actions in through one door.

    `on_message` gets every wanted event, in order, also one that carries the ActionID
    of a waiting action; what it raises is logged and stops nothing. `on_bytes` sees the
    raw bytes first. `on_lost` is called once, after every waiting action has failed.
    """

    def __init__(
        self,
        *,
        on_message: Callable[[AmiMessage], None],
        on_lost: Callable[[], None],
        on_bytes: Callable[[bytes], None] | None = None,
        wanted: Collection[str] | None = None,
    ) -> None:
        self.decoder = FrameDecoder(wanted=wanted)
        self.encoding = "utf-8"
        self.closed = True
        self.responses: dict[str, PendingAction] = {}
        self._on_message = on_message
        self._on_lost = on_lost
        self._on_bytes = on_bytes

    @property
    def is_open(self) -> bool:
        """True until the link is lost or closed."""
        return not self.closed

    @override
    def data_received(self, data: bytes) -> None:
        if self.closed:
            return
        if self._on_bytes is not None:
            self._on_bytes(data)
        for message in self.decoder.feed(data):
            if not self.is_open:  # the reader cut the link: the rest is in the next picture
                return
            self.handle_message(message)

    @override
    def handle_message(self, message: AmiMessage) -> None:
        if self.responses and b"ActionID:" in message.raw:
            self._answer(message)
        if message.event:
            try:
                self._on_message(message)
            except Exception:  # noqa: BLE001 - a reader's fault must not cost the link
                _log.exception("ami_message_not_handled", event_name=message.event)

    def _answer(self, message: AmiMessage) -> None:
        pending = self.responses.get(message.action_id)
        if pending is not None and pending.add_message(message):
            del self.responses[message.action_id]

    @override
    def send(self, data: AmiAction, as_list: bool | None = None) -> PendingAction:
        """Write the action and return it with its reply to wait for.

        `UnsafeAction` and `LinkDown` come before any byte is written.
        """
        pending = PendingAction(data)
        _require_safe(pending)
        if self.closed or self.transport.is_closing():
            raise LinkDown("the link to Asterisk is down")
        super().send(pending, as_list=as_list)
        return pending

    def forget(self, pending: PendingAction) -> None:
        """Expect no answer any more; a late one is passed over."""
        self.responses.pop(str(pending.id), None)
        pending.reply.cancel()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed:
            self.close()

    @override
    def close(self) -> None:
        """End the link at once; actions without an answer fail and are not sent again."""
        if self.closed:
            return
        self.closed = True
        self.transport.abort()
        waiting, self.responses = list(self.responses.values()), {}
        for pending in waiting:
            pending.fail(ActionLost(f"{pending.name}: the link died before the answer"))
        self._on_lost()
