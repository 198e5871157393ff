"""Remembering: what stored calls, events and agents' days tell a board that begins anew; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from acd.board import Figures, KnownAgent, KnownCall, KnownCallback, NextState
from acd.board.settings import NO_BRIEF, Brief
from acd.briefing import brief_from
from acd.recorder.closing import visits_in
from acd.store.port import OpenCallKept
from crm_core import calls
from crm_core.callbacks import OwedCallback
from crm_core.calls import CallDetail, CallEvent
from crm_core.directory import CallerCard
from crm_core.queues import AgentHistory


def figures(counted: calls.QueueFigures) -> Figures:
    """Return a queue's count of today."""
    left = counted.offered - counted.answered - counted.abandoned - counted.overflowed
    return Figures(
        offered=counted.offered,
        answered=counted.answered,
        abandoned=counted.abandoned,
        in_target=counted.in_target,
        overflowed=counted.overflowed,
        short_abandoned=counted.short_abandoned,
        left=max(0, left),
    )


def kept(detail: CallDetail, card: CallerCard) -> OpenCallKept:
    """Return a call that had no end, and how it stood."""
    last_at = max((event.at for event in detail.events), default=None)
    known, events = _known(detail, card), tuple(detail.events)
    return OpenCallKept(call=detail.call, known=known, last_at=last_at, events=events)


def _known(detail: CallDetail, card: CallerCard) -> KnownCall:
    """Read off the stored events which wait is the last, and whether it was answered."""
    visits = visits_in(detail.events, ended_at=datetime.max.replace(tzinfo=UTC))
    if not visits:
        return KnownCall(call_id=detail.call.call_id)
    last, priorities = visits[-1], _priorities(detail)
    if last.outcome in {"overflowed", "callback"}:  # sent elsewhere, in no queue since
        return KnownCall(call_id=detail.call.call_id)
    return KnownCall(
        call_id=detail.call.call_id,
        queue=last.queue,
        queued_at=last.entered_at,
        priority=sum(priorities),
        answered_at=last.left_at if last.outcome == "answered" else None,
        brief=_brief(detail, card),
        through=_through(visits),
    )


def _through(visits: Sequence[calls.VisitClosing]) -> tuple[str, ...]:
    """Return the queues since somebody last spoke with the caller."""
    through: list[str] = []
    for visit in visits:
        through = [] if visit.outcome == "answered" else [*through, visit.queue]
    return tuple(through)


def _priorities(detail: CallDetail) -> tuple[int, int]:
    """Return the priority the call came to its last queue with, and what its overflow added."""
    own, more, led = 0, 0, ("", 0)
    waits_in = ""
    for event in detail.events:
        said = event.payload
        if event.kind == "overflowed":
            led = (str(said.get("target", "")), _whole(said.get("priority")))
        elif event.kind == "queued":
            queue, own = str(said.get("queue", "")), _whole(said.get("priority"))
            if queue != waits_in:  # else he is back from a phone that did not answer
                more = led[1] if led[0] == queue else 0
            waits_in, led = queue, ("", 0)
        if event.kind in {"overflowed", "answered"}:
            waits_in = ""
    return own, more


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def owed(callback: OwedCallback, asked_in: tuple[CallDetail, CallerCard] | None) -> KnownCallback:
    """Return a callback that is owed; the call it was asked for in tells what its place needs."""
    written, attempt = callback.written, callback.attempt
    agent_id = str(attempt.agent_id) if attempt and attempt.agent_id else ""
    return KnownCallback(
        callback_id=written.callback_id,
        queue=written.queue,
        number=written.number,
        caller_name=written.caller_name,
        waits_since=written.waits_since,
        requested_at=written.requested_at,
        expires_at=written.expires_at,
        priority=written.priority,
        origin=written.origin_call_id,
        attempts=max(written.attempts, attempt.number if attempt else 0),
        tries=written.tries,
        not_before=written.not_before,
        attempt=(attempt.call_id, attempt.uniqueid, agent_id) if attempt else None,
        talking=attempt is not None and written.state == "talking",
        brief=_brief(*asked_in) if asked_in else NO_BRIEF,
    )


def _brief(detail: CallDetail, card: CallerCard) -> Brief:
    own, _ = _priorities(detail)
    return brief_from(card, detail.data, queued_with=own)


def known_agent(history: AgentHistory, happened: Sequence[CallEvent] = ()) -> KnownAgent:
    """Return what an agent did today, and what he was doing last.

    `happened` are the events of the call he has in hand or wraps up.
    """
    wrapping = history.state == "wrap_up"
    return KnownAgent(
        agent_id=history.agent_id,
        reasons_today=history.reasons,
        reason=history.reason if history.state == "not_ready" else "",
        wrapping_call=history.call_id if wrapping else None,
        wrapping_queue=history.queue if wrapping else "",
        since=history.since,
        extended_seconds=_extended(history, happened) if wrapping else 0.0,
        next_state=_next_state(history, happened),
    )


def _next_state(history: AgentHistory, happened: Sequence[CallEvent]) -> NextState | None:
    """Return what he chose last in that call to be after it; None: nothing, or to leave."""
    chosen = [event.payload for event in happened if event.kind == calls.NEXT_STATE_CHOSEN]
    his = [said for said in chosen if said.get("agent_id") == history.agent_id]
    state = his[-1].get("state") if his else None
    if state not in {"ready", "not_ready"}:
        return None
    reason, set_by, name = (str(his[-1].get(key, "")) for key in ("reason", "set_by", "by"))
    return NextState(
        state="ready" if state == "ready" else "not_ready", reason=reason, set_by=(set_by, name)
    )


def _extended(history: AgentHistory, happened: Sequence[CallEvent]) -> float:
    """Return by how much he asked to wrap up longer, since he began to."""
    for event in happened:
        his = event.payload.get("agent_id") == history.agent_id
        if his and event.kind == calls.WRAP_UP_EXTENDED and event.at >= history.since:
            more = event.payload.get("seconds")
            return float(more) if isinstance(more, int | float) else 0.0
    return 0.0
