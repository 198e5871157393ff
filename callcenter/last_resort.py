"""A process that was asked to stop and does not: says what it waits for, then is ended."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

import structlog

log = structlog.get_logger(__name__)

WORD_SECONDS = 8.0
LAST_SECONDS = 30.0  # what calls left behind is on disk by then, as for a process that is killed
FORCED = 70  # the status of such an end


class LastResort:
    """A context around `asyncio.run`; `begin` is called in it at the moment of being asked.

    It watches from a thread of its own, so that a blocked loop and a thread that never ends
    are seen too. `leave` ends the process, and is not expected to return.
    """

    def __init__(
        self,
        *,
        word_seconds: float = WORD_SECONDS,
        last_seconds: float = LAST_SECONDS,
        leave: Callable[[int], object] = os._exit,
    ) -> None:
        self._times = word_seconds, last_seconds - word_seconds
        self._leave = leave
        self._over = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> LastResort:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Be quiet: the end has come by itself."""
        self._over.set()

    def begin(self) -> None:
        """Watch the running loop's end from now on."""
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._watch, name="last-resort", daemon=True).start()

    def _watch(self) -> None:
        word_seconds, more_seconds = self._times
        if self._over.wait(word_seconds):
            return
        log.warning("still_ending", **self._waits())
        if self._over.wait(more_seconds):
            return
        log.error("ended_by_force", **self._waits())
        sys.stderr.flush()
        self._leave(FORCED)

    def _waits(self) -> dict[str, Any]:
        tasks = asyncio.all_tasks(self._loop) if self._loop is not None else set()
        return {"tasks": sorted(map(_task_at, tasks)), "threads": _threads_at()}


def _task_at(task: asyncio.Task[Any]) -> str:
    """Return a task's name and the line deepest down that it waits in."""
    awaited: Any = task.get_coro()
    place = "?"
    while awaited is not None:
        frame: FrameType | None = getattr(awaited, "cr_frame", None)
        if frame is not None:
            place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        awaited = getattr(awaited, "cr_await", None)
    return f"{task.get_name()} {place}"


def _threads_at() -> list[str]:
    """Return where each thread is, but for the one that asks."""
    frames = sys._current_frames()  # noqa: SLF001 - documented, for just this
    found = []
    for thread in threading.enumerate():
        frame = frames.get(thread.ident or 0)
        if frame is not None and thread is not threading.current_thread():
            last = traceback.extract_stack(frame)[-1]
            found.append(f"{thread.name} {last.filename}:{last.lineno}")
    return sorted(found)
