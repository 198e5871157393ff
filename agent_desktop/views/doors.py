"""The pages before the shell: the way in, the demo caller's phone, the change of language."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from agent_desktop.i18n import COOKIE, LANGUAGES
from agent_desktop.services import SERVICES
from agent_desktop.sessions import visitor
from agent_desktop.views.rendering import render
from crm_core.demo.house import USERS, DemoUser

_YEAR = 365 * 24 * 3600


async def home(request: web.Request) -> web.StreamResponse:
    """Take each person to the page of his work."""
    who = visitor(request)
    if who is not None and who.user.is_agent and who.can("desktop", "use"):
        raise web.HTTPSeeOther("/agent")
    raise web.HTTPSeeOther("/board")


async def login(request: web.Request) -> web.StreamResponse:
    """Show the log-in form, or go on when already signed in."""
    if visitor(request) is not None:
        raise web.HTTPSeeOther(own_path(request.query.get("next", "/")))
    return render(request, "login.html", {"page": "login", "accounts": _demo_accounts(request)})


def _demo_accounts(request: web.Request) -> Sequence[DemoUser]:
    """Return the accounts which the demo's log-in page offers; none outside demo mode."""
    return USERS if request.app[SERVICES].demo else ()


async def demo_phone(request: web.Request) -> web.StreamResponse:
    """Show the demo caller's phone; there is none outside demo mode."""
    if not request.app[SERVICES].demo:
        raise web.HTTPNotFound
    return render(request, "phone.html", {"page": "phone"})


async def change_language(request: web.Request) -> web.StreamResponse:
    """Keep the wished language and go back to where the person was."""
    code = request.match_info["code"]
    if code not in LANGUAGES:
        raise web.HTTPNotFound
    way_back = web.HTTPSeeOther(own_path(request.query.get("next", "/")))
    way_back.set_cookie(COOKIE, code, max_age=_YEAR, path="/", samesite="Lax")
    raise way_back


def own_path(path: str) -> str:
    """Return the path if it is one of ours, else the first page: no way out to foreign sites."""
    if path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable():
        return path
    return "/"
