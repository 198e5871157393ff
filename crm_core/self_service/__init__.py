"""What customers do by themselves on the telephone: log in with a PIN, hear how things stand."""

from crm_core.self_service.balance import balance_of
from crm_core.self_service.cases import Case, case_of
from crm_core.self_service.pins import (
    LOCK_AFTER,
    LogIn,
    PinState,
    TriedPin,
    hash_pin,
    log_in,
    pin_hash,
    pin_state,
    remove_pin,
    set_pin,
    try_pin,
    unlock_pin,
)

__all__ = [
    "LOCK_AFTER",
    "Case",
    "LogIn",
    "PinState",
    "TriedPin",
    "balance_of",
    "case_of",
    "hash_pin",
    "log_in",
    "pin_hash",
    "pin_state",
    "remove_pin",
    "set_pin",
    "try_pin",
    "unlock_pin",
]
