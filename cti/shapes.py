"""The header names of a message, learnt once a kind: Asterisk writes each line for line alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import itemgetter

_MOST_LAYOUTS = 4  # of one kind; a kind with more is read line by line
_MOST_KINDS = 512
_MOST_ALIASES = 256
_MISSING = -1
_NOTHING = ("",)


class Layout:
    """Names and places of the headers of one message, or of all messages of one shape.

    The values it is used with are a tuple in the order of `names`, with one empty
    string after them: the value of every header that is not there. `places` holds the
    names looked for so far.
    """

    __slots__ = ("_pickers", "names", "places")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.places = {name: place for place, name in enumerate(names)}
        self._pickers: dict[tuple[str, ...], Callable[[tuple[str, ...]], tuple[str, ...]]] = {}

    def search(self, name: str) -> int:
        """Return where the (last) value of this header is, -1 when it is not there.

        Whatever the case of its name; the answer is kept in `places`.
        """
        folded = name.lower()
        found = [place for place, held in enumerate(self.names) if held.lower() == folded]
        place = found[-1] if found else _MISSING
        if len(self.places) < len(self.names) + _MOST_ALIASES:
            self.places[name] = place
        return place

    def picker(self, names: tuple[str, ...]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
        """Return what takes the values of these headers (two or more) out of all values."""
        picker = self._pickers.get(names)
        if picker is None:
            picker = itemgetter(*map(self.search, names))
            if len(self._pickers) < _MOST_ALIASES:
                self._pickers[names] = picker
        return picker


class _Shape:
    """A layout and the expression that cuts out its values."""

    __slots__ = ("layout", "match")

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        # No value holds a CR, so each ends where its line ends; `+` after `*`: no way back.
        lines = [f"{re.escape(name)}: ([^\r]*+)" for name in layout.names]
        self.match = re.compile("\r\n".join(lines)).fullmatch


_shapes: dict[bytes, list[_Shape]] = {}


def read_by_shape(raw: bytes) -> tuple[Layout, tuple[str, ...]] | None:
    """Return layout and values of an event whose shape is known, None for any other message."""
    shapes = _shapes.get(raw[: raw.find(b"\r\n")])
    if shapes is None:
        return None
    text = raw.decode("utf-8", "replace")
    for shape in shapes:
        found = shape.match(text)
        if found is not None and text.count("\n") == len(shape.layout.names) - 1:
            return shape.layout, found.groups() + _NOTHING
    return None


def learn_shape(raw: bytes, layout: Layout) -> None:
    """Keep the layout of a message that was read line by line; its names are all different."""
    kind = raw[: raw.find(b"\r\n")]
    known = _shapes.get(kind)
    if known is None and len(_shapes) < _MOST_KINDS:
        known = _shapes[kind] = []
    if known is not None and len(known) < _MOST_LAYOUTS:
        known.append(_Shape(layout))
