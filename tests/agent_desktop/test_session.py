from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from acd.commands import RevokePhoneCredential, SignOut

if TYPE_CHECKING:
    from conftest import House

PASSWORD = "correct horse battery"


async def test_signing_in_sets_a_strict_cookie_and_tells_who_it_is(house: House) -> None:
    browser = await house.browser()
    told = await browser.post("/session", {"username": "Anna", "password": PASSWORD})
    assert told.status == 200
    assert told.body["user"]["username"] == "anna"
    assert told.body["user"]["roles"] == ["agent"]
    assert told.body["user"]["permissions"]["desktop.use"] == "all"
    cookie = told.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie  # served by http here
    again = await browser.get("/session")
    assert again.body["csrf_token"] == told.body["csrf_token"]


async def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(house: House) -> None:
    browser = await house.browser()
    wrong = await browser.post("/session", {"username": "anna", "password": "wrong"})
    nobody = await browser.post("/session", {"username": "nobody", "password": "wrong"})
    for told in (wrong, nobody):
        told.body.pop("trace_id")
    assert (wrong.status, wrong.body) == (nobody.status, nobody.body)
    assert wrong.body["code"] == "bad_credentials"
    assert "Set-Cookie" not in wrong.headers


async def test_ten_failures_make_the_next_try_wait_even_with_the_right_password(
    house: House,
) -> None:
    browser = await house.browser()
    for _ in range(10):
        told = await browser.post("/session", {"username": "anna", "password": "wrong"})
        assert told.status == 401
    told = await browser.post("/session", {"username": "anna", "password": PASSWORD})
    assert (told.status, told.body["code"]) == (429, "too_many_attempts")
    assert int(told.headers["Retry-After"]) > 0
    other = await browser.post("/session", {"username": "bo", "password": PASSWORD})
    assert other.status == 200


async def test_signing_out_ends_the_session_and_takes_the_agent_off_the_board(
    house: House,
) -> None:
    browser = await house.browser("anna")
    told = await browser.ask("DELETE", "/session")
    assert told.status == 204
    assert (await browser.get("/me")).status == 401
    assert [command.agent_id for command in house.engine.of(SignOut)] == [house.id_of("anna")]
    assert house.engine.of(RevokePhoneCredential)[0].endpoint == "agent-1001"


async def test_signing_in_anew_replaces_the_earlier_session(house: House) -> None:
    browser = await house.browser("anna")
    before = next(iter(browser.client.cookie_jar)).value
    await browser.post("/session", {"username": "bo", "password": PASSWORD})
    assert (await browser.get("/me")).body["user"]["username"] == "bo"
    old = {"Cookie": f"callcenter_session={before}"}
    stranger = await house.browser()
    assert (await stranger.ask("GET", "/me", headers=old)).status == 401


async def test_an_idle_session_ends_after_a_quarter_of_an_hour(house: House) -> None:
    browser = await house.browser("anna")
    house.clock.ahead = timedelta(minutes=10)
    assert (await browser.get("/me")).status == 200
    house.clock.ahead = timedelta(minutes=24)
    assert (await browser.get("/me")).status == 200
    house.clock.ahead = timedelta(minutes=40)
    assert (await browser.get("/me")).body["code"] == "not_signed_in"


async def test_a_session_ends_after_twelve_hours_of_use_too(house: House) -> None:
    browser = await house.browser("anna")
    for minutes in range(10, 12 * 60, 10):
        house.clock.ahead = timedelta(minutes=minutes)
        assert (await browser.get("/session")).status == 200
    house.clock.ahead = timedelta(hours=12, minutes=1)
    assert (await browser.get("/session")).status == 401


async def test_a_program_uses_a_bearer_token_without_cookie_and_csrf(house: House) -> None:
    program = await house.program("supervisor")
    assert (await program.get("/board")).status == 200
    assert (await program.post("/push-ticket")).status == 200
    assert (await program.get("/session")).status == 401
    stranger = await house.browser()
    wrong = {"Authorization": "Bearer nonsense"}
    assert (await stranger.ask("GET", "/board", headers=wrong)).status == 401


async def test_the_password_of_a_log_in_is_never_logged(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = await house.browser()
    await browser.post("/session", {"username": "anna", "password": PASSWORD})
    await browser.post("/session", {"username": "anna", "password": "canary-secret-1"})
    await browser.post("/session", {"username": "anna", "password": ["canary-secret-2"]})
    written = "".join(capsys.readouterr())
    assert "canary-secret" not in written
    assert PASSWORD not in written
