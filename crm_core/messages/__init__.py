"""Voice messages of callers: kept with a ticket, listed until somebody has seen to them."""

from crm_core.messages.read import Message, MessageFilters, MessagePage, message, messages
from crm_core.messages.verbs import Draft, keep_message, mark_done, mark_heard

__all__ = [
    "Draft",
    "Message",
    "MessageFilters",
    "MessagePage",
    "keep_message",
    "mark_done",
    "mark_heard",
    "message",
    "messages",
]
