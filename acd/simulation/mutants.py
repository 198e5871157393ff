"""Mutants: planted bugs of the board, each of which the watch must find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from typing_extensions import override

from acd.board import Board, Moment, board, callbacks, offers, overflow, reserving
from acd.board.floor import Floor
from acd.board.model import Agent, Call
from acd.board.pool import Pool
from acd.commands import Command, Reply
from acd.effects import Effect
from acd.notices import AgentState
from acd.simulation.faults import ALL
from acd.simulation.result import Result
from acd.simulation.run import simulate
from acd.simulation.scenario import random_scenario
from cti.events import DeviceState, Event

SEEDS = 8
EVENTS = 60_000
_EPOCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

Method = Callable[..., Any]


class WallClockBoard(Board):
    """Runs its timers on the clock of the day."""

    @override
    def apply(self, event: Event, now: Moment, *, more: bool = False) -> list[Effect]:
        return super().apply(event, _by_the_wall(now), more=more)

    @override
    def obey(self, command: Command, now: Moment) -> tuple[Reply, list[Effect]]:
        return super().obey(command, _by_the_wall(now))

    @override
    def tick(self, now: Moment) -> list[Effect]:
        return super().tick(_by_the_wall(now))


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """One planted bug: what is patched, while the run lasts."""

    name: str
    words: str
    bugs: tuple[tuple[Any, str, Callable[[Method], Method]], ...] = ()
    board: Callable[..., Board] = Board

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Let the bug be there."""
        with ExitStack() as stack:
            for target, attribute, bug in self.bugs:
                planted = bug(getattr(target, attribute))
                stack.enter_context(patch.object(target, attribute, planted))
            yield


@dataclass(frozen=True, kw_only=True, slots=True)
class Hunt:
    """What became of a mutant: `caught` is the run that found it."""

    name: str
    words: str
    caught: Result | None
    events: int


def hunt(name: str, *, seeds: int = SEEDS, events: int = EVENTS) -> Hunt:
    """Plant the bug of that name and run seeds until it is found, at most so many."""
    mutant = next(mutant for mutant in MUTANTS if mutant.name == name)
    spent = 0
    with mutant.planted():
        for seed in range(1, seeds + 1):
            scenario = random_scenario(seed, events=events, faults=ALL)
            result = simulate(scenario, make_board=mutant.board)
            spent += result.events
            if result.broken:
                return Hunt(name=mutant.name, words=mutant.words, caught=result, events=spent)
    return Hunt(name=mutant.name, words=mutant.words, caught=None, events=spent)


def _by_the_wall(now: Moment) -> Moment:
    return replace(now, clock=1_000.0 + (now.at - _EPOCH).total_seconds())


def _rings(agent: Agent) -> bool:
    return agent.wanted is AgentState.READY and agent.phone is DeviceState.NOT_INUSE


def _offered_while_offered(_sound: Method) -> Method:
    phones = (DeviceState.NOT_INUSE, DeviceState.RINGING)
    return lambda agent: (
        agent.wanted is AgentState.READY
        and agent.phone in phones
        and not agent.talking
        and agent.wrap_up is None
    )


def _offered_in_wrap_up(_sound: Method) -> Method:
    return lambda agent: _rings(agent) and not agent.talking and agent.offer is None


def _offered_in_breaks(_sound: Method) -> Method:
    wishes = (AgentState.READY, AgentState.NOT_READY)
    return lambda agent: (
        agent.wanted in wishes
        and agent.phone is DeviceState.NOT_INUSE
        and not agent.busy
        and agent.wrap_up is None
    )


def _phones_unheeded(_sound: Method) -> Method:
    return lambda agent: agent.state_now() is AgentState.READY and not agent.dialling


def _no_requeue(sound: Method) -> Method:
    def stand(floor: Floor, call: Call) -> None:
        if not any(kind == "missed" for kind, _ in call.seen):
            sound(floor, call)

    return stand


def _always_news(_sound: Method) -> Method:
    def is_news(call: Call, kind: str, device: str, at: datetime) -> bool:
        call.seen[kind, device] = at
        return True

    return is_news


def _never_after(_sound: Method) -> Method:
    return lambda *_args: False


def _place_lost(sound: Method) -> Method:
    def stand(floor: Floor, call: Call) -> None:
        if call.stint is not None and any(kind == "missed" for kind, _ in call.seen):
            first, began, number = call.stint.rank
            call.stint.rank = (first, began + 600.0, number)
        sound(floor, call)

    return stand


def _counted_twice(sound: Method) -> Method:
    def count(floor: Floor, stint: Any, at: datetime, *, by_agent: bool) -> None:
        sound(floor, stint, at, by_agent=by_agent)
        sound(floor, stint, at, by_agent=by_agent)

    return count


def _not_released(_sound: Method) -> Method:
    return lambda *_args, **_kwargs: None


def _all_win(_sound: Method) -> Method:
    def won(floor: Floor, call: Call, winner: Agent, now: Moment) -> None:
        del now
        call.offer = None
        winner.offer = None
        floor.timers.drop(("offer", call.call_id))

    return won


