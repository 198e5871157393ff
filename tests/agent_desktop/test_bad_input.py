from __future__ import annotations

import asyncio
import io
import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from conftest import House, Told


def is_problem(told: Told) -> bool:
    return (
        isinstance(told.body, dict)
        and set(told.body) == {"code", "field", "message", "trace_id"}
        and told.body["trace_id"] == told.headers["X-Trace-Id"]
        and "Traceback" not in told.body["message"]
        and "SELECT" not in told.body["message"].upper().split()
    )


BODIES: list[tuple[str, bytes, str | None]] = [
    ("not json", b"state=ready", None),
    ("an array", b"[]", None),
    ("a text", b'"ready"', None),
    ("null", b"null", None),
    ("nothing", b"", "state"),
    ("an empty object", b"{}", "state"),
    ("a wrong type", b'{"state": 1}', "state"),
    ("a list for a word", b'{"state": ["ready"]}', "state"),
    ("an unknown word", b'{"state": "sleeping"}', "state"),
    ("an unknown field", b'{"state": "ready", "agent_id": "x"}', "agent_id"),
    ("NaN", b'{"state": NaN}', "state"),
    ("a number too large", b'{"state": 1e400}', "state"),
    ("deep nesting", b'{"state": ' + b"[" * 5000 + b"]" * 5000 + b"}", None),
    ("a broken surrogate", b'{"state": "not_ready", "reason": "\\ud800"}', None),
    ("a NUL", b'{"state": "not_ready", "reason": "a\\u0000b"}', "reason"),
    ("bad UTF-8", b'{"state": "\xff\xfe"}', None),
    ("half a body", b'{"state": "rea', None),
    ("a reason without a state", b'{"reason": "lunch"}', "state"),
    ("a reason to be ready", b'{"state": "ready", "reason": "lunch"}', None),
    ("a long reason", b'{"state": "not_ready", "reason": "' + b"x" * 400 + b'"}', "reason"),
    ("UTF-16", '{"state": "ready"}'.encode("utf-16"), None),
    ("a byte order mark", b"\xef\xbb\xbf{}", None),
]


@pytest.mark.parametrize(
    ("body", "field"), [one[1:] for one in BODIES], ids=[b[0] for b in BODIES]
)
async def test_a_body_that_does_not_fit_names_its_field(
    house: House, body: bytes, field: str | None
) -> None:
    browser = await house.browser("anna")
    browser.headers["Content-Type"] = "application/json"
    before = len(house.engine.given)
    told = await browser.ask("POST", "/me/state", data=body)
    assert (told.status, told.body["code"]) == (400, "invalid")
    assert is_problem(told)
    if field is not None:
        assert told.body["field"] == field
    assert all("state" not in command.type for command in house.engine.given[before:])


async def test_a_field_given_twice_means_its_last_value(house: House) -> None:
    browser = await house.browser("anna")
    browser.headers["Content-Type"] = "application/json"
    body = b'{"state": "offline", "state": "ready"}'
    assert (await browser.ask("POST", "/me/state", data=body)).status == 202
    assert house.engine.given[-1].type == "set_ready"


async def test_a_huge_body_is_refused(house: House) -> None:
    browser, stranger = await house.browser("anna"), await house.browser()
    for asker, path, size in (
        (browser, "/me/state", 10_000_000),
        (stranger, "/session", 1_000_000),
    ):
        asker.headers["Content-Type"] = "application/json"
        told = await asker.ask("POST", path, data=io.BytesIO(b'"' + b"x" * size + b'"'))
        assert (told.status, told.body["code"]) == (413, "too_large")
        assert is_problem(told)


async def test_a_packed_body_is_not_unpacked(house: House) -> None:
    browser = await house.browser("anna")
    browser.headers |= {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    told = await browser.ask("POST", "/me/state", data=b"\x1f\x8b\x08\x00" + b"\x00" * 100)
    assert told.status == 400


async def test_another_media_type_is_refused(house: House) -> None:
    browser = await house.browser("anna")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        browser.headers["Content-Type"] = kind
        told = await browser.ask("POST", "/me/state", data=b'{"state":"ready"}')
        assert (told.status, told.body["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=1000000", "limit"),
        ("limit=NaN", "limit"),
        ("limit=1&limit=2", "limit"),
        ("sort=(select+1)", "sort"),
        ("order=desc;--", "order"),
        ("cursor=nonsense", "cursor"),
        ("q=%00", "q"),
        ("q=" + "x" * 500, "q"),
        ("q=a%0d%0ab", "q"),
    ],
)
async def test_a_query_that_does_not_fit_names_its_part(
    house: House, query: str, field: str
) -> None:
    browser = await house.browser("anna")
    told = await browser.ask("GET", f"/customers?{query}")
    assert told.status == 400, told.body
    assert is_problem(told)
    assert told.body["field"] == field


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE contact;--", "%", "_", "\\", "🙂", "ＡＢＣ", "\u202e"]
)
async def test_odd_search_words_find_nothing_and_harm_nothing(house: House, text: str) -> None:
    browser = await house.browser("anna")
    told = await browser.get("/customers", q=text)
    assert (told.status, told.body["items"]) == (200, [])


