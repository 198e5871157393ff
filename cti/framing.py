"""Cut the bytes of an AMI stream into messages, in bounded memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from cti.messages import AmiMessage

_END = b"\r\n\r\n"
_BANNER = b"Asterisk Call Manager/"
_EVENT = b"Event: "
_RESPONSE = b"Response: "
_MOST_NAMES = 1024


@dataclass(slots=True)
class FramingCounts:
    """What one decoder has seen; all figures are numbers of messages."""

    by_event: dict[bytes, int] = field(default_factory=dict)
    responses: int = 0
    too_long: int = 0  # dropped: the message or one of its lines passed the limit
    not_understood: int = 0  # dropped: neither an event nor a response

    @property
    def events(self) -> int:
        """Every event seen, the unwanted ones too."""
        return sum(self.by_event.values())


class FrameDecoder:
    """Incremental decoder: feed bytes as they come, get whole messages in order.

    `wanted` names the events to return (all when None); others are counted by name
    and never read further. Responses always come out. Lines may end in CR LF or LF.
    A message longer than `max_message` bytes, or with a line longer than `max_line`,
    is dropped and counted, and the stream goes on after its blank line.
    """

    def __init__(
        self,
        *,
        wanted: Collection[str] | None = None,
        max_message: int = 262_144,
        max_line: int = 65_536,
    ) -> None:
        self.counts = FramingCounts()
        self.version = ""
        self._wanted = None if wanted is None else frozenset(name.encode() for name in wanted)
        self._max_message = max_message
        self._max_line = min(max_line, max_message)
        self._tail = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[AmiMessage]:
        """Take the next bytes; return the messages they complete."""
        tail = self._tail
        searched = max(0, len(tail) - 3)
        tail += data
        if tail.find(b"\n\r\n", searched) < 0 and tail.find(b"\n\n", searched) < 0:
            self._bound_tail()
            return []
        *frames, rest = _with_crlf(bytes(tail)).split(_END)
        self._tail = bytearray(rest)
        if self._skipping:
            self._skipping = False
            frames.pop(0)
        messages = self._keep(frames)
        self._bound_tail()
        return messages

    def _bound_tail(self) -> None:
        if len(self._tail) <= self._max_message:
            return
        if not self._skipping:
            self._skipping = True
            self.counts.too_long += 1
        del self._tail[:-3]  # a blank line may have begun

    def _keep(self, frames: list[bytes]) -> list[AmiMessage]:
        """Return the wanted of these frames; the path each event takes, so kept flat."""
        counts, wanted, max_line = self.counts.by_event, self._wanted, self._max_line
        kept: list[AmiMessage] = []
        for frame in frames:
            if frame[:7] != _EVENT or len(frame) > max_line:
                self._keep_rare(frame, kept)
                continue
            end = frame.find(b"\r\n", 7)
            name = frame[7:end] if end > 0 else frame[7:]
            counts[name] = counts.get(name, 0) + 1
            if wanted is None or name in wanted:
                kept.append(AmiMessage(frame))
        if len(counts) > _MOST_NAMES:
            self._forget_names()
        return kept

    def _keep_rare(self, frame: bytes, kept: list[AmiMessage]) -> None:
        """Take a frame that is a response, has a banner before it, or is odd."""
        frame = frame.strip(b"\r\n")
        if frame.startswith(_BANNER):
            banner, _, frame = frame.partition(b"\r\n")
            self.version = banner[len(_BANNER) :].decode("ascii", "replace")
        if not frame:
            return
        if self._is_too_long(frame):
            self.counts.too_long += 1
            return
        message = AmiMessage(frame)
        if frame.startswith(_RESPONSE) or message.response:
            self.counts.responses += 1
            kept.append(message)
        elif message.event:
            self._keep_event(message, kept)
        else:
            self.counts.not_understood += 1

    def _is_too_long(self, frame: bytes) -> bool:
        if len(frame) <= self._max_line:
            return False
        lines = frame.split(b"\r\n")
        return len(frame) > self._max_message or max(map(len, lines)) > self._max_line

    def _keep_event(self, message: AmiMessage, kept: list[AmiMessage]) -> None:
        name = message.event.encode()
        self.counts.by_event[name] = self.counts.by_event.get(name, 0) + 1
        if self._wanted is None or name in self._wanted:
            kept.append(message)

    def _forget_names(self) -> None:
        """Fold the counts by name into one: an endless run of names must not fill memory."""
        self.counts.by_event = {b"*": self.counts.events}


def _with_crlf(block: bytes) -> bytes:
    """Give every line its CR LF; nearly always it has it already."""
    if block.count(b"\n") == block.count(b"\r\n"):
        return block
    return block.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