def _attempt_forgotten(_sound: Method) -> Method:
    return lambda *_args: None


def _owed_behind(sound: Method) -> Method:
    def owe(floor: Floor, call: Call, now: Moment) -> None:
        if call.stint is not None:
            first, began, number = call.stint.rank
            call.stint.rank = (first, began + 600.0, number)
        sound(floor, call, now)

    return owe


def _owed_unseen(_sound: Method) -> Method:
    return lambda *_args: None


def _unreserved(sound: Method) -> Method:
    def reserve(floor: Floor, *, call: Call, agent: Agent, choice: Any, now: Moment) -> None:
        sound(floor, call=call, agent=agent, choice=choice, now=now)
        agent.offer = None
        floor.settle(agent, now)

    return reserve


def _tried_at_once(_sound: Method) -> Method:
    return lambda *_args: None


def _mirror_dark(_sound: Method) -> Method:
    return lambda *_args: None


def _words_over_rings(sound: Any) -> Any:
    def due(floor: Floor, call: Call, now: Moment) -> None:
        offer, call.offer = call.offer, None
        sound["comfort"](floor, call, now)
        call.offer = offer

    return {**sound, "comfort": due}


def _in_circles(sound: Method) -> Method:
    def can_take(floor: Floor, call: Call, link: Any, now: Moment) -> bool:
        through, call.through = call.through, {}
        can: bool = sound(floor, call, link, now)
        call.through = through
        return can

    return can_take


def _last_in_first_out(sound: Method) -> Method:
    def put(pool: Any, item: Any, rank: tuple[float, ...]) -> None:
        waiting = isinstance(item, Call)
        sound(pool, item, (rank[0], -rank[1], rank[2]) if waiting else rank)

    return put


MUTANTS = (
    Mutant(
        name="two-callers",
        words="an agent whose phone is about to ring counts as free",
        bugs=((Agent, "offerable", _offered_while_offered),),
    ),
    Mutant(
        name="wrap-up-offered",
        words="an agent in wrap-up counts as free",
        bugs=((Agent, "offerable", _offered_in_wrap_up),),
    ),
    Mutant(
        name="break-offered",
        words="an agent who is not ready counts as free",
        bugs=((Agent, "offerable", _offered_in_breaks),),
    ),
    Mutant(
        name="phone-unheeded",
        words="an agent without a phone counts as free",
        bugs=((Agent, "offerable", _phones_unheeded),),
    ),
    Mutant(
        name="lost-requeue",
        words="a caller whose ring was missed does not stand in line again",
        bugs=((Floor, "stand_in_line", _no_requeue),),
    ),
    Mutant(
        name="event-twice",
        words="an event that is told twice works twice",
        bugs=((Call, "is_news", _always_news), (Call, "was_after", _never_after)),
    ),
    Mutant(
        name="place-lost",
        words="a caller whose ring was missed goes to the end of the line",
        bugs=((Floor, "stand_in_line", _place_lost),),
    ),
    Mutant(
        name="count-twice",
        words="an answer counts twice",
        bugs=((Floor, "count_answer", _counted_twice),),
    ),
    Mutant(
        name="last-in-first-out",
        words="who came last is served first",
        bugs=((Pool, "put", _last_in_first_out),),
    ),
    Mutant(
        name="two-winners",
        words="who was forestalled by a colleague stays asked",
        bugs=((offers, "won", _all_win),),
    ),
    Mutant(
        name="callback-twice",
        words="a callback that is being dialled when the engine dies is dialled anew",
        bugs=((callbacks, "_take_up_attempt", _attempt_forgotten),),
    ),
    Mutant(
        name="callback-overtaken",
        words="a callback stands at the end of the line",
        bugs=((callbacks, "owe", _owed_behind),),
    ),
    Mutant(
        name="callback-forgotten",
        words="a callback stands in no line",
        bugs=((callbacks, "stand", _owed_unseen),),
    ),
    Mutant(
        name="callback-unreserved",
        words="the agent a callback is dialled for stays free",
        bugs=((reserving, "reserve", _unreserved),),
    ),
    Mutant(
        name="callback-at-once",
        words="a customer who was not reached is dialled again at once",
        bugs=((callbacks, "_pause", _tried_at_once),),
    ),
    Mutant(
        name="fallback-blind",
        words="Asterisk is not told who is ready",
        bugs=((Floor, "_mirror", _mirror_dark),),
    ),
    Mutant(
        name="words-over-rings",
        words="an announcement is played to a caller whose phone rings",
        bugs=((board, "_OF_CALLS", _words_over_rings),),
    ),
    Mutant(
        name="in-circles",
        words="a caller is sent on to a queue he came through",
        bugs=((overflow, "_can_take", _in_circles),),
    ),
    Mutant(
        name="not-released",
        words="a call offered to an agent who leaves stays with him",
        bugs=((offers, "release", _not_released),),
    ),
    Mutant(
        name="wall-clock",
        words="timers run on the clock of the day",
        board=WallClockBoard,
    ),
)
