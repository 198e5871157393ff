"""Alarms: what is done when a time set for an agent is over."""

from __future__ import annotations

from acd.board import wrapping
from acd.board.agent import Agent
from acd.board.floor import Floor, TimerKind
from acd.board.model import Moment
from acd.board.orders import outbound


def ring_for_agent(floor: Floor, kind: TimerKind, agent_id: str, now: Moment) -> None:
    """Do what is due for the agent; one who is gone is none."""
    agent = floor.agents.get(agent_id)
    if agent is None:
        return
    if kind == "wrap_up":
        wrapping.finish(floor, agent, now)
    elif kind == "reason":
        _stayed_too_long(floor, agent)
    elif kind == "reserve":
        outbound.give_back(floor, agent_id, now)
    elif kind == "dial":
        agent.dialling = False
        floor.tell(agent, "dial_failed")
        floor.settle(agent, now)


def _stayed_too_long(floor: Floor, agent: Agent) -> None:
    detail = {"reason": agent.reason}
    floor.tell(agent, "reason_exceeded", detail=detail)
    floor.tell_leads(agent, "reason_exceeded", detail=detail)
