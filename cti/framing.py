"""Cut the bytes of an AMI stream into messages, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from cti.messages import AmiMessage

_END = b"\r\n\r\n"
_BANNER = b"Asterisk Call Manager/"
_EVENT = b"Event: "
_MOST_KINDS = 1024
_LARGE = 16_384


@dataclass(slots=True)
class FramingCounts:
    """What one decoder has seen; all figures are numbers of messages."""

    seen: Counter[bytes] = field(default_factory=Counter)  # by first line, `Event: Hangup`
    responses: int = 0
    too_long: int = 0  # dropped: the message or one of its lines passed the limit
    not_understood: int = 0  # dropped: neither an event nor a response

    @property
    def by_event(self) -> dict[str, int]:
        """Every event seen, the unwanted ones too, by name."""
        return {_name(first): count for first, count in self.seen.items()}

    @property
    def events(self) -> int:
        """Number of all events seen."""
        return self.seen.total()


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
        max_line: int = 131_072,
    ) -> None:
        self.counts = FramingCounts()
        self.version = ""
        self._wanted = None if wanted is None else frozenset(wanted)
        self._max_message = max_message
        self._max_line = min(max_line, max_message)
        self._tail = bytearray()
        self._skipping = False
        self._mixed = False  # a line ended in a bare LF
        self._plain: set[bytes] = set()  # first lines of events without any oddity
        self._odd: set[bytes] = set()  # other first lines
        self._plain_wanted: dict[bytes, str] = {}

    def feed(self, data: bytes) -> list[AmiMessage]:
        """Take the next bytes; return the messages they complete."""
        if not _has_blank_line(bytes(self._tail[-3:]) + data[:3]) and not _has_blank_line(data):
            self._tail += data
            self._bound_tail()
            return []
        large = len(self._tail) + len(data) > self._max_line
        *frames, rest = self._split(b"".join((self._tail, data)))
        self._tail = bytearray(rest)
        if self._skipping:
            self._skipping = False
            frames.pop(0)
        messages = self._keep(frames, large=large) if frames else []
        self._bound_tail()
        return messages

    def _split(self, block: bytes) -> list[bytes]:
        """Cut at blank lines; once a bare LF was seen, every line is given its CR first.

        A small block (a live link) is looked through for one. Of a large one (a replay,
        a burst) only the end is: counting every line end would cost as much as the cut.
        """
        if not self._mixed and len(block) > _LARGE:
            pieces = block.split(_END)
            if len(pieces) > 1 and b"\n\n" not in pieces[-1]:
                return pieces
        if self._mixed or block.count(b"\n") != block.count(b"\r\n"):
            self._mixed = True
            block = _with_crlf(block)
        return block.split(_END)

    def _bound_tail(self) -> None:
        if len(self._tail) <= self._max_message:
            return
        if not self._skipping:
            self._skipping = True
            self.counts.too_long += 1
        del self._tail[:-3]  # a blank line may have begun

    def _keep(self, frames: list[bytes], *, large: bool) -> list[AmiMessage]:
        """Count these frames and return the wanted ones, by their first lines alone.

        `large` says that one of them could be too long.
        """
        firsts = [frame[: frame.find(b"\r\n")] for frame in frames]
        kinds = set(firsts)
        if not kinds <= self._plain:
            self._learn(kinds, frames)
        odd = kinds - self._plain
        self.counts.seen.update(firsts)
        wanted = self._plain_wanted
        pairs = zip(frames, firsts, strict=True)
        if odd or (large and max(map(len, frames)) > self._max_line):
            return self._keep_among_odd(pairs, odd)
        return [AmiMessage(frame, wanted[first]) for frame, first in pairs if first in wanted]

    def _keep_among_odd(
        self, pairs: Iterable[tuple[bytes, bytes]], odd: set[bytes]
    ) -> list[AmiMessage]:
        kept: list[AmiMessage] = []
        wanted, max_line = self._plain_wanted, self._max_line
        for frame, first in pairs:
            if first in odd or len(frame) > max_line:
                self.counts.seen -= Counter([first])  # counted again by what it turns out to be
                kept += self._keep_odd(frame)
            elif first in wanted:
                kept.append(AmiMessage(frame, wanted[first]))
        return kept

    def _learn(self, kinds: set[bytes], frames: list[bytes]) -> None:
        """Sort new first lines; an endless run of names is forgotten, not kept."""
        if len(self._plain) + len(self._odd) > _MOST_KINDS:
            self._plain.clear()
            self._odd.clear()
            self._plain_wanted.clear()
            self.counts.seen = Counter({b"Event: *": self.counts.events})
        new = kinds - self._odd - self._plain
        if not new:
            return
        lone = {frame[:-1] for frame in frames if b"\r\n" not in frame}  # cut one byte short
        plain = {kind for kind in new - lone if kind.startswith(_EVENT) and b"\n" not in kind}
        self._plain |= plain
        self._odd |= new - plain
        self._plain_wanted |= {kind: _name(kind) for kind in plain if self._wants(_name(kind))}

    def _wants(self, event: str) -> bool:
        return self._wanted is None or event in self._wanted

    def _keep_odd(self, frame: bytes) -> list[AmiMessage]:
        """Take a frame one by one: a response, a banner before it, or an odd form."""
        pieces = _with_crlf(frame).split(_END)
        return [message for piece in pieces if (message := self._keep_one(piece))]

    def _keep_one(self, frame: bytes) -> AmiMessage | None:
        frame = frame.lstrip(b"\r\n")
        if frame.startswith(_BANNER):
            banner, _, frame = frame.partition(b"\r\n")
            self.version = banner[len(_BANNER) :].decode("ascii", "replace")
        if not frame:
            return None
        if self._is_too_long(frame):
            self.counts.too_long += 1
            return None
        return self._counted(AmiMessage(frame))

    def _counted(self, message: AmiMessage) -> AmiMessage | None:
        event = message.event
        if event:
            self.counts.seen[_EVENT + event.encode()] += 1
            return message if self._wants(event) else None
        if message.response:
            self.counts.responses += 1
            return message
        self.counts.not_understood += 1
        return None

    def _is_too_long(self, frame: bytes) -> bool:
        if len(frame) <= self._max_line:
            return False
        lines = frame.split(b"\r\n")
        return len(frame) > self._max_message or max(map(len, lines)) > self._max_line


def _has_blank_line(data: bytes) -> bool:
    return b"\n\r\n" in data or b"\n\n" in data


def _name(first: bytes) -> str:
    return first[len(_EVENT) :].decode("utf-8", "replace")


def _with_crlf(block: bytes) -> bytes:
    return block.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
