"""Bugs of callbacks: their places, their attempts and their ends."""

from __future__ import annotations

from typing import Any

from acd.board import owing, reserving
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Call, Moment
from acd.simulation.mutants.mutant import Method, Mutant, does_nothing


def _owed_behind(sound: Method) -> Method:
    def owe(floor: Floor, call: Call, now: Moment) -> None:
        if call.stint is not None:
            first, began, number = call.stint.rank
            rank = (first, began + 600.0, number)
            call.stint.ticket = call.stint.ticket._replace(rank=rank)
        sound(floor, call, now)

    return owe


def _unreserved(sound: Method) -> Method:
    def reserve(floor: Floor, *, call: Call, agent: Agent, choice: Any, now: Moment) -> None:
        sound(floor, call=call, agent=agent, choice=choice, now=now)
        agent.offer = None
        floor.settle(agent, now)

    return reserve


MUTANTS = (
    Mutant(
        name="callback-twice",
        words="a callback that is being dialled when the engine dies is dialled anew",
        bugs=((owing, "_take_up_attempt", does_nothing),),
    ),
    Mutant(
        name="callback-overtaken",
        words="a callback stands at the end of the line",
        bugs=((owing, "owe", _owed_behind),),
    ),
    Mutant(
        name="callback-forgotten",
        words="a callback stands in no line",
        bugs=((owing, "stand", does_nothing),),
    ),
    Mutant(
        name="callback-unreserved",
        words="the agent a callback is dialled for stays free",
        bugs=((reserving, "reserve", _unreserved),),
    ),
    Mutant(
        name="callback-at-once",
        words="a customer who was not reached is dialled again at once",
        bugs=((owing, "pause", does_nothing),),
    ),
    Mutant(
        name="callback-for-ever",
        words="a callback is owed when its time is long over",
        bugs=((owing, "expire", does_nothing),),
    ),
)
