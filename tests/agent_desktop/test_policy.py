from __future__ import annotations

import re
import socket
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web

from agent_desktop.api.operation import PREFIX, Operation
from agent_desktop.api.routes import OPERATIONS
from agent_desktop.app import create_app
from agent_desktop.policy import POLICIES, PUBLIC
from agent_desktop.services import Services
from crm_core.people.roles import ROLE_PERMISSIONS

if TYPE_CHECKING:
    from conftest import Browser, House, Told

# What each role may do, by the operation's policy: written here by hand, so that a change of a
# role or of a policy is seen. A missing policy fails.
ALLOWED = {
    "public": {"nobody", "agent", "supervisor", "admin"},
    "signed in": {"agent", "supervisor", "admin"},
    "desktop.use": {"agent", "supervisor", "admin"},
    "board.read": {"agent", "supervisor", "admin"},
    "call.read": {"agent", "supervisor", "admin"},
    "call.dial": {"agent", "supervisor", "admin"},
    "call.write": {"agent", "supervisor", "admin"},
    "call.hang_up": {"agent", "supervisor", "admin"},
    "call.transfer": {"agent", "supervisor", "admin"},
    "agent.force_state": {"supervisor", "admin"},
    "customer.read": {"agent", "supervisor", "admin"},
    "customer.create": {"agent", "supervisor", "admin"},
    "customer.write": {"agent", "supervisor", "admin"},
    "customer.set_pin": {"supervisor", "admin"},
    "ticket.read": {"agent", "supervisor", "admin"},
    "ticket.create": {"agent", "supervisor", "admin"},
    "ticket.write": {"agent", "supervisor", "admin"},
    "statement.read": {"supervisor", "admin"},
    "queue.read": {"supervisor", "admin"},
    "queue.write": {"supervisor", "admin"},
    "number.read": {"supervisor", "admin"},
    "number.write": {"supervisor", "admin"},
    "number.close": {"supervisor", "admin"},
    "user.create": {"admin"},
    "flow.read": {"supervisor", "admin"},
    "flow.write": {"admin"},
    "prompt.read": {"supervisor", "admin"},
    "prompt.write": {"supervisor", "admin"},
    "report.read": {"agent", "supervisor", "admin"},
    "report.read of all": {"supervisor", "admin"},
    "report.export of all": {"supervisor", "admin"},
}
SIGNS_OUT = "DELETE /session"


def test_every_route_has_a_policy(services: Services) -> None:
    app = create_app(services)
    routes = list(app.router.routes())
    assert len(routes) > 20
    assert [str(route) for route in routes if route not in app[POLICIES]] == []


async def slipped(_: web.Request) -> web.Response:
    return web.Response(text="open")


async def test_a_route_that_slipped_past_its_policy_is_refused_to_everyone(
    services: Services,
) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(replace(services, origins=frozenset({url})))
    app.router.add_get("/slipped", slipped)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    async with aiohttp.ClientSession() as client, client.get(url + "/slipped") as answer:
        assert answer.status == 403
    await runner.cleanup()


def test_only_known_routes_are_public(services: Services) -> None:
    app = create_app(services)
    public = {
        f"{route.method} {route.resource.canonical}"
        for route, policy in app[POLICIES].items()
        if policy.public and route.resource is not None and "/static" not in str(route.resource)
    }
    api = {one for one in public if "/api/" in one}
    assert api == {
        "POST /api/v1/session",
        "POST /api/v1/demo/phone",
        "GET /api/v1/openapi.json",
    }
    assert "GET /healthz" in public


@pytest.mark.parametrize("role", sorted(ROLE_PERMISSIONS))
async def test_each_role_may_use_exactly_its_routes(house: House, role: str) -> None:
    browser = await house.browser({"agent": "anna", "supervisor": "sue", "admin": "ada"}[role])
    for operation in OPERATIONS:
        name = f"{operation.method} {operation.path}"
        if name == SIGNS_OUT:
            continue
        told = await attempt(browser, operation)
        may = role in ALLOWED[str(operation.policy)]
        assert (told.status != 403) == may, (name, told.body)
        assert told.status < 500, (name, told.body)


async def test_nobody_may_use_anything_but_what_is_public(house: House) -> None:
    stranger = await house.browser()
    for operation in OPERATIONS:
        told = await attempt(stranger, operation)
        is_public = "nobody" in ALLOWED[str(operation.policy)]
        refused = told.status == 401 and told.body["code"] == "not_signed_in"
        assert refused != is_public, (operation.path, told.body)


async def test_unsafe_routes_ask_a_session_for_its_csrf_token(house: House) -> None:
    browser = await house.browser("ada")
    token = browser.headers.pop("X-CSRF-Token")
    for sent in (None, "", "wrong", token[:-1]):
        browser.headers = {"Origin": house.url}
        if sent is not None:
            browser.headers["X-CSRF-Token"] = sent
        for operation in OPERATIONS:
            if operation.method != "GET" and operation.policy is not PUBLIC:
                told = await attempt(browser, operation)
                assert (told.status, told.body["code"]) == (403, "csrf_failed"), operation.path


async def test_one_sessions_csrf_token_does_not_fit_another(house: House) -> None:
    anna, bo = await house.browser("anna"), await house.browser("bo")
    bo.headers["X-CSRF-Token"] = anna.headers["X-CSRF-Token"]
    assert (await bo.post("/me/state", {"state": "ready"})).body["code"] == "csrf_failed"


async def test_unsafe_requests_of_foreign_pages_are_refused(house: House) -> None:
    browser = await house.browser("anna")
    for foreign in ("http://evil.example", "null", house.url + ".evil.example"):
        browser.headers["Origin"] = foreign
        told = await browser.post("/me/state", {"state": "ready"})
        assert (told.status, told.body["code"]) == (403, "origin_not_allowed")
        stranger = await house.browser()
        stranger.headers["Origin"] = foreign
        told = await stranger.post("/session", {"username": "anna", "password": "x"})
        assert told.body["code"] == "origin_not_allowed"


async def attempt(browser: Browser, operation: Operation) -> Told:
    """Ask for the operation with ids that name nothing and a body that says nothing."""
    path = re.sub(r"\{\w+\}", lambda _: str(uuid4()), operation.path)
    more = {} if operation.method == "GET" else {"json": {}}
    return await browser.ask(operation.method, PREFIX + path, **more)
