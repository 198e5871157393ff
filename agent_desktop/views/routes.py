"""Which address shows which page, and to whom."""

from __future__ import annotations

from aiohttp import web

from agent_desktop.errors import ERROR_PAGE
from agent_desktop.policy import PUBLIC, SIGNED_IN, Policy, add_route, add_static, requires
from agent_desktop.views import doors, errors
from agent_desktop.views.assets import STATIC
from agent_desktop.views.pages import show

PAGES: tuple[tuple[str, str, Policy], ...] = (
    ("/agent", "agent", requires("desktop", "use")),
    ("/board", "board", requires("board", "read")),
    ("/customers", "customers", requires("customer", "read")),
    ("/customers/{id}", "customer", requires("customer", "read")),
    ("/tickets", "tickets", requires("ticket", "read")),
    ("/tickets/{id}", "ticket", requires("ticket", "read")),
    ("/calls", "calls", requires("call", "read")),
    ("/calls/{id}", "call", requires("call", "read")),
    ("/messages", "messages", requires("call", "read")),
    ("/reports", "reports", requires("report", "read")),
    ("/what-if", "what-if", requires("report", "read", whole=True)),
    ("/flows", "flows", requires("flow", "read")),
    ("/flows/{id}", "flow", requires("flow", "read")),
    ("/prompts", "prompts", requires("prompt", "read")),
    ("/statements", "statements", requires("statement", "read")),
    ("/statements/{id}", "statement", requires("statement", "read")),
    ("/numbers", "numbers", requires("number", "read")),
    ("/numbers/{id}", "number", requires("number", "read")),
    ("/settings", "settings", requires("queue", "read")),
    ("/settings/{part}", "settings", requires("queue", "read")),
    ("/settings/{part}/{id}", "settings", requires("queue", "read")),
)


def setup(app: web.Application) -> None:
    """Register the pages, the doors before them and the files they use."""
    for path, name, policy in PAGES:
        add_route(app, "GET", path, show(name), policy)
    add_route(app, "GET", "/", doors.home, SIGNED_IN)
    add_route(app, "GET", "/login", doors.login, PUBLIC)
    add_route(app, "GET", "/phone", doors.demo_phone, PUBLIC)
    add_route(app, "GET", "/language/{code}", doors.change_language, PUBLIC)
    add_static(app, "/static", STATIC)
    app[ERROR_PAGE] = errors.error_page
