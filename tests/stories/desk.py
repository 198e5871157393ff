"""An agent at his desk: the real page in a real browser, used as a person would."""

from typing import Any

from center import PASSWORD, Center, until
from playwright.async_api import Browser, BrowserContext, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


class Desk:
    """One browser window with one agent signed in."""

    def __init__(self, center: Center, context: BrowserContext, page: Page) -> None:
        self.center = center
        self.context = context
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @classmethod
    async def open(
        cls, browser: Browser, center: Center, username: str, *, lands: str = "/agent"
    ) -> "Desk":
        context = await browser.new_context(viewport={"width": 1280, "height": 720})
        desk = cls(center, context, await context.new_page())
        await desk.page.goto(f"{center.url}/login")
        await desk.page.fill("#username", username)
        await desk.page.fill("#password", PASSWORD)
        await desk.page.click("#login-form button[type=submit]")
        await desk.page.wait_for_url(f"**{lands}", timeout=30_000)
        return desk

    async def ask(self, script: str) -> Any:
        return await self.page.evaluate(script)

    async def registered(self) -> None:
        await self._phone_says("registration", "registered", seconds=30)

    async def ready(self) -> None:
        """Set ready once the phone is registered, and see it on the page."""
        await self.ready_for_call()
        await self.state("ready")

    async def ready_for_call(self) -> None:
        """Press r until the agent is no longer not ready: a waiting call may come at once."""
        await self.registered()
        await until("the agent is ready", self._leave_not_ready, seconds=25)

    async def _leave_not_ready(self) -> bool:
        """Press r, and again only when it was in vain: a second r would take it back."""
        away = ".s-not_ready, .s-offline"
        if not await self.page.locator(f"#state-button:is({away})").count():
            return True
        try:
            async with self.page.expect_request("**/me/state", timeout=2000) as pressed:
                await self.page.locator("body").press("r")
        except PlaywrightTimeoutError:
            return False  # the page itself knows why not: the microphone, the phone line
        answer = await (await pressed.value).response()
        if answer is None or not answer.ok:
            return False
        await self.page.wait_for_selector(f"#state-button:not({away})")
        return True

    async def state(self, state: str, *, seconds: float = 25) -> None:
        await self.page.wait_for_selector(f"#state-button.s-{state}", timeout=seconds * 1000)

    async def rings(self, *, seconds: float = 30) -> None:
        await self._phone_says("state", "ringing", seconds=seconds)

    async def answer(self) -> None:
        await self.page.click('[data-key="answer"]:not([disabled])', timeout=30_000)
        await self.talks()

    async def take_call(self) -> None:
        """Answer, and see that the board knows: the phone itself talks before the switch does."""
        await self.answer()
        await self.state("talking")

    async def talks(self, *, seconds: float = 25) -> None:
        await self._phone_says("state", "talking", seconds=seconds)

    async def _phone_says(self, what: str, answer: str, *, seconds: float) -> None:
        # Not wait_for_function: the page's security policy forbids what it evaluates.
        async def says() -> bool:
            return bool(await self.ask(f"window.callcenterPhone?.{what}() === '{answer}'"))

        await until(f"the phone's {what} is {answer}", says, seconds=seconds, step=0.05)

    async def hang_up(self) -> None:
        await self.page.click('[data-key="hang-up"]')

    async def hears_and_speaks(self, packets: int = 50, *, seconds: float = 25) -> None:
        """Wait until so many RTP packets more came in and went out."""
        before = await self.ask("window.callcenterPhone.stats()")

        async def flowing() -> bool:
            now = await self.ask("window.callcenterPhone.stats()")
            return (
                now["inbound"] - before["inbound"] >= packets
                and now["outbound"] - before["outbound"] >= packets
            )

        await until(f"{packets} RTP packets both ways", flowing, seconds=seconds)

    async def moments(self, call_id: str) -> dict[str, float]:
        """Return when (milliseconds of the page) what came first of a call."""
        marks = await self.ask("window.callcenterTimeline")
        return {mark["what"]: mark["at"] for mark in marks if mark["callId"] == call_id}

    async def card_says(self, text: str, *, seconds: float = 25) -> None:
        await self.page.locator("#page", has_text=text).wait_for(timeout=seconds * 1000)

    async def close(self) -> None:
        await self.context.close()
        assert self.errors == []
