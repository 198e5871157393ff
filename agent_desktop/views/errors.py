"""The page people see when something could not be shown."""

from __future__ import annotations

from aiohttp import web

from agent_desktop.errors import Problem
from agent_desktop.views.rendering import render


async def error_page(request: web.Request, problem: Problem) -> web.StreamResponse:
    """Say in the reader's language what happened and what to do, with the id for the log."""
    answer = render(
        request, "error.html", {"page": "error", "problem": problem}, status=problem.status
    )
    if problem.retry_after:
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer
