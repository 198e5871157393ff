"""One AMI message: its bytes, and its headers read only when somebody asks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from typing_extensions import override

from cti.shapes import Layout, learn_shape, read_by_shape

_HEADER = re.compile(r"^([^:\n]+): ?([^\n]*)", re.MULTILINE)
_EVENT = b"Event: "
_LINE = re.compile(r"[^:\n]+: [^\n]*")


class AmiMessage:
    """A response or event as Asterisk sent it; never changed.

    `raw` is the message without its closing blank line; `event` is the name of the
    event, empty for a response. Header names match whatever
    their case, as AMI promises. Only a line feed (with or without a carriage return
    before it) ends a header: a lone carriage return stays inside the value, so that
    a caller's name cannot make headers. Bytes that are no UTF-8 become U+FFFD.
    """

    __slots__ = ("_headers", "_layout", "_values", "event", "raw")

    _values: tuple[str, ...]

    def __init__(self, raw: bytes, event: str | None = None) -> None:
        """Keep the bytes; `event` is the event's name where it was seen in the first line."""
        self.raw = raw
        self._layout: Layout | None = None
        self._headers: dict[str, str] | None = None
        self.event: str = self.get("Event") if event is None else event

    @classmethod
    def of(cls, headers: Iterable[tuple[str, str]]) -> AmiMessage:
        """Build a message from (name, value) pairs, in order."""
        return cls("\r\n".join(f"{name}: {value}" for name, value in headers).encode())

    @property
    def headers(self) -> dict[str, str]:
        """Name to value, names as sent; of a repeated name the last value. Do not change it."""
        if self._headers is None:
            layout = self._layout or self._read()
            self._headers = dict(zip(layout.names, self._values, strict=False))
        return self._headers

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every (name, value) in the order sent."""
        layout = self._layout or self._read()
        return list(zip(layout.names, self._values, strict=False))

    @property
    def response(self) -> str:
        """`Success`, `Error`, `Goodbye` ...; empty for an event."""
        return self.get("Response")

    @property
    def action_id(self) -> str:
        """The ActionID this answers; empty when nobody asked."""
        return self.get("ActionID")

    def get(self, name: str, default: str = "") -> str:
        """Return the (last) value of the header, whatever the case of its name."""
        layout = self._layout or self._read()
        place = layout.places.get(name)
        if place is None:
            place = layout.search(name)
        return default if place < 0 else self._values[place]

    def pick(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the values of these headers (two or more), empty where one is missing.

        Much faster than as many `get`: for a constant tuple of names the places are
        looked up once a shape of message.
        """
        layout = self._layout or self._read()
        return layout.picker(names)(self._values)

    def all(self, name: str) -> list[str]:
        """Return every value of a repeated header, in order."""
        wanted = name.lower()
        return [value for key, value in self.pairs if key.lower() == wanted]

    def __contains__(self, name: str) -> bool:
        return (self._layout or self._read()).search(name) >= 0

    def __getitem__(self, name: str) -> str:
        place = (self._layout or self._read()).search(name)
        if place < 0:
            raise KeyError(name)
        return self._values[place]

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, AmiMessage) and self.pairs == other.pairs

    @override
    def __hash__(self) -> int:
        return hash(tuple(self.pairs))

    @override
    def __repr__(self) -> str:
        """Show the kind alone: values may be a caller's own."""
        return f"<AmiMessage {self.event or self.response or '?'}>"

    def _read(self) -> Layout:
        """Read the headers: by the shape of earlier events, else line by line."""
        known = read_by_shape(self.raw) if self.raw[:7] == _EVENT else None
        if known is None:
            text = self.raw.replace(b"\r\n", b"\n").decode("utf-8", "replace")
            pairs: list[tuple[str, str]] = _HEADER.findall(text)
            layout = Layout(tuple(name for name, _ in pairs))
            self._values = (*(value for _, value in pairs), "")
            if self.raw[:7] == _EVENT:
                self._learn(layout, text)
        else:
            layout, self._values = known
        self._layout = layout
        return layout

    def _learn(self, layout: Layout, text: str) -> None:
        """Keep the layout when the next event of this kind may be read by it."""
        lines = text.split("\n")
        usual = all(map(_LINE.fullmatch, lines)) and b"\r\n" in self.raw
        if usual and len(set(layout.names)) == len(lines):
            learn_shape(self.raw, layout)
