"""The pages as the server writes them: who gets which, in which language, and nothing inline."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from agent_desktop.views.doors import own_path
from agent_desktop.views.routes import PAGES

ID = "0191d5a8-0000-7000-8000-000000000001"
SHELL_PAGES = [path.replace("{id}", ID).replace("{part}", "queues") for path, *_ in PAGES]
DOORS = ["/login", "/phone"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Page(HTMLParser):
    """What a security policy would stop, and what a reader gets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.language = ""
        self.ids: list[str] = []
        self.words: list[str] = []
        self._data_block = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found: Mapping[str, str | None] = dict(attributes)
        self.inline += [f"{tag} {name}" for name in found if name == "style" or name[:2] == "on"]
        self._data_block = tag == "script" and found.get("type") == "application/json"
        if tag == "style" or (tag == "script" and not found.get("src") and not self._data_block):
            self.inline.append(tag)
        if tag == "html":
            self.language = found.get("lang") or ""
        self.ids += [name for name in (found.get("id"),) if name]

    def handle_data(self, data: str) -> None:
        if not self._data_block:
            self.words.append(data)

    def handle_endtag(self, _tag: str) -> None:
        self._data_block = False


async def read(browser: Any, path: str, *, language: str = "en", **headers: str) -> Any:
    """Ask for a page as a browser does, without following where it leads."""
    cookies = {"callcenter_language": language}
    browser.client.cookie_jar.update_cookies(cookies, URL(browser.url))
    async with browser.client.get(
        browser.url + path, headers={"Accept": "text/html", **headers}, allow_redirects=False
    ) as answer:
        return answer.status, answer.headers, await answer.text()


@pytest.mark.parametrize(("language", "code"), [("en", "en"), ("zh_CN", "zh-CN")])
async def test_every_page_is_whole_in_its_language_and_carries_nothing_inline(
    house: Any, language: str, code: str
) -> None:
    admin = await house.browser("ada")
    for path in SHELL_PAGES:
        status, headers, text = await read(admin, path, language=language)
        page = Page(text)
        assert status == 200
        assert headers["Content-Type"].startswith("text/html")
        assert page.inline == []
        assert page.language == code
        assert len(page.ids) == len(set(page.ids))
        assert bool(CHINESE.search("".join(page.words).replace("中", ""))) == (code == "zh-CN")


@pytest.mark.parametrize("path", DOORS)
async def test_the_doors_are_open_to_strangers_and_carry_nothing_inline(
    house: Any, path: str
) -> None:
    status, _, text = await read(await house.browser(), path)
    assert status == 200
    assert Page(text).inline == []


async def test_a_stranger_is_taken_to_the_log_in_and_back_later(house: Any) -> None:
    browser = await house.browser()
    for path in SHELL_PAGES:
        status, headers, _ = await read(browser, path)
        assert status == 303
        way = URL(headers["Location"])
        assert (way.path, way.query["next"]) == ("/login", path)


async def test_each_is_taken_to_the_page_of_his_work(house: Any) -> None:
    for username, place in (("anna", "/agent"), ("sue", "/board")):
        status, headers, _ = await read(await house.browser(username), "/")
        assert (status, headers["Location"]) == (303, place)


async def test_an_agent_sees_no_bills_and_no_way_to_them(house: Any) -> None:
    anna = await house.browser("anna")
    status, _, text = await read(anna, "/statements")
    assert status == 403
    assert "You may not see this" in text
    _, _, desk = await read(anna, "/agent")
    assert 'href="/statements"' not in desk
    assert 'href="/customers"' in desk


async def test_a_page_that_is_not_there_says_so_with_its_number_for_the_log(house: Any) -> None:
    status, headers, text = await read(await house.browser("sue"), "/nothing-here")
    assert status == 404
    assert headers["X-Trace-Id"] in text


async def test_the_shell_asks_for_a_page_without_the_shell(house: Any) -> None:
    sue = await house.browser("sue")
    _, _, whole = await read(sue, "/customers")
    _, _, alone = await read(sue, "/customers", **{"X-Page": "1"})
    assert 'class="rail"' in whole
    assert 'class="rail"' not in alone
    assert 'data-page="customers"' in alone


async def test_only_one_with_a_phone_gets_the_phone_column(house: Any) -> None:
    _, _, with_phone = await read(await house.browser("anna"), "/customers")
    _, _, without = await read(await house.browser("sue"), "/customers")
    assert 'id="phone-live"' in with_phone
    assert 'id="phone-live"' not in without


async def test_the_language_is_kept_and_leads_back(house: Any) -> None:
    browser = await house.browser("sue")
    status, headers, _ = await read(browser, "/language/zh_CN?next=/calls%3Fqueue=service")
    assert (status, headers["Location"]) == (303, "/calls?queue=service")
    assert "callcenter_language=zh_CN" in headers["Set-Cookie"]
    status, _, _ = await read(browser, "/language/tlh")
    assert status == 404


async def test_without_a_wish_the_browsers_own_language_counts(house: Any) -> None:
    for accepted, code in (("zh-TW,zh;q=0.9", "zh-CN"), ("en-GB", "en"), ("fr", "zh-CN")):
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{house.url}/login", headers={"Accept-Language": accepted}) as answer,
        ):
            assert Page(await answer.text()).language == code


async def test_a_name_with_markup_is_only_text(house: Any) -> None:
    _, _, text = await read(await house.browser(), "/login?next=/%22%3E%3Cscript%3Ealert(1)")
    assert "<script>alert" not in text
    assert Page(text).inline == []


async def test_the_demo_phone_is_not_there_outside_the_demo(house: Any) -> None:
    assert house.services.demo
    object.__setattr__(house.services, "demo", False)
    status, _, _ = await read(await house.browser(), "/phone")
    object.__setattr__(house.services, "demo", True)
    assert status == 404
    assert replace(house.services).demo


@given(st.text(max_size=30))
def test_a_way_back_never_leads_to_a_foreign_site(path: str) -> None:
    back = URL(own_path(path))
    assert back.host is None
    assert own_path(path).startswith("/")


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", ""],
)
def test_a_foreign_way_back_becomes_the_first_page(path: str) -> None:
    assert own_path(path) == "/"
