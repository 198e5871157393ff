"""One AMI message: its bytes, and its headers read only when somebody asks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from typing_extensions import override

_HEADER = re.compile(r"^([^:\n]+): ?([^\n]*)", re.MULTILINE)


class AmiMessage:
    """A response or event as Asterisk sent it; never changed.

    `raw` is the message without its closing blank line. Header names match whatever
    their case, as AMI promises. Only a line feed (with or without a carriage return
    before it) ends a header: a lone carriage return stays inside the value, so that
    a caller's name cannot make headers. Bytes that are no UTF-8 become U+FFFD.
    """

    __slots__ = ("_folded", "_headers", "_pairs", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._headers: dict[str, str] | None = None
        self._folded: dict[str, str] | None = None
        self._pairs: list[tuple[str, str]] | None = None

    @classmethod
    def of(cls, headers: Iterable[tuple[str, str]]) -> AmiMessage:
        """Build a message from (name, value) pairs, in order."""
        return cls("\r\n".join(f"{name}: {value}" for name, value in headers).encode())

    @property
    def headers(self) -> dict[str, str]:
        """Name to value, names as sent; of a repeated name the last value. Do not change it."""
        headers = self._headers
        if headers is None:
            headers = self._headers = self._read_plain() or dict(self._read())
        return headers

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every (name, value) in the order sent. Do not change it."""
        if self._pairs is None:
            self._pairs = self._read()
        return self._pairs

    @property
    def event(self) -> str:
        """Name of the event; empty for a response."""
        return self.get("Event")

    @property
    def is_event(self) -> bool:
        """True for an event, false for a response; reads no header in the usual case."""
        return self.raw[:7] == b"Event: " or bool(self.event)

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
        value = self.headers.get(name)
        if value is not None:
            return value
        if self._folded is None:
            self._folded = {key.lower(): value for key, value in self.headers.items()}
        return self._folded.get(name.lower(), default)

    def all(self, name: str) -> list[str]:
        """Return every value of a repeated header, in order."""
        wanted = name.lower()
        return [value for key, value in self.pairs if key.lower() == wanted]

    def __contains__(self, name: str) -> bool:
        return self.get(name, "\0") != "\0"

    def __getitem__(self, name: str) -> str:
        value = self.get(name, "\0")
        if value == "\0":
            raise KeyError(name)
        return value

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

    def _read_plain(self) -> dict[str, str] | None:
        """Read the form Asterisk nearly always sends; None when it is any other."""
        lines = self.raw.decode("utf-8", "replace").split("\r\n")
        if self.raw.count(b"\n") != len(lines) - 1:
            return None
        try:
            headers = dict([line.split(": ", 1) for line in lines])
        except ValueError:  # a line without ": "
            return None
        return None if ":" in "".join(headers) else headers

    def _read(self) -> list[tuple[str, str]]:
        text = self.raw.replace(b"\r\n", b"\n").decode("utf-8", "replace")
        return _HEADER.findall(text)
