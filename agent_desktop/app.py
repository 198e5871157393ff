"""Build the web application: middlewares, the JSON API, the pages."""

from __future__ import annotations

import importlib.util
import uuid

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from agent_desktop.api import routes
from agent_desktop.api.parsing import MOST_BODY_BYTES
from agent_desktop.errors import TRACE_ID, tell_errors
from agent_desktop.feed import FEED, BoardFeed
from agent_desktop.log_in_limit import LOG_IN_LIMIT, LogInLimit
from agent_desktop.policy import POLICIES
from agent_desktop.push import PUSH, PushServer
from agent_desktop.rates import RATES, Rates
from agent_desktop.security import check_host, check_origin_and_csrf, set_security_headers
from agent_desktop.services import SERVICES, Services
from agent_desktop.sessions import authenticate_and_authorise
from agent_desktop.tickets import TICKETS, TicketOffice
from agent_desktop.visitors import VISITORS, VisitorBook


def create_app(services: Services) -> web.Application:
    """Return the application; `run_desktop` serves it together with the feed and the push."""
    app = web.Application(
        middlewares=[
            trace,
            tell_errors,
            check_host,
            authenticate_and_authorise,
            check_origin_and_csrf,
        ],
        client_max_size=MOST_BODY_BYTES,
        handler_args={"auto_decompress": False},  # no body of ours is packed; no bombs
    )
    app[SERVICES], app[POLICIES] = services, {}
    app[TICKETS], app[LOG_IN_LIMIT], app[RATES] = TicketOffice(), LogInLimit(), Rates()
    app[FEED] = BoardFeed(services.bus, clock=services.clock)
    app[VISITORS] = VisitorBook(services)
    app[PUSH] = PushServer(services, app[FEED], app[TICKETS], app[VISITORS])
    app.on_response_prepare.append(set_security_headers)
    routes.setup(app)
    _set_up_pages(app)
    return app


@web.middleware
async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id that its log lines, its answer and its errors carry."""
    request[TRACE_ID] = uuid.uuid4().hex
    with structlog.contextvars.bound_contextvars(
        trace_id=request[TRACE_ID], method=request.method, path=request.path
    ):
        return await handler(request)


def _set_up_pages(app: web.Application) -> None:
    """Add the pages; an installation for programs alone may leave them out."""
    if importlib.util.find_spec("agent_desktop.views") is not None:
        importlib.import_module("agent_desktop.views").setup(app)
