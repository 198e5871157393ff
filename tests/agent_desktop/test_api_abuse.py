"""A walk over every operation of the API with what nobody should send: told plainly, never 5xx."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from yarl import URL

from agent_desktop.api.openapi import document
from agent_desktop.api.routes import OPERATIONS
from agent_desktop.testing import call
from crm_core.calls import CallOpening, open_call
from crm_core.ids import new_id

if TYPE_CHECKING:
    from conftest import Browser, House

LONGEST_WALK = 30.0  # seconds
DESCRIBED = document(OPERATIONS, version="1")
JSON = "application/json"
PROBLEM = {"code", "field", "message", "trace_id"}

DEEP: Any = []
for _ in range(200):
    DEEP = [DEEP]

VALUES: list[Any] = [
    *(None, True, 0, -1, 2**63, 10**30, 1.5, -1e308, [], {}, [None], {"a": {"b": []}}, DEEP),
    *("", " ", "x" * 30_000, "\x00", "\x1b[31m", "a\r\nb", "\u202e\u2066", "\ufffe", "𝕏" * 300),
    *("'; DROP TABLE call;--", "{{7*7}}", "${jndi:x}", "../../etc/passwd", "NaN", "%00", "null"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00", "1e400", str(uuid4())),
]
RAW = [  # values that json.dumps does not write
    *(b"NaN", b"-Infinity", b"1e99999", b"-0", b"1" * 5000, b'"\\ud800"', b'"\\u0000"'),
    *(b'{"a":1,"a":2}', b'"\xff\xfe"', b"[" * 60_000, b"{" * 2000, b"tru", b"'x'", b"// x"),
]
BODIES = [b"", b" ", b"null", b"0", b'"x"', b"[]", b"[[]]", b"{", b"}", b"\x00", b"\xef\xbb\xbf{}"]
QUERY_VALUES = [
    *("", " ", "0", "-1", "1.5", "1e9", "9" * 400, "NaN", "true", "[]", "null", "x" * 4000),
    *("\x00", "a\r\nb", "\u202e", "%", "_", "\\", "*", "' or 1=1 --", "..%2f..", "𝕏"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-13", "0000-00", "-2026-01", "9999-12"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00", "2026-01-01T00:00:00"),
    *("Asia/Shanghai", "../../etc/localtime", "Etc/GMT+12", "localtime", str(uuid4())),
]
PATHS = [
    *("0", "-1", "..", "../..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "%ff", "%0d%0a", ";"),
    *(
        "x" * 2000,
        "{call_id}",
        "null",
        "*",
        "%20",
        "%d9%a3",
        "00000000-0000-0000-0000-000000000000",
    ),
    *(str(uuid4()), "{" + str(uuid4()) + "}", "urn:uuid:" + str(uuid4()), uuid4().hex + "/"),
]


@dataclass
class Walker:
    """Sends what it is told, and keeps every answer that breaks a promise."""

    house: House
    browser: Browser
    admin: Browser  # asks again where an agent may not
    ids: dict[str, str]
    broken: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)  # by status

    async def send(self, method: str, path: str, body: bytes | None = None) -> None:
        if await self._send(self.browser, method, path, body) == 403:
            await self._send(self.admin, method, path, body)

    async def _send(self, browser: Browser, method: str, path: str, body: bytes | None) -> int:
        headers = {**browser.headers, **({"Content-Type": JSON} if body is not None else {})}
        url = URL(self.house.url + path, encoded=True)
        async with browser.client.request(
            method, url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            if answer.status == 429:  # a minute passes, and the door opens again
                self.house.clock.ahead += timedelta(seconds=61)
            text = await answer.text()
            what = f"{method} {path[:200]} {(body or b'')[:120]!r}"
            self._judge(what, answer.status, answer.content_type, text)
            return answer.status

    def _judge(self, what: str, status: int, kind: str, text: str) -> None:
        self.answers[status] += 1
        if status >= 500:
            self.broken.append(f"{status} for {what}: {text[:200]}")
        elif status >= 400 and " /api/" in what:
            told = json.loads(text) if kind == JSON else {}
            if set(told) != PROBLEM or not all(told[key] for key in PROBLEM - {"field"}):
                self.broken.append(f"{status} without a problem for {what}: {text[:200]}")

    def path_of(self, template: str) -> str:
        for name, value in self.ids.items():
            template = template.replace(f"{{{name}}}", value)
        return template


@pytest.fixture
async def walker(house: House) -> AsyncIterator[Walker]:
    """An agent who signed in, with a customer, a ticket and a call of his own."""
    browser = await house.browser("anna")
    contact = (await browser.post("/customers", {"name": "张三"})).body["contact_id"]
    ticket = (await browser.post("/tickets", {"subject": "x"})).body["ticket_id"]
    call_id = new_id()
    opening = CallOpening(call_id=call_id, direction="inbound", started_at=datetime.now(UTC))
    async with house.services.database.transaction() as session:
        await open_call(session, house.scope, opening)
    await house.engine.tell(call(call_id, agent_id=house.id_of("anna")))
    ids = {"contact_id": contact, "ticket_id": ticket, "call_id": str(call_id)}
    admin = await house.program("admin")
    found = Walker(house, browser, admin, {**ids, "statement_id": str(uuid4())})
    began = time.process_time()
    yield found
    assert found.broken == []
    assert time.process_time() - began < LONGEST_WALK
    assert (await browser.get("/me")).status == 200  # and the house still stands


def operations(part: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give method, path and description of the operations that have this part."""
    for path, methods in DESCRIBED["paths"].items():
        for method, described in methods.items():
            if part in json.dumps(described):
                yield method.upper(), path, described


def plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and take the first of several choices."""
    if "$ref" in schema:
        return plain(DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return plain(schema[key][0])
    return schema


def example(schema: dict[str, Any]) -> Any:
    """Return a value that fits the schema nearly always."""
    found = plain(schema)
    if "enum" in found or "const" in found:
        return found.get("const") or found["enum"][0]
    kind = found.get("type", "object")
    if kind == "object":
        fields = found.get("properties", {})
        return {name: example(part) for name, part in fields.items()}
    samples = {"string": "1001", "integer": 1, "number": 1, "boolean": False}
    return [example(found["items"])] if kind == "array" else samples[kind]


def spoiled(good: dict[str, Any]) -> Iterator[bytes]:
    """Spoil one field after the other in every way, and the whole too."""
    yield from BODIES
    yield from RAW
    yield json.dumps(DEEP).encode()
    yield json.dumps({**good, "tenant_id": str(uuid4())}).encode()
    yield json.dumps({**good, "__proto__": {}, "": 1}).encode()
    for name in good:
        missing = deepcopy(good)
        del missing[name]
        yield json.dumps(missing).encode()
        for value in VALUES:
            yield json.dumps({**good, name: value}).encode()
        for raw in RAW[:8]:
            marked = json.dumps({**good, name: "MARK"}).encode()
            yield marked.replace(b'"MARK"', raw)


async def test_no_body_breaks_an_operation(walker: Walker) -> None:
    for method, path, described in operations('"requestBody"'):
        shape = described["requestBody"]["content"].get(JSON)  # else it is a file, sound for one
        good = example(shape["schema"]) if shape else {}
        for body in spoiled(good):
            await walker.send(method, walker.path_of(path), body)
    assert walker.answers[400] > 1000
    assert walker.answers[200] + walker.answers[201] + walker.answers[202] > 80


async def test_no_query_breaks_an_operation(walker: Walker) -> None:
    for method, path, described in operations('"in": "query"'):
        names = [part["name"] for part in described["parameters"] if part["in"] == "query"]
        for name in [*names, "unknown", "__proto__"]:
            for value in QUERY_VALUES:
                await walker.send(method, f"{walker.path_of(path)}?{name}={quote(value)}")
        for ending in ("?", "?&&&", "?=", "?%", "?%ff=%ff", "?" + "&".join(["limit=1"] * 900)):
            await walker.send(method, walker.path_of(path) + ending)
    assert walker.answers[400] > 1000
    assert walker.answers[200] > 100


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("0001-01-01", "9999-12-31"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("2026-01-01T00:00:00Z", "2126-01-01T00:00:00Z"),
        ("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    ],
)
async def test_no_period_is_too_long_to_answer_soon(walker: Walker, first: str, last: str) -> None:
    for method, path, _ in operations('"name": "from"'):
        for interval in ("15min", "hour", "day", "month"):
            query = f"from={quote(first)}&to={quote(last)}&interval={interval}"
            await walker.send(method, f"{path}?{query}")


async def test_no_path_breaks_an_operation(walker: Walker) -> None:
    for method, path, described in operations('"in": "path"'):
        good = b"{}" if "requestBody" in described else None
        for trick in PATHS:
            before, _, after = path.partition("{")
            await walker.send(method, before + trick + after.partition("}")[2], good)
    for trick in PATHS:
        for page in ("customers", "tickets", "calls", "statements", "static"):
            await walker.send("GET", f"/{page}/{trick}")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            await walker.send(method, f"/api/v1/{trick}")
