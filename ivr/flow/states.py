"""What can come of a step, and where a caller is in a flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Done:
    """The step was carried out to its end."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller pressed a key, one of `0123456789*#`, or said what it stands for."""

    key: str
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """The caller entered or said digits, the terminator left out; `ended` when he pressed it."""

    digits: str = field(repr=False)
    ended: bool = False
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller was asked and pressed nothing in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What another system said: the way out of the node, values, and who logged in."""

    way: str
    data: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    customer: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """The caller hung up; nothing follows."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The step could not be carried out."""

    reason: str


Input: TypeAlias = Done | Pressed | Entered | Silence | Answer | Failed | Left


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """The branch that led to the present step: node `node` of flow `flow` was left by `way`."""

    flow: str
    node: str
    way: str


@dataclass(frozen=True, slots=True)
class Return:
    """Where a sub-flow goes back to: the flow and the node that called it."""

    flow: str
    node: str


@dataclass(frozen=True, kw_only=True)  # no slots: `but` copies the fields as one dict
class State:
    """Where one caller is in a flow; unchangeable, each step makes a new one.

    `secrets` and `customer` stay in here: they are never part of the call's data.
    """

    node: str
    language: str
    flow: str = ""
    stack: tuple[Return, ...] = ()
    data: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    secrets: Mapping[str, str] = field(default_factory=lambda: NOTHING, repr=False)
    customer: str = field(default="", repr=False)
    typed: str = field(default="", repr=False)  # keys pressed before they were asked for
    pending: str = ""  # digits that wait for the caller's yes
    confirming: bool = False
    scored: bool = False  # the present survey node has its answer
    failures: int = 0  # wrong keys and silences in the present question
    steps: int = 0
    quiet_steps: int = 0  # steps since the caller's last key
    recovering: bool = False  # the error handler has been entered once
    moved: Move | None = None

    def but(self, **changes: object) -> State:
        """Give the same state with some fields changed; `dataclasses.replace`, but quick."""
        made = _new(State)
        made.__dict__.update(self.__dict__, **changes)
        return made


_new = State.__new__
