"""Queues, who serves them, and which number leads where."""

from crm_core.queues.model import (
    AgentHistory,
    Did,
    NotReadyReason,
    Queue,
    QueueMember,
    RosterAgent,
)
from crm_core.queues.states import agents_since, record_agent_state
from crm_core.queues.verbs import (
    add_member,
    create_queue,
    dids,
    not_ready_reasons,
    queue_members,
    queue_titles,
    queues,
    remove_member,
    roster,
)

__all__ = [
    "AgentHistory",
    "Did",
    "NotReadyReason",
    "Queue",
    "QueueMember",
    "RosterAgent",
    "add_member",
    "agents_since",
    "create_queue",
    "dids",
    "not_ready_reasons",
    "queue_members",
    "queue_titles",
    "queues",
    "record_agent_state",
    "remove_member",
    "roster",
]
