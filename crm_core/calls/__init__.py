"""Calls: what was offered, who talked, how it ended, what came of it."""

from crm_core.calls.close import agent_extension, close_call, visits_of
from crm_core.calls.detail import call_detail, call_events
from crm_core.calls.dispositions import (
    create_disposition,
    dispositions,
    given_dispositions,
    set_disposition,
)
from crm_core.calls.figures import local_midnight, queue_figures_today
from crm_core.calls.model import (
    Call,
    CallClosing,
    CallDetail,
    CallEvent,
    CallFilters,
    CallLeg,
    CallOpening,
    CallPage,
    Disposition,
    GivenDisposition,
    LegClosing,
    QueueFigures,
    QueueVisit,
    TicketRef,
    VisitClosing,
)
from crm_core.calls.open import call_data, open_call, put_call_data, record_event
from crm_core.calls.read import calls, open_calls
from crm_core.calls.wrap_up import NEXT_STATE_CHOSEN, WRAP_UP_EXTENDED, add_wrap_up

__all__ = [
    "NEXT_STATE_CHOSEN",
    "WRAP_UP_EXTENDED",
    "Call",
    "CallClosing",
    "CallDetail",
    "CallEvent",
    "CallFilters",
    "CallLeg",
    "CallOpening",
    "CallPage",
    "Disposition",
    "GivenDisposition",
    "LegClosing",
    "QueueFigures",
    "QueueVisit",
    "TicketRef",
    "VisitClosing",
    "add_wrap_up",
    "agent_extension",
    "call_data",
    "call_detail",
    "call_events",
    "calls",
    "close_call",
    "create_disposition",
    "dispositions",
    "given_dispositions",
    "local_midnight",
    "open_call",
    "open_calls",
    "put_call_data",
    "queue_figures_today",
    "record_event",
    "set_disposition",
    "visits_of",
]
