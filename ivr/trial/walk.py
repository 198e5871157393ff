"""Walks every path of a flow, and proves that each ends without dead air; else shows the path."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from crm_core.sentences import sentence
from ivr.flow import (
    NO_FLOWS,
    Ask,
    Collect,
    Enqueue,
    Flow,
    HangUp,
    Play,
    Record,
    State,
    Step,
    Transfer,
    begin,
    go_on,
    next_step,
)
from ivr.flow.steps import what
from ivr.trial.choices import Choice, choices_of, said

MOST_PLACES = 100_000

Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A path that does not end well: the reason, and how a caller gets there."""

    reason: str
    path: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Walked:
    """What a walk found: places visited, paths' ends by kind, and what is wrong."""

    places: int
    ends: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every path ends with an agent, a message or a hang-up, and none is silent."""
        return not self.findings


@dataclass(slots=True)
class _Place:
    """A caller in a node, as far as it matters for what can follow."""

    state: State
    step: Step
    heard: bool  # something was played since the caller's last act
    came_from: Key | None
    by: str


class _Walk:
    def __init__(self, flow: Flow, library: Mapping[str, Flow]) -> None:
        self.flow = flow
        self.library = library
        self.places: dict[Key, _Place] = {}
        self.followers: dict[Key, list[tuple[Key, bool]]] = {}
        self.ends: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self._todo: deque[Key] = deque()

    def run(self) -> Walked:
        """Visit all places, breadth first, so that a path shown is a short one."""
        self._visit(*begin(self.flow, library=self.library), heard=False, origin=None, by="")
        while self._todo and len(self.places) <= MOST_PLACES:
            self._leave(self._todo.popleft())
        if self._todo:
            most = f"{MOST_PLACES:,}"
            reason = sentence("too_large", "more than {most} places: too large to walk", most=most)
            self._find(reason, self._todo[0])
        else:
            self._look_for_circles()
            self._look_for_dead_ends()
        return Walked(places=len(self.places), ends=dict(self.ends), findings=tuple(self.findings))

    def _leave(self, key: Key) -> None:
        place = self.places[key]
        self.followers[key] = []
        if isinstance(place.step, Enqueue | Transfer | HangUp):
            self._end(key, place)
        for choice in choices_of(self._flow_of(place.state), place.step):
            state, step = self._next(place, choice)
            heard = (place.heard or _sounds(place.step)) and not choice.by_caller
            reached = self._visit(state, step, heard=heard, origin=key, by=_told(place, choice))
            self.followers[key].append((reached, choice.by_caller))

    def _next(self, place: _Place, choice: Choice) -> tuple[State, Step]:
        if choice.onward:
            return go_on(self.flow, place.state, choice.onward, library=self.library)
        assert choice.given is not None  # noqa: S101 - a choice has one or the other
        return next_step(self.flow, place.state, choice.given, library=self.library)

    def _visit(self, state: State, step: Step, *, heard: bool, origin: Key | None, by: str) -> Key:
        state = state.but(steps=0, quiet_steps=0)
        key = _key(state, step, heard=heard)
        if key not in self.places:
            self.places[key] = _Place(state, step, heard, origin, by)
            self._todo.append(key)
            self._listen(key)
        return key

    def _listen(self, key: Key) -> None:
        """See that a question, and the end of a call, come with something to hear."""
        place = self.places[key]
        if place.heard or _sounds(place.step):
            return
        match place.step:
            case Ask(typed="") | Collect(typed="", complete=False):
                self._find(
                    sentence("asked_silently", "the caller is asked and hears nothing"), key
                )
            case Record():
                self._find(
                    sentence("recorded_silently", "the caller is recorded and hears nothing"), key
                )
            case HangUp():
                self._find(sentence("ended_silently", "the call is ended without a word"), key)
            case _:
                return

    def _end(self, key: Key, place: _Place) -> None:
        self.ends[what(place.step)] += 1
        if isinstance(place.step, Enqueue) and not place.step.queue:
            self._find(sentence("queued_nowhere", "the caller is queued nowhere"), key)

    def _look_for_circles(self) -> None:
        """Find a ring of steps that needs nothing of the caller: take away what has a way out."""
        quiet = {
            key: {reached for reached, by_caller in followers if not by_caller}
            for key, followers in self.followers.items()
        }
        into: dict[Key, list[Key]] = {key: [] for key in quiet}
        left = {key: len(followers) for key, followers in quiet.items()}
        for key, followers in quiet.items():
            for reached in followers:
                into[reached].append(key)
        ready = [key for key, count in left.items() if not count]
        while ready:
            for before in into[ready.pop()]:
                left[before] -= 1
                if not left[before]:
                    ready.append(before)
        ring = next((key for key, count in left.items() if count), None)
        if ring is not None:
            self._find(sentence("goes_round", "goes round without the caller"), ring)

    def _look_for_dead_ends(self) -> None:
        """See that from every place some end can be reached."""
        into: dict[Key, list[Key]] = {key: [] for key in self.places}
        for key, followers in self.followers.items():
            for reached, _ in followers:
                into[reached].append(key)
        ends = Enqueue | Transfer | HangUp
        good = {key for key, place in self.places.items() if isinstance(place.step, ends)}
        todo = list(good)
        while todo:
            fresh = [key for key in into[todo.pop()] if key not in good]
            good.update(fresh)
            todo.extend(fresh)
        stuck = next((key for key in self.places if key not in good), None)
        if stuck is not None:
            self._find(sentence("no_end", "no end can be reached from here"), stuck)

    def _find(self, reason: str, key: Key) -> None:
        self.findings.append(Finding(reason, tuple(self._path(key))))

    def _path(self, key: Key) -> list[str]:
        place = self.places[key]
        path = [f"{_where(place)}: {what(place.step)}"]
        while place.came_from is not None:
            path.append(_stretch(place.by))
            place = self.places[place.came_from]
        return path[::-1]

    def _flow_of(self, state: State) -> Flow:
        return self.library.get(state.flow, self.flow) if state.stack else self.flow


def walk(flow: Flow, *, library: Mapping[str, Flow] = NO_FLOWS) -> Walked:
    """Explore what every key, silence, outcome and failure can lead to, in every node.

    Values are not followed: a branch is taken both ways. Counters of retries, the language, calls
    of other flows and keys pressed ahead are.
    """
    return _Walk(flow, library).run()


def _key(state: State, step: Step, *, heard: bool) -> Key:
    return (
        *(state.flow, state.stack, state.node, state.language, state.typed, state.failures),
        *(state.confirming, state.scored, state.recovering, type(step).__name__, heard),
        _sounds(step),
    )


def _sounds(step: Step) -> bool:
    return isinstance(step, Play | Ask | Collect | Record | HangUp) and bool(step.clips)


def _where(place: _Place) -> str:
    return "/".join((*(back.node for back in place.state.stack), place.step.node))


def _told(place: _Place, choice: Choice) -> str:
    return f"{_where(place)}: {what(place.step)} → {choice.words}"


def _stretch(told: str) -> str:
    """Give one stretch of a path as a sentence."""
    where, _, words = told.partition(" → ")
    return sentence("stretch", "{where} → {choice}", where=where, choice=said(words))
