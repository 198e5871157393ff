"""An agent asks a colleague while the customer is held, and hands over when both agree."""

from pathlib import Path

import pytest
from callers import ZHANG_SAN, calling, nothing_left_behind
from center import Center, opened, until
from desk import Desk
from playwright.async_api import Browser

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


async def second_call(desk: Desk, state: str) -> None:
    async def says() -> bool:
        return bool(await desk.ask(f"window.callcenterPhone.second() === '{state}'"))

    await until(f"the second call is {state}", says)


async def ask_first(desk: Desk, name: str, note: str) -> None:
    await desk.page.click('[data-key="transfer"]')
    await desk.page.fill("#transfer-to", name)
    await desk.page.locator("#transfer-targets [role=option]").first.click()
    await desk.page.fill("#phone-more textarea", note)
    await desk.page.click('[data-key="consult"]')


async def test_asked_gone_back_asked_again_then_joined(home: Path, browser: Browser) -> None:
    async with opened(Center.plan(home)) as center:
        wang = await Desk.open(browser, center, "wangmin")
        li = await Desk.open(browser, center, "liqiang")
        await wang.ready()
        async with nothing_left_behind(center):
            async with calling(center) as caller:
                await caller.press("2")
                await wang.rings()
                await wang.answer()
                await li.registered()
                await ask_first(wang, "李强", "")
                await li.rings()
                await wang.state("consulting")
                await wang.page.click('[data-key="back"]')
                await second_call(wang, "idle")
                await wang.state("talking")
                await wang.hears_and_speaks(20)
                await ask_first(wang, "李强", "wants a written quote")
                await li.rings()
                await li.answer()
                await second_call(wang, "talking")
                await li.hears_and_speaks(20)
                await wang.page.click('[data-key="swap"]')
                await wang.hears_and_speaks(20)
                await wang.page.click('[data-key="swap"]')
                await li.hears_and_speaks(20)
                await wang.page.click('[data-key="join"]')
                await wang.state("wrap_up")
                await li.state("talking")
                await li.card_says("张三")
                await li.card_says("wants a written quote")
                await li.hears_and_speaks(20)
                assert not await caller.ended(0)
            detail = await center.ended_call(ZHANG_SAN)
            assert detail["outcome"] == "answered"
            assert [one["kind"] for one in detail["transfers"]] == ["attended"]
            assert detail["agent_name"] in {"王敏", "李强"}
        await wang.close()
        await li.close()
