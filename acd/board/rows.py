"""Rows: the board as desktops see it, told again only when a row changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from acd.board import comfort
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.levels import service_level
from acd.board.model import Call, Moment, Queue
from acd.board.spread import unevenness
from acd.board.wrapping import rule_for
from acd.effects import Tell
from acd.notices import (
    AgentChanged,
    AgentRow,
    AgentState,
    CallChanged,
    CallGone,
    CallRow,
    QueueChanged,
    QueueRow,
)

IN_CALL = (AgentState.TALKING, AgentState.HOLDING, AgentState.CONSULTING)


BRIEF = timedelta(milliseconds=20)  # a state that lasts no longer need not be told
QUEUES_EVERY = 0.1  # seconds; under load a queue's row is told no more often than that

Facts: TypeAlias = dict[str, Any]


class Told:
    """Remembers the facts last told, and tells the difference."""

    def __init__(self) -> None:
        self._agents: dict[str, Facts] = {}
        self._queues: dict[str, Facts] = {}
        self._calls: dict[UUID, Facts] = {}
        self._pending: dict[Queue, None] = {}  # queues that changed and are not told of yet
        self._queues_told = float("-inf")
        self.due: float | None = None  # clock reading at which rows are to be told
        self._untold: datetime | None = None  # stamp of the first event whose rows wait

    def may_wait(self, at: datetime) -> bool:
        """Tell whether rows may be told after the next event: no state that lasted is left out."""
        if self._untold is None:
            self._untold = at
        return at - self._untold < BRIEF

    def later(self, now: Moment) -> None:
        """Leave it to the next step, due at once: first a phone is to ring, or more is heard."""
        self.due = now.clock

    def changes(self, floor: Floor, now: Moment) -> list[Tell]:
        """Return a notice for each row that differs from what was told."""
        self._untold = self.due = None
        told = self._changed_calls(floor)
        told += self._changed_agents(floor)
        floor.count_asked()
        if floor.dirty_queues:
            self._pending.update(floor.dirty_queues)
            floor.dirty_queues.clear()
        if self._pending:
            told += self._changed_queues(floor, now)
        return told

    def _changed_agents(self, floor: Floor) -> list[Tell]:
        told = []
        for agent_id in floor.dirty_agents:
            agent = floor.agents.get(agent_id)
            facts = _facts_of_agent(agent, floor) if agent else None
            if facts is None:
                self._agents.pop(agent_id, None)
            elif facts != self._agents.get(agent_id):
                self._agents[agent_id] = facts
                told.append(Tell(make=_agent_changed, facts=facts))
        floor.dirty_agents.clear()
        return told

    def _changed_queues(self, floor: Floor, now: Moment) -> list[Tell]:
        """Tell at once when it is quiet, else what has gathered when the time has come.

        A resync tells everything: what follows it must find the whole board told.
        """
        due = self._queues_told + QUEUES_EVERY
        if now.clock < due and not floor.closing:
            self.due = due
            return []
        self._queues_told = now.clock
        told = []
        for queue in self._pending:
            facts, name = _facts_of_queue(queue, floor), queue.settings.name
            if facts != self._queues.get(name):
                self._queues[name] = facts
                told.append(Tell(make=_queue_changed, facts=facts))
        self._pending.clear()
        return told

    def _changed_calls(self, floor: Floor) -> list[Tell]:
        told = []
        for call in floor.dirty_calls:
            if call.callback is not None:
                continue  # no live call
            call_id = call.call_id
            if floor.calls.get(call_id) is not call:
                told.append(self._gone(floor, call_id))
                continue
            facts = _facts_of_call(call, floor)
            if facts != self._calls.get(call_id):
                self._calls[call_id] = facts
                told.append(Tell(make=_call_changed, facts=facts))
        floor.dirty_calls.clear()
        return told

    def _gone(self, floor: Floor, call_id: UUID) -> Tell:
        last = self._calls.pop(call_id, None)
        agent_id = last["agent_id"] if last else ""
        facts = {"call_id": call_id, "outcome": floor.ended.get(call_id, ""), "agent_id": agent_id}
        return Tell(make=_call_gone, facts=facts)


def agent_row(agent: Agent, floor: Floor) -> AgentRow:
    """Show one agent."""
    return AgentRow(**_facts_of_agent(agent, floor))


def queue_row(queue: Queue, floor: Floor) -> QueueRow:
    """Show one queue."""
    return QueueRow(**_facts_of_queue(queue, floor))


def call_row(call: Call, floor: Floor) -> CallRow:
    """Show one call."""
    return CallRow(**_facts_of_call(call, floor))


def _agent_changed(facts: Facts) -> AgentChanged:
    return AgentChanged(agent=AgentRow(**facts))


def _queue_changed(facts: Facts) -> QueueChanged:
    return QueueChanged(queue=QueueRow(**facts))


def _call_changed(facts: Facts) -> CallChanged:
    return CallChanged(call=CallRow(**facts))


def _call_gone(facts: Facts) -> CallGone:
    return CallGone(**facts)


def _facts_of_agent(agent: Agent, floor: Floor) -> Facts:
    busy = agent.busy or agent.wrap_up is not None
    wrap_up = agent.wrap_up
    return {
        "agent_id": agent.agent_id,
        "name": agent.settings.name,
        "extension": agent.settings.extension,
        "state": agent.state,
        "reason": agent.shown[1],
        "since": agent.since,
        "queues": list(agent.settings.queues),
        "own_queues": list(agent.own_queues),
        "call_id": agent.in_hand,
        "consult_call_id": agent.consulting,
        "phone_ready": agent.phone_ready,
        "trouble": agent.trouble(),
        "wanted": agent.wanted,
        "wanted_reason": agent.reason,
        "next_state": agent.wanted if agent.chosen and busy else None,
        "set_by": agent.set_by[0],
        "set_by_name": agent.set_by[1],
        "reason_ends_at": agent.reason_ends_at,
        "wrap_up_ends_at": wrap_up.ends_at if wrap_up else None,
        "wrap_up_kind": _wrap_up_kind(agent, floor),
        "wrap_up_asked": agent.asked,
        "may_extend": wrap_up.may_extend if wrap_up else False,
    }


def _wrap_up_kind(agent: Agent, floor: Floor) -> str:
    if agent.wrap_up is not None and not agent.busy:
        return str(agent.wrap_up.rule.kind)
    call = floor.calls.get(agent.in_hand) if agent.in_hand else None
    return str(rule_for(floor, agent, call).kind) if call else ""


def _expected(queue: Queue) -> dict[str, float]:
    foretold = comfort.expected(queue)
    if foretold is None:
        return {}
    past = queue.estimator.backtest()
    return {
        "wait_low": round(foretold.low, 1),
        "wait_high": round(foretold.high, 1),
        "wait_error": round(past.error, 3),
        "wait_coverage": round(past.coverage, 3),
    }


def _facts_of_queue(queue: Queue, floor: Floor) -> Facts:
    """Return the facts; callers whose next agent already rings still wait."""
    call = queue.stints.first()
    counts, settings, figures = floor.counts_of(queue), queue.settings, queue.figures
    talking = sum(counts.get(state, 0) for state in IN_CALL)
    return {
        "name": settings.name,
        "title": settings.title,
        "title_en": settings.title_en,
        "waiting": len(queue.stints),
        "oldest_since": call.stint.since if call and call.stint else None,
        "ready": counts.get(AgentState.READY, 0),
        "offered": counts.get(AgentState.OFFERED, 0),
        "talking": talking,
        "wrap_up": counts.get(AgentState.WRAP_UP, 0),
        "not_ready": counts.get(AgentState.NOT_READY, 0),
        "offered_today": figures.offered,
        "answered_today": figures.answered,
        "abandoned_today": figures.abandoned,
        "overflowed_today": figures.overflowed,
        "short_abandoned_today": figures.short_abandoned,
        "is_open": queue.is_open,
        "callbacks": len(queue.callbacks),
        **_expected(queue),
        "in_target_today": figures.in_target,
        "level_today": service_level(figures, settings.formula),
        "target_seconds": settings.target_seconds,
        "target_share": settings.target_share,
        "unevenness": unevenness(queue, floor.clock),
        "is_over": queue.is_over,
    }


def _facts_of_call(call: Call, floor: Floor) -> Facts:
    """Return the facts; the agent is the one who rings, else the one who talks."""
    return {
        "call_id": call.call_id,
        "state": call.state_now(),
        "direction": str(call.direction),
        "caller_number": call.caller_number,
        "caller_name": call.caller_name,
        "dialled_number": call.dialled_number,
        "queue": call.queue,
        "agent_id": _agent_of(call, floor),
        "started_at": call.started_at,
        "queued_at": call.queued_at,
        "answered_at": call.answered_at,
    }


def _agent_of(call: Call, floor: Floor) -> str:
    if call.offer is not None:
        return call.offer.agent_id
    agents = [floor.devices[device] for device in call.talkers if device in floor.devices]
    return agents[-1].agent_id if agents else ""
