"""Cases of customers, from opening to closing."""

from crm_core.tickets.model import (
    PRIORITIES,
    STATUSES,
    TYPES,
    Ticket,
    TicketDetail,
    TicketDraft,
    TicketEdit,
    TicketEvent,
    TicketFilters,
    TicketPage,
)
from crm_core.tickets.read import ticket, ticket_detail, tickets
from crm_core.tickets.verbs import (
    change_ticket,
    close_ticket,
    comment_ticket,
    link_ticket_call,
    open_ticket,
)

__all__ = [
    "PRIORITIES",
    "STATUSES",
    "TYPES",
    "Ticket",
    "TicketDetail",
    "TicketDraft",
    "TicketEdit",
    "TicketEvent",
    "TicketFilters",
    "TicketPage",
    "change_ticket",
    "close_ticket",
    "comment_ticket",
    "link_ticket_call",
    "open_ticket",
    "ticket",
    "ticket_detail",
    "tickets",
]
