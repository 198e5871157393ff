"""Promises to call somebody back, and each attempt to keep one."""

from crm_core.callbacks.model import (
    OPEN_STATES,
    AttemptReserved,
    AttemptShown,
    CallbackFilters,
    CallbackShown,
    CallbackWritten,
    OwedCallback,
)
from crm_core.callbacks.read import callback, callbacks, is_not_to_be_called, owed
from crm_core.callbacks.verbs import reserve, save

__all__ = [
    "OPEN_STATES",
    "AttemptReserved",
    "AttemptShown",
    "CallbackFilters",
    "CallbackShown",
    "CallbackWritten",
    "OwedCallback",
    "callback",
    "callbacks",
    "is_not_to_be_called",
    "owed",
    "reserve",
    "save",
]
