"""Bugs of lines: who stands where, what the day counts, and what is heard twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from typing_extensions import override

from acd.board import Board, Moment, QueueSettings, board, comfort, places
from acd.board.floor import Floor
from acd.board.model import Call, Stint
from acd.board.pool import Rank
from acd.commands import Command, Reply
from acd.effects import Effect
from acd.simulation.mutants.mutant import Method, Mutant, does_nothing
from cti.events import Event

_EPOCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def _no_requeue(sound: Method) -> Method:
    def stand(floor: Floor, call: Call) -> None:
        if not any(kind == "missed" for kind, *_ in call.heard):
            sound(floor, call)

    return stand


def _always_news(_sound: Method) -> Method:
    def is_news(call: Call, kind: str, device: str, at: datetime) -> bool:
        call.heard[kind, device, at] = None
        return True

    return is_news


def _place_lost(sound: Method) -> Method:
    def stand(floor: Floor, call: Call) -> None:
        if call.stint is not None and any(kind == "missed" for kind, *_ in call.heard):
            first, began, number = call.stint.rank
            rank = (first, began + 600.0, number)
            call.stint.ticket = call.stint.ticket._replace(rank=rank)
        sound(floor, call)

    return stand


def _counted_twice(sound: Method) -> Method:
    def count(floor: Floor, stint: Any, at: datetime, *, by_agent: bool) -> None:
        sound(floor, stint, at, by_agent=by_agent)
        sound(floor, stint, at, by_agent=by_agent)

    return count


def _last_in_first_out(sound: Method) -> Method:
    def rank_of(*wait: Any) -> Rank:
        first, came, number = sound(*wait)
        return (first, -came, number)

    return rank_of


def _by_the_wall(now: Moment) -> Moment:
    return replace(now, clock=1_000.0 + (now.at - _EPOCH).total_seconds())


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


def _without_queues_priority(sound: Method) -> Method:
    def rank_of(call: Call, settings: QueueSettings, clock: float, number: int) -> Rank:
        rank: Rank = sound(call, replace(settings, priority=0), clock, number)
        return rank

    return rank_of


def _without_brief(sound: Method) -> Method:
    def rank_of(call: Call, settings: QueueSettings, clock: float, number: int) -> Rank:
        less = replace(settings, priority=settings.priority - call.brief.priority)
        rank: Rank = sound(call, less, clock, number)
        return rank

    return rank_of


def _without_steps(sound: Any) -> Any:
    return {**sound, "step": lambda *_args: None}


def _always_short(sound: Method) -> Method:
    def count(floor: Floor, stint: Stint, at: datetime) -> None:
        sound(floor, stint, at)
        stint.home.figures.short_abandoned = stint.home.figures.abandoned

    return count


def _one_behind(sound: Method) -> Method:
    return lambda *args: sound(*args) + 1


MUTANTS = (
    Mutant(
        name="lost-requeue",
        words="a caller whose ring was missed does not stand in line again",
        bugs=((Floor, "stand_in_line", _no_requeue),),
    ),
    Mutant(
        name="event-twice",
        words="an event that is told twice works twice",
        bugs=((Call, "is_news", _always_news),),
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
        bugs=((places, "rank_of", _last_in_first_out),),
    ),
    Mutant(
        name="wall-clock",
        words="timers run on the clock of the day",
        board=WallClockBoard,
    ),
    Mutant(
        name="settings-stale",
        words="who waits keeps the place and the steps his queue gave him before it was set anew",
        bugs=((places, "plan_queue_anew", does_nothing),),
    ),
    Mutant(
        name="lines-unweighed",
        words="the priority of queues decides nothing between an agent's lines",
        bugs=((places, "rank_of", _without_queues_priority),),
    ),
    Mutant(
        name="vip-unheeded",
        words="what is known of a caller does not move him forward",
        bugs=((places, "rank_of", _without_brief),),
    ),
    Mutant(
        name="never-widens",
        words="the ring of agents never widens",
        bugs=((board, "_OF_CALLS", _without_steps),),
    ),
    Mutant(
        name="short-miscounted",
        words="everybody who gives up counts as a short abandon",
        bugs=((Floor, "count_abandon", _always_short),),
    ),
    Mutant(
        name="place-misspoken",
        words="a caller is told the place behind his own",
        bugs=((comfort, "_place", _one_behind),),
    ),
)
