"""All operations of the API, their routes, the OpenAPI document and the health check."""

from __future__ import annotations

import json
from importlib.metadata import version

from aiohttp import web

from agent_desktop.api import (
    agents,
    board,
    callbacks,
    calls,
    configuration,
    configuring,
    customers,
    flow_publishing,
    flows,
    me,
    messages,
    phone,
    pins,
    plan_parts,
    plans,
    prompts,
    reports,
    route_simulator,
    session,
    statements,
    surveys,
    tickets,
    timeline,
    what_if,
)
from agent_desktop.api.health import show_health
from agent_desktop.api.openapi import document
from agent_desktop.api.operation import PREFIX, Ask, Operation
from agent_desktop.policy import FILES, PUBLIC, add_route

_DOCUMENT: web.AppKey[bytes] = web.AppKey("openapi_document", bytes)


async def show_document(ask: Ask) -> web.Response:
    """Describe this API as OpenAPI 3.1."""
    return web.Response(body=ask.request.app[_DOCUMENT], content_type="application/json")


OPERATIONS: tuple[Operation, ...] = (
    *session.OPERATIONS,
    *me.OPERATIONS,
    *phone.OPERATIONS,
    *board.OPERATIONS,
    *agents.OPERATIONS,
    *calls.OPERATIONS,
    *callbacks.OPERATIONS,
    *messages.OPERATIONS,
    *customers.OPERATIONS,
    *pins.OPERATIONS,
    *timeline.OPERATIONS,
    *tickets.OPERATIONS,
    *statements.OPERATIONS,
    *reports.OPERATIONS,
    *surveys.OPERATIONS,
    *what_if.OPERATIONS,
    *plans.OPERATIONS,
    *plan_parts.OPERATIONS,
    *route_simulator.OPERATIONS,
    *configuration.OPERATIONS,
    *configuring.OPERATIONS,
    *flows.OPERATIONS,
    *flow_publishing.OPERATIONS,
    *prompts.OPERATIONS,
    Operation(method="GET", path="/openapi.json", handler=show_document, policy=PUBLIC),
)


def setup(app: web.Application) -> None:
    """Register every operation with its policy."""
    described = document(OPERATIONS, version=version("callcenter"))
    app[_DOCUMENT] = json.dumps(described, ensure_ascii=False).encode()
    for operation in OPERATIONS:
        path = PREFIX + operation.path
        add_route(app, operation.method, path, operation.serve, operation.policy)
    add_route(app, "GET", "/healthz", show_health, FILES)