@pytest.mark.parametrize(
    "made_up",
    ["1", "0", "-1", "abc", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%00", "x" * 300, "', 1=1"],
)
async def test_ids_that_name_nothing_all_get_the_same_answer(house: House, made_up: str) -> None:
    browser = await house.browser("anna")
    absent = await browser.get(f"/customers/{uuid4()}")
    told = await browser.get(f"/customers/{made_up}")
    assert absent.status == told.status == 404
    for one in (absent, told):
        assert is_problem(one)
        one.body.pop("trace_id")
    assert (
        absent.body
        == told.body
        == {
            "code": "not_found",
            "field": None,
            "message": "There is no such thing.",
        }
    )


async def test_unknown_paths_and_methods_are_told_in_the_same_shape(house: House) -> None:
    stranger = await house.browser()
    for path in ("/nothing", "/", "/me/", "//"):
        told = await stranger.get(path)
        assert told.status == 404, path
        assert is_problem(told)
    told = await stranger.ask("DELETE", "/customers")
    assert (told.status, told.body["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Basic JywnJyxzbGVlcCg1KSkj"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer " + "x" * 4000},
        {"Authorization": "Bearer ' or 1=1 --"},
        {"Cookie": "callcenter_session=' or 1=1 --"},
        {"Cookie": "callcenter_session=" + "x" * 4000},
        {"Cookie": "callcenter_session="},
        {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-User": "ada"},
    ],
)
async def test_forged_headers_let_nobody_in(house: House, headers: dict[str, str]) -> None:
    stranger = await house.browser()
    told = await stranger.ask("GET", "/me", headers=headers)
    assert (told.status, told.body["code"]) == (401, "not_signed_in")


async def test_a_foreign_host_name_is_not_answered(house: House) -> None:
    browser = await house.browser("anna")
    for host in ("evil.example", "127.0.0.1", "127.0.0.1:1"):
        browser.headers["Host"] = host
        told = await browser.get("/me")
        assert (told.status, told.body["field"]) == (400, "Host")


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
async def test_broken_http_gets_400_and_the_server_goes_on(
    house: House, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(raw)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 10)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
    assert b"Traceback" not in answer
    writer.close()
    await writer.wait_closed()
    health = (await (await house.browser()).get("/healthz")).body
    assert health == {
        "status": "ok",
        "engine": {"lead": 0, "leading": False, "standby": False},
    }
    assert all(record.exc_info is None for record in caplog.records)
    assert all(record.levelname in {"INFO", "DEBUG"} for record in caplog.records)


LONG_NAME = "王" * 121


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": LONG_NAME}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a", "vip": "maybe"}, "vip"),
        ({"name": "a", "tags": "vip"}, "tags"),
        ({"name": "a", "tags": ["x"] * 21}, "tags"),
        ({"name": "a", "account_id": "1"}, "account_id"),
        ({"name": "a", "account_id": str(uuid4())}, "account_id"),
        ({"name": "a", "contact_points": [{"value": "12x"}]}, "value"),
        (
            {"name": "a", "contact_points": [{"kind": "pigeon", "value": "1"}]},
            "contact_points.0.kind",
        ),
        ({"name": "a", "contact_points": [{"value": 1}]}, "contact_points.0.value"),
        ({"name": "a", "tenant_id": str(uuid4())}, "tenant_id"),
    ],
)
async def test_a_customer_that_does_not_fit_is_not_half_made(
    house: House, body: dict[str, Any], field: str
) -> None:
    browser = await house.browser("anna")
    told = await browser.post("/customers", body)
    assert told.status == 400, told.body
    assert told.body["field"] == field
    assert (await browser.get("/customers")).body["items"] == []


async def test_names_of_any_script_come_back_as_they_were_written(house: House) -> None:
    browser = await house.browser("anna")
    for name in (
        "<img src=x onerror=alert(1)>",
        "=cmd|' /C calc'!A0",
        "王敏 👩‍💼",
        "%s%n",
        "O'Hara",
    ):
        made = await browser.post("/customers", {"name": name})
        assert made.status == 201, made.body
        read = await browser.get(f"/customers/{made.body['contact_id']}")
        assert read.body["name"] == name
        assert json.dumps(read.body)
