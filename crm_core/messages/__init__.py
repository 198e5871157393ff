"""Voice messages of callers: kept with a ticket, listed until somebody has heard them."""

from crm_core.messages.verbs import Draft, Message, keep_message, mark_heard, messages

__all__ = ["Draft", "Message", "keep_message", "mark_heard", "messages"]
