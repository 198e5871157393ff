"""Bugs of offers: who counts as free, who is asked, and how an offer ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from acd.board import board, offers
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Call, Moment
from acd.board.rings import Ring
from acd.notices import AgentState
from acd.simulation.faults import ALL
from acd.simulation.mutants.mutant import Method, Mutant, does_nothing
from cti.events import DeviceState


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


def _all_win(_sound: Method) -> Method:
    def won(floor: Floor, call: Call, winner: Agent, now: Moment) -> None:
        del now
        call.offer = None
        winner.offer = None
        floor.timers.drop(("offer", call))

    return won


def _at_any_reach(sound: Method) -> Method:
    def admits(ring: Ring, agent: Agent) -> bool:
        wide = Ring(ring.queue, ring.key._replace(reach=86_400))
        admitted: bool = sound(wide, agent)
        return admitted

    return admits


def _never_overdue(sound: Any) -> Any:
    return {**sound, "offer": lambda *_args: None}


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
        name="two-winners",
        words="who was forestalled by a colleague stays asked",
        bugs=((offers, "won", _all_win),),
    ),
    Mutant(
        name="not-released",
        words="a call offered to an agent who leaves stays with him",
        bugs=((offers, "release", does_nothing),),
    ),
    Mutant(
        name="delay-unheeded",
        words="an agent is asked before the call has waited as long as his delay says",
        bugs=((Ring, "admits", _at_any_reach),),
    ),
    Mutant(
        name="offer-for-ever",
        words="an offer that nobody confirms is never taken back",
        bugs=((board, "_OF_CALLS", _never_overdue),),
        faults=replace(ALL, refused=0.1),  # redirects that fail without a word are rare else
    ),
)
