"""Bugs of what queues and agents are set to do: overflow, words, misses, wrap-up."""

from __future__ import annotations

from typing import Any

from acd.board import board, limits, misses, overflow
from acd.board.agent import Agent, WrapUp
from acd.board.floor import Floor
from acd.board.model import Call, Moment, Queue
from acd.simulation.mutants.mutant import Method, Mutant, does_nothing, is_false


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


def _at_once(_sound: Method) -> Method:
    def is_deserted(queue: Queue, now: Moment) -> bool:
        del now
        return queue.deserted_at is not None

    return is_deserted


def _after_rings(sound: Method, missed: int) -> Method:
    def rang_in_vain(floor: Floor, agent: Agent, call: Call, reason: str, now: Moment) -> None:
        agent.missed = missed
        sound(floor, agent, call, reason, now)

    return rang_in_vain


def _forgiven(sound: Method) -> Method:
    return _after_rings(sound, -1)


def _unforgiven(sound: Method) -> Method:
    return _after_rings(sound, 99)


def _may_always(_sound: Any) -> Any:
    return property(lambda wrap_up: wrap_up.ends_at is not None)


MUTANTS = (
    Mutant(
        name="fallback-blind",
        words="Asterisk is not told who is ready",
        bugs=((Floor, "_mirror", does_nothing),),
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
        name="waits-for-ever",
        words="nobody is sent on who has waited too long",
        bugs=((limits, "has_waited_too_long", is_false),),
    ),
    Mutant(
        name="full-lets-in",
        words="a queue that is full keeps whoever comes",
        bugs=((limits, "is_full", is_false),),
    ),
    Mutant(
        name="deserted-at-once",
        words="a queue counts as deserted as soon as its last agent has gone",
        bugs=((limits, "is_deserted", _at_once),),
    ),
    Mutant(
        name="never-set-aside",
        words="an agent may let it ring as often as he likes",
        bugs=((misses, "rang_in_vain", _forgiven),),
    ),
    Mutant(
        name="set-aside-too-soon",
        words="the first ring in vain sets an agent aside, whatever his limit",
        bugs=((misses, "rang_in_vain", _unforgiven),),
    ),
    Mutant(
        name="extended-twice",
        words="a wrap-up is extended as often as an agent asks",
        bugs=((WrapUp, "may_extend", _may_always),),
    ),
)
