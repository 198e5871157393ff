"""The live board: queues, agents, the snapshot, and the ticket for its push."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from acd.notices import AgentRow, QueueRow, Snapshot
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Nothing
from agent_desktop.feed import FEED
from agent_desktop.policy import SIGNED_IN, requires
from agent_desktop.tickets import TICKETS
from crm_core.queues import verbs as queues


class PushTicket(BaseModel):
    """Where to connect, once, within half a minute."""

    url: str
    ticket: str
    expires_at: datetime


class BoardShown(BaseModel):
    """The board as the asker may see it."""

    snapshot: Snapshot
    server_time: datetime


class QueueList(BaseModel):
    """The queues as they are now."""

    items: list[QueueRow]
    next_cursor: None = None


class AgentList(BaseModel):
    """The agents as they are now."""

    items: list[AgentRow]
    next_cursor: None = None


class Reason(BaseModel):
    """Why an agent takes no calls."""

    code: str
    label: str
    label_en: str


class ReasonList(BaseModel):
    """The reasons in their order."""

    items: list[Reason]
    next_cursor: None = None


async def give_push_ticket(ask: Ask, *, body: Nothing) -> PushTicket:
    """Make a ticket for the push feed, good once within 30 s."""
    del body
    ticket = ask.request.app[TICKETS].issue(ask.visitor, now=ask.services.clock())
    url = f"{ask.services.push_url}?ticket={ticket.text}"
    return PushTicket(url=url, ticket=ticket.text, expires_at=ticket.expires_at)


async def show_board(ask: Ask) -> BoardShown:
    """Show the whole board as of now; other people's calls to supervisors alone."""
    now, who = ask.services.clock(), ask.visitor
    agent_id = None if who.watches_all else who.agent_id
    snapshot = ask.request.app[FEED].mirror.snapshot(agent_id=agent_id, now=now)
    return BoardShown(snapshot=snapshot, server_time=now)


async def list_queues(ask: Ask) -> QueueList:
    """List the queues with who waits and who serves."""
    return QueueList(items=list(ask.request.app[FEED].mirror.queues.values()))


async def list_agents(ask: Ask) -> AgentList:
    """List the agents with their states, e.g. to choose whom to transfer to."""
    return AgentList(items=list(ask.request.app[FEED].mirror.agents.values()))


async def list_reasons(ask: Ask) -> ReasonList:
    """List the reasons of being not ready."""
    async with ask.services.database.read() as session:
        found = await queues.not_ready_reasons(session, ask.visitor.scope)
    return ReasonList(
        items=[Reason(code=one.code, label=one.label, label_en=one.label_en) for one in found]
    )


_READ = requires("board", "read")

OPERATIONS = (
    Operation(
        method="POST",
        path="/push-ticket",
        handler=give_push_ticket,
        policy=_READ,
        most_a_minute=120,
    ),
    Operation(method="GET", path="/board", handler=show_board, policy=_READ),
    Operation(method="GET", path="/queues", handler=list_queues, policy=_READ),
    Operation(method="GET", path="/agents", handler=list_agents, policy=_READ),
    Operation(method="GET", path="/not-ready-reasons", handler=list_reasons, policy=SIGNED_IN),
)
