"""Closing a call: row, legs, queue visits, charge and timeline, all or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.billing.charges import charge_call
from crm_core.calls.model import CallClosing, CallOpening, LegClosing, VisitClosing
from crm_core.calls.open import opening_columns
from crm_core.calls.wrap_up import wrap_ups
from crm_core.directory.identify import identify
from crm_core.ids import new_id, uuid_of
from crm_core.insert_once import insert_all_once, insert_once
from crm_core.tables.callers import VoiceMessageRow
from crm_core.tables.calls import (
    ENDED_IN_MENU,
    GIVEN_UP_IN_MENU,
    CallLegRow,
    CallRow,
    QueueVisitRow,
)
from crm_core.tables.people import UserRow
from crm_core.tenancy import Scope
from crm_core.timeline.model import Happening
from crm_core.timeline.verbs import add_happening
from crm_core.words import clean, clean_json

_EXTENSION = re.compile(r"agent-(?P<extension>[0-9]{2,8})(?:-[0-9a-fA-F]{8})?$")


# What the beginning of a call may not tell yet, e.g. whom a click-to-dial will ring.
_TOLD_LATER = (
    "direction",
    "caller_number",
    "caller_e164",
    "caller_name",
    "dialled_number",
    "dialled_e164",
)


async def close_call(session: AsyncSession, scope: Scope, closing: CallClosing) -> bool:
    """Complete a call in this one transaction; return whether it was still open.

    The row is made when it was never opened. A second time changes nothing, so that a replay is
    harmless. Without a fitting tariff the charge is `unrated` and the call is kept all the same.
    """
    begun = opening_columns(scope, _opening(closing))
    await insert_once(session, CallRow, **begun)
    call = await _locked(session, scope, closing.call_id)
    if call.state == "closed":
        return False
    for part in _TOLD_LATER:
        setattr(call, part, begun[part] or getattr(call, part))
    agents = await _agents(session, scope, closing)
    await _link_customer(session, scope, call, closing)
    _complete(call, closing, agents)
    if call.outcome == GIVEN_UP_IN_MENU and await _left_a_message(session, scope, call):
        call.outcome = ENDED_IN_MENU
    await session.flush()
    await _write_legs(session, scope, closing, agents)
    await _write_visits(session, scope, closing, agents)
    await charge_call(session, scope, call)
    await _tell_timeline(session, scope, call)
    return True


async def _left_a_message(session: AsyncSession, scope: Scope, call: CallRow) -> bool:
    """Tell whether a menu took a message: its caller hung up, and has not given up."""
    query = select(VoiceMessageRow.id).where(
        VoiceMessageRow.tenant_id == scope.tenant_id, VoiceMessageRow.call_id == call.call_id
    )
    return await session.scalar(query.limit(1)) is not None


def agent_extension(device: str) -> str | None:
    """Return the extension in a device's or channel's name (`PJSIP/agent-1001`), or None."""
    found = _EXTENSION.search(device)
    return found["extension"] if found else None


def visits_of(closing: CallClosing) -> tuple[VisitClosing, ...]:
    """Return the queue visits told, or the one that the times of the call imply."""
    if closing.visits is not None:
        return closing.visits
    if not closing.queue:
        return ()
    left = closing.answered_at or closing.ended_at
    entered = closing.queued_at or left - timedelta(seconds=closing.waited_seconds)
    only = VisitClosing(
        queue=closing.queue,
        entered_at=entered,
        left_at=left,
        outcome="answered" if closing.answered_at else "abandoned",
        device=closing.agent_answered or "",
        talked_seconds=closing.talked_seconds,
        wrap_up_seconds=closing.wrap_up_seconds,
    )
    return (only,)


def _opening(closing: CallClosing) -> CallOpening:
    return CallOpening(
        call_id=closing.call_id,
        direction=closing.direction,
        started_at=closing.started_at,
        caller_number=closing.caller_number,
        caller_name=closing.caller_name,
        dialled_number=closing.dialled_number,
        zone=closing.zone,
    )


async def _locked(session: AsyncSession, scope: Scope, call_id: UUID) -> CallRow:
    rows = await session.scalars(
        select(CallRow)
        .where(CallRow.tenant_id == scope.tenant_id, CallRow.call_id == call_id)
        .with_for_update()
    )
    return rows.one()


async def _agents(session: AsyncSession, scope: Scope, closing: CallClosing) -> Mapping[str, UUID]:
    """Return the users behind the devices of the call, by extension."""
    devices = [leg.device or leg.channel for leg in closing.legs]
    devices += [visit.device for visit in closing.visits or ()]
    extensions = {agent_extension(device) for device in [*devices, closing.agent_answered or ""]}
    rows = await session.execute(
        select(UserRow.extension, UserRow.id).where(
            UserRow.tenant_id == scope.tenant_id,
            UserRow.extension.in_(sorted(extensions - {None}, key=str)),
        )
    )
    return {extension or "": user_id for extension, user_id in rows}


async def _link_customer(
    session: AsyncSession, scope: Scope, call: CallRow, closing: CallClosing
) -> None:
    call.contact_id = closing.contact_id or call.contact_id
    call.account_id = closing.account_id or call.account_id
    if call.contact_id is not None or closing.direction == "internal":
        return
    outbound = closing.direction == "outbound"
    card = await identify(
        session, scope, closing.dialled_number if outbound else closing.caller_number
    )
    call.contact_id = uuid_of(card.contact_id)
    call.account_id = call.account_id or uuid_of(card.account_id)


def _complete(call: CallRow, closing: CallClosing, agents: Mapping[str, UUID]) -> None:
    call.state = "closed"
    call.agent_device = clean(closing.agent_answered or "", 80)
    call.agent_id = agents.get(agent_extension(call.agent_device) or "")
    call.queue = clean(closing.queue or "", 40)
    call.queues = [clean(queue, 40) for queue in closing.queues]
    call.queued_at = closing.queued_at
    call.answered_at = closing.answered_at
    call.ended_at = closing.ended_at
    call.waited_seconds = round(max(0.0, closing.waited_seconds), 3)
    call.talked_seconds = round(max(0.0, closing.talked_seconds), 3)
    call.held_seconds = round(max(0.0, closing.held_seconds), 3)
    call.wrap_up_seconds += round(max(0.0, closing.wrap_up_seconds), 3)
    call.outcome = clean(closing.outcome, 30)
    call.hung_up_by = clean(closing.hung_up_by, 10)
    call.cause = closing.cause
    call.agents_rang = [clean(device, 80) for device in closing.agents_rang]
    call.transfers = [clean_json(transfer) for transfer in closing.transfers]
    call.unique_ids = [clean(uniqueid, 120) for uniqueid in closing.unique_ids]
    call.linked_ids = [clean(linkedid, 120) for linkedid in closing.linked_ids]
    call.incomplete = closing.incomplete


async def _write_legs(
    session: AsyncSession, scope: Scope, closing: CallClosing, agents: Mapping[str, UUID]
) -> None:
    rows = [_leg_columns(scope, closing, leg, agents) for leg in closing.legs]
    await insert_all_once(session, CallLegRow, rows)


def _leg_columns(
    scope: Scope, closing: CallClosing, leg: LegClosing, agents: Mapping[str, UUID]
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "tenant_id": scope.tenant_id,
        "call_id": closing.call_id,
        "channel": clean(leg.channel, 120),
        "uniqueid": clean(leg.uniqueid, 120),
        "device": clean(leg.device, 80),
        "role": clean(leg.role, 10),
        "agent_id": agents.get(agent_extension(leg.device or leg.channel) or ""),
        "started_at": leg.started_at,
        "answered_at": leg.answered_at,
        "ended_at": leg.ended_at,
        "cause": leg.cause,
    }


async def _write_visits(
    session: AsyncSession, scope: Scope, closing: CallClosing, agents: Mapping[str, UUID]
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "tenant_id": scope.tenant_id,
            "call_id": closing.call_id,
            "position": position,
            "queue": clean(visit.queue, 40),
            "entered_at": visit.entered_at,
            "left_at": max(visit.left_at, visit.entered_at),
            "waited_seconds": max(0.0, (visit.left_at - visit.entered_at).total_seconds()),
            "outcome": clean(visit.outcome, 20),
            "agent_id": agents.get(agent_extension(visit.device) or ""),
            "talked_seconds": visit.talked_seconds,
            "wrap_up_seconds": visit.wrap_up_seconds,
            "brought": clean_json(visit.brought),
        }
        for position, visit in enumerate(visits_of(closing))
    ]
    if rows:
        # Of an agent's several visits the last one takes the work told before the call's end.
        early = await wrap_ups(session, scope, closing.call_id)
        for row in reversed(rows):
            row["wrap_up_seconds"] += early.pop(str(row["agent_id"]), 0.0)
    await insert_all_once(session, QueueVisitRow, rows)


async def _tell_timeline(session: AsyncSession, scope: Scope, call: CallRow) -> None:
    if call.direction == "internal":
        return  # no customer took part
    await add_happening(session, scope, _happening(call))


def _happening(call: CallRow) -> Happening:
    other = call.caller_number if call.direction == "inbound" else call.dialled_number
    shown = call.caller_name or call.caller_e164 or other
    return Happening(
        channel="call",
        direction=call.direction,
        subject=f"{call.queue or call.dialled_number} · {shown}",
        summary=f"{call.talked_seconds:.0f} s" if call.answered_at else "",
        status=call.outcome,
        object_kind="call",
        object_id=str(call.call_id),
        at=call.started_at,
        ended_at=call.ended_at,
        contact_id=call.contact_id,
        account_id=call.account_id,
        agent_id=call.agent_id,
    )
