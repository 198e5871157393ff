"""One call of a test: the flow is taken on until it needs the caller, and told what he does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from crm_core.sentences import Sentence, sentence, words_of
from ivr.flow import (
    Answer,
    Ask,
    Clip,
    Collect,
    Done,
    Enqueue,
    Entered,
    Failed,
    Flow,
    HangUp,
    Input,
    Note,
    Play,
    Pressed,
    Record,
    Score,
    Silence,
    Sound,
    State,
    Step,
    Transfer,
    begin,
    go_on,
    next_step,
)
from ivr.trial.suite import Case
from ivr.trial.world import NoAnswer, World

Branch: TypeAlias = tuple[str, str, str]
"""Flow, node, way."""


class RoundFailed(Exception):  # noqa: N818 - reads as the fact it tells
    """The flow does not do what the test says."""


class Round:
    """A call in progress: `state`, `step`, what was `heard` since the last act, `branches`."""

    def __init__(self, flow: Flow, case: Case, library: Mapping[str, Flow]) -> None:
        self._flow = flow
        self._library = library
        self._world = _world_of(case)
        self.state: State
        self.step: Step
        self.heard: list[str] = []
        self.branches: set[Branch] = set()
        self._fresh = False  # the next thing played begins a new stretch
        self._here(*begin(flow, language=case.language, library=library))

    def advance(self) -> None:
        """Go on until the caller is asked, or the flow has ended."""
        while not _waits(self.step):
            self._give(self._answer(self.step))

    def press(self, keys: str) -> None:
        """Press keys, each where it is asked for."""
        self._act()
        rest = keys
        while rest:
            self.advance()
            match self.step:
                case Ask():
                    given, rest = Pressed(rest[0]), rest[1:]
                    self._give(given)
                case Collect() as step:
                    entered, rest = _entered(step, rest)
                    self._give(entered)
                case _:
                    raise RoundFailed(
                        sentence(
                            "not_asked_for",
                            "nobody asks for '{keys}': {where}",
                            keys=rest,
                            where=self._where(),
                        )
                    )

    def press_early(self, key: str) -> None:
        """Cut the announcement that is played with a key."""
        self._act()
        while not (isinstance(self.step, Play) and self.step.barge_in and self.step.clips):
            if _waits(self.step):
                raise RoundFailed(
                    sentence(
                        "nothing_to_cut",
                        "nothing is played that a key may cut: {where}",
                        where=self._where(),
                    )
                )
            self._give(self._answer(self.step))
        self._give(Pressed(key))

    def stay_silent(self) -> None:
        """Be asked, and do nothing."""
        self._act()
        self.advance()
        match self.step:
            case Ask():
                self._give(Silence())
            case Collect():
                self._give(Entered(self.step.typed))
            case _:
                raise RoundFailed(
                    sentence("not_asked", "the caller is not asked: {where}", where=self._where())
                )

    def fail(self, reason: str) -> None:
        """Let the present step fail."""
        self._act()
        if isinstance(self.step, Enqueue | Transfer | HangUp):
            raise RoundFailed(
                sentence("ended", "nothing can fail any more: {where}", where=self._where())
            )
        self._give(Failed(reason))

    def go_on(self, way: str) -> None:
        """Take the flow up again behind its end."""
        self.advance()
        self._act()
        try:
            self._here(*go_on(self._flow, self.state, way, library=self._library))
        except ValueError as error:
            raise RoundFailed(words_of(error)) from error

    def _act(self) -> None:
        self._fresh = True

    def _answer(self, step: Step) -> Input:
        match step:
            case Play() | Note() | Score():
                return Done()
            case Ask():
                return Pressed(step.typed)
            case Collect():
                return Entered(step.typed, ended=True)
            case Enqueue() | Transfer() | HangUp():
                raise RoundFailed(
                    sentence("waits", "the flow waits: {where}", where=self._where())
                )
            case _:
                try:
                    return self._world.answer(step)
                except NoAnswer as error:
                    raise RoundFailed(words_of(error)) from error

    def _give(self, given: Input) -> None:
        if self._fresh:
            self.heard, self._fresh = [], False
        try:
            moved = next_step(self._flow, self.state, given, library=self._library)
        except ValueError as error:
            raise RoundFailed(words_of(error)) from error
        self._here(*moved)

    def _here(self, state: State, step: Step) -> None:
        self.state, self.step = state, step
        if state.moved:
            self.branches.add((state.moved.flow, state.moved.node, state.moved.way))
        answered_ahead = isinstance(step, Ask) and step.typed
        if isinstance(step, Play | Ask | Collect | Record | HangUp) and not answered_ahead:
            self.heard.extend(map(_words, step.clips))

    def _where(self) -> Sentence:
        kind = type(self.step).__name__.lower()
        return sentence(
            "where", "the flow is in '{node}' ({kind})", node=self.step.node, kind=kind
        )


def _waits(step: Step) -> bool:
    """Tell whether the flow waits for the caller, or has ended."""
    match step:
        case Ask():
            return not step.typed
        case Collect():
            return not step.complete
        case _:
            return isinstance(step, Enqueue | Transfer | HangUp)


def _world_of(case: Case) -> World:
    answers = {
        node: [Answer(given.way, given.data, customer="tested") for given in mocked]
        for node, mocked in case.answers.items()
    }
    return World(answers, now=case.now, caller=case.caller)


def _entered(step: Collect, keys: str) -> tuple[Entered, str]:
    """Give what goes into the question, and the keys left for the next."""
    if step.complete:
        return Entered(step.typed, ended=True), keys
    room = step.most - len(step.typed)
    for at, key in enumerate(keys[:room]):
        if step.terminator and key == step.terminator:
            return Entered(step.typed + keys[:at], ended=True), keys[at + 1 :]
    return Entered(step.typed + keys[:room]), keys[room:]


def _words(clip: Clip) -> str:
    return clip.name if isinstance(clip, Sound) else clip.text
