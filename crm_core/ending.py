"""The end of a running part: each step has its time, and who is told to end does end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)

UNWINDING_SECONDS = 1.0  # for a step that was given up to let go of what it holds


async def within(seconds: float, step: str, work: Coroutine[Any, Any, object]) -> bool:
    """Do one step of an ending; False, and a word in the log, when it took too long.

    The step is then given up and what comes after it is done all the same. What it raises
    is raised here.
    """
    task = asyncio.create_task(work, name=f"ending-{step}")
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if done:
            task.result()
            return True
        log.warning("ending_step_too_slow", step=step, seconds=seconds)
    finally:
        task.cancel()
    await asyncio.wait({task}, timeout=UNWINDING_SECONDS)
    return False


def end_when_told() -> None:
    """Raise CancelledError when this task was told to end and what it waited for hid that.

    To be asked in a loop around tasks or task groups: on Python 3.11 a group in which
    something fails while it is cancelled tells of the failure alone.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
