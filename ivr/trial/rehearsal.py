"""A run of a flow by a caller with a script, without a line, a sound or a clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from cti.errors import AgiHangup
from ivr.flow import (
    NO_FLOWS,
    Ask,
    Collect,
    Done,
    End,
    Enqueue,
    Entered,
    Failed,
    Flow,
    Going,
    HangUp,
    Input,
    Left,
    Note,
    Play,
    Pressed,
    Record,
    Score,
    Silence,
    State,
    Step,
    Transfer,
    begin,
    go_on,
    next_step,
)
from ivr.trial.world import NoAnswer, World


@dataclass(frozen=True, slots=True)
class Press:
    """The caller presses this key as soon as he may be heard: it cuts what is playing."""

    key: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The caller lets the announcement or question run to its end and presses nothing."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The caller hangs up."""


Act: TypeAlias = Press | Wait | Leave
WAIT: Final = Wait()
LEAVE: Final = Leave()


def acts(script: str) -> list[Act]:
    """Read a short script: keys as themselves, `.` waits, `!` hangs up: `.72` or `..!`."""
    known: dict[str, Act] = {".": WAIT, "!": LEAVE}
    return [known.get(mark) or Press(mark) for mark in script]


class ScriptedCaller:
    """Takes the next act for each thing he hears; a caller without a plan stays silent."""

    def __init__(self, script: Iterable[Act]) -> None:
        self._acts = list(script)

    def hears(self, *, cuts: bool) -> str:
        """Give the key he presses, or none; raises `AgiHangup` when he leaves."""
        if not self._acts or (not cuts and isinstance(self._acts[0], Press)):
            return ""
        match self._acts.pop(0):
            case Press(key):
                return key
            case Wait():
                return ""
            case Leave():
                raise AgiHangup("the caller is gone or was taken out of the session")

    def enters(self, *, most: int, terminator: str) -> tuple[str, bool]:
        """Give the keys he enters, and whether he ended them; raises `AgiHangup`."""
        digits = ""
        while len(digits) < most:
            key = self.hears(cuts=True)
            if not key or key == terminator:
                return digits, bool(key)
            digits += key
        return digits, False


@dataclass(kw_only=True, slots=True)
class Rehearsal:
    """A run without a line: the steps taken with their inputs, the last state, and the end."""

    taken: list[tuple[Step, Input]] = field(default_factory=list)
    state: State | None = None
    end: End | None = None  # None: the caller left

    @property
    def nodes(self) -> list[str]:
        """The way through the flow."""
        return [step.node for step, _ in self.taken]


def rehearse(
    flow: Flow,
    script: Iterable[Act] = (),
    *,
    language: str | None = None,
    world: World | None = None,
    library: Mapping[str, Flow] = NO_FLOWS,
) -> Rehearsal:
    """Play a flow to a caller with a script; other systems are the `world`."""
    run = Rehearsal()
    run.state, step = begin(flow, language=language, library=library)
    return _played(run, flow, step, (ScriptedCaller(script), world or World()), library)


def rehearse_on(
    run: Rehearsal,
    flow: Flow,
    script: Iterable[Act] = (),
    *,
    way: str,
    world: World | None = None,
    library: Mapping[str, Flow] = NO_FLOWS,
) -> Rehearsal:
    """Take a run up again behind its end (`after`, `failed`); no such way raises ValueError."""
    if run.state is None:
        raise ValueError("the flow has not begun")
    again = Rehearsal()
    again.state, step = go_on(flow, run.state, way, library=library)
    return _played(again, flow, step, (ScriptedCaller(script), world or World()), library)


def _played(
    run: Rehearsal,
    flow: Flow,
    step: Step,
    around: tuple[ScriptedCaller, World],
    library: Mapping[str, Flow],
) -> Rehearsal:
    caller, world = around
    while run.state is not None and not isinstance(step, Enqueue | Transfer | HangUp):
        try:
            given = _answered(step, caller, world)
        except AgiHangup:
            run.taken.append((step, Left()))
            return run
        run.taken.append((step, given))
        run.state, step = next_step(flow, run.state, given, library=library)
    return _ended(run, step, caller)


def _ended(run: Rehearsal, step: Step, caller: ScriptedCaller) -> Rehearsal:
    try:
        if isinstance(step, HangUp) and step.clips:
            caller.hears(cuts=False)
    except AgiHangup:
        run.taken.append((step, Left()))
        return run
    run.taken.append((step, Done()))
    run.end = step if isinstance(step, Enqueue | Transfer | HangUp) else None
    return run


def _answered(step: Going, caller: ScriptedCaller, world: World) -> Input:
    match step:
        case Ask():
            key = step.typed or caller.hears(cuts=True)
            return Pressed(key) if key else Silence()
        case Collect():
            return entered(step, caller)
        case Play():
            key = caller.hears(cuts=step.barge_in) if step.clips else ""
            return Pressed(key) if key else Done()
        case Note() | Score():
            return Done()
        case _:
            if isinstance(step, Record) and step.clips:
                caller.hears(cuts=False)
            try:
                return world.answer(step)
            except NoAnswer as error:
                return Failed(str(error))


def entered(step: Collect, caller: ScriptedCaller) -> Entered:
    """Give what the caller enters behind the keys he pressed ahead."""
    if step.complete:
        return Entered(step.typed, ended=True)
    rest = step.most - len(step.typed)
    digits, ended = caller.enters(most=rest, terminator=step.terminator)
    return Entered(step.typed + digits, ended=ended)
