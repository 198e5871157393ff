"""What the flow editor needs of the IVR, which the front door wires in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from agent_desktop.errors import DesktopError
from crm_core.sentences import code_of, told_values
from ivr.prompts import OWN

Document = dict[str, Any]
_BROUGHT = f"{OWN}/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A fault of a flow or of its tests: the place as a dotted path, and the reason."""

    place: str
    reason: str  # mostly a `Sentence`

    @property
    def code(self) -> str:
        """The reason for programs."""
        return code_of(self.reason, "invalid")

    @property
    def values(self) -> dict[str, str]:
        """What fills the reason."""
        return told_values(self.reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One test of a flow: passed, or where and why it failed."""

    name: str
    passed: bool
    place: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadEnd:
    """A way through the flow that does not end well: the reason, and the path to it."""

    reason: str
    path: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """Whether a flow may be published, and everything that speaks against it.

    `coverage` and `bar` are shares of the flow's branches, 0 to 1; `missed` are those no test
    takes, written `node.way`.
    """

    ok: bool
    faults: tuple[Fault, ...] = ()
    trials: tuple[Trial, ...] = ()
    dead_ends: tuple[DeadEnd, ...] = ()
    missed: tuple[str, ...] = ()
    coverage: float = 0.0
    bar: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class TriedStep:
    """One step of a tried call: its node, what was heard, and what the caller gave."""

    node: str
    heard: str = ""
    given: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TriedCall:
    """A call tried without a line; `end` is empty when the caller hung up first."""

    taken: tuple[TriedStep, ...]
    end: str = ""


def brought_prompts(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the prompts people brought that a flow plays: the place of each, and its name."""
    found: dict[str, str] = {}
    prompts = document.get("prompts")
    for name, parts in prompts.items() if isinstance(prompts, dict) else ():
        for at, part in enumerate(parts if isinstance(parts, list) else ()):
            sound = part.get("sound") if isinstance(part, dict) else None
            if isinstance(sound, str) and sound.startswith(_BROUGHT):
                found[f"prompts.{name}.{at}.sound"] = sound.removeprefix(_BROUGHT)
    return found


class CannotSpeak(DesktopError):  # noqa: N818 - a refusal, not a fault
    """No voice is installed here, or it gave no sound."""

    status = 503
    code = "cannot_speak"


class FlowWorkshop(Protocol):
    """Judges, speaks and writes flows; `judge` may take a second and is called in a thread."""

    def shipped(self) -> Mapping[str, tuple[Document, str]]:
        """Give the flows that come with the product, with their tests, by name."""
        ...

    def judge(self, document: Document, tests: str, library: Mapping[str, Document]) -> Judgement:
        """Check a flow, run its tests and walk every path; `library` are the flows it may call."""
        ...

    def try_call(
        self, document: Document, script: str, library: Mapping[str, Document]
    ) -> TriedCall:
        """Play a flow to a caller with a script (keys, `.` waits, `!` hangs up).

        Raises agent_desktop.errors.Invalid for a flow that does not hold together.
        """
        ...

    async def speak(self, text: str, *, language: str) -> bytes:
        """Give the words as a wav file; raises CannotSpeak."""
        ...

    def schema(self) -> Document:
        """Give the JSON schema of a flow."""
        ...

    def as_yaml(self, document: Document) -> str:
        """Write a flow as YAML."""
        ...

    def from_text(self, text: str) -> Document:
        """Read YAML or JSON as plain data; raises agent_desktop.errors.Invalid with the place."""
        ...
