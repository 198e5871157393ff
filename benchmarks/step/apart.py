"""Keeps other programs of the machine out of a measurement."""

from __future__ import annotations

import os
from contextlib import suppress


def stand_apart(core: int | None = None) -> None:
    """Go ahead of all others from now on, on a processor of one's own where `core` names it.

    Where that is not permitted, the others' work shows in every side's figures alike.
    """
    if core is not None:
        os.sched_setaffinity(0, {core})
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
