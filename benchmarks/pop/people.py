"""Agents at their desks and callers on the trunk, and the moments they see."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from pop.house import PASSWORD
from pop.stories import Center, WebsocketPhone, call_id_of
from websockets.asyncio.client import connect

SCENARIO = Path(__file__).with_name("callers.xml")

INVITED = re.compile(
    r"^-{20,} (\d{4}-\d\d-\d\d)\s+(\d\d:\d\d:\d\d\.\d+).*\n"
    r"UDP message sent.*\n\s*\nINVITE .*\n(?:.+\n)*?From: <sip:(\d+)@",
    re.MULTILINE,
)


@dataclass
class Moments:
    """When each thing happened first, by the caller's number; epoch seconds."""

    invited: dict[str, float] = field(default_factory=dict)
    began: dict[str, float] = field(default_factory=dict)  # raw: first event
    queued: dict[str, float] = field(default_factory=dict)  # raw: the caller waits
    popped: dict[str, float] = field(default_factory=dict)
    rang: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)  # by call id


class Wrong(Exception):  # noqa: N818 - what was measured is not what was asked for
    """A call went otherwise than it must."""


async def seat(stack: AsyncExitStack, center: Center, extension: int, seen: Moments) -> None:
    """Bring one agent to work: signed in, phone registered, desktop open, ready."""
    jar = aiohttp.CookieJar(unsafe=True)
    client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
    headers = {"Origin": center.url}

    async def post(path: str, body: dict[str, str]) -> Any:
        url = f"{center.url}/api/v1{path}"
        async with client.post(url, json=body, headers=headers) as answer:
            told = await answer.json()
            if answer.status >= 300:
                raise Wrong(f"{path}: {told}")
            return told

    session = await post("/session", {"username": f"agent{extension}", "password": PASSWORD})
    headers["X-CSRF-Token"] = session["csrf_token"]
    password = (await post("/me/phone", {}))["password"]
    port = int(center.setting("ASTERISK_HTTP_PORT"))
    phone = await stack.enter_async_context(WebsocketPhone(f"agent-{extension}", port=port))
    if await phone.register(password, expires=600) != 200:
        raise Wrong(f"the phone of {extension} was not registered")
    desk = await stack.enter_async_context(connect((await post("/push-ticket", {}))["url"]))
    for work in (watch_desk(desk, seen), ring(phone, seen)):
        task = asyncio.create_task(work)
        stack.callback(task.cancel)
    await post("/me/state", {"state": "ready"})


async def watch_desk(desk: Any, seen: Moments) -> None:
    """Note each card's arrival and whether it is the right customer's."""
    async for message in desk:
        at = time.time()
        if '"screen_popped"' not in message:
            continue
        notice = json.loads(message)["notice"]
        number = notice["caller_number"][-11:]
        seen.numbers[notice["call_id"]] = number
        if not notice["card"].get("known"):
            continue
        if notice["card"]["matches"][0]["name"] != f"客户 {int(number[3:])}":
            seen.wrong.append(number)
        seen.popped.setdefault(number, at)


async def ring(phone: WebsocketPhone, seen: Moments) -> None:
    """Ring at each INVITE and stop at its CANCEL; nobody answers."""
    invite = ""
    while True:
        request = await phone._requests.get()  # noqa: SLF001 - the stories' phone, its queue
        match request.split(" ", 1)[0]:
            case "INVITE":
                seen.rang.setdefault(call_id_of(request), time.time())
                invite = request
                await phone.respond(invite, "180 Ringing")
            case "CANCEL":
                await phone.respond(request, "200 OK")
                await phone.respond(invite, "487 Request Terminated")
            case "BYE":
                await phone.respond(request, "200 OK")


async def watch_raw(port: int, seen: Moments) -> None:
    """Note each raw frame's arrival."""
    async with connect(f"ws://127.0.0.1:{port}") as socket:
        async for message in socket:
            at, frame = time.time(), json.loads(message)
            when = seen.queued if frame["type"] == "waits" else seen.began
            when.setdefault(frame["caller"][-11:], at)


async def call_in(center: Center, numbers: list[str], *, rate: int, seen: Moments) -> None:
    """Let SIPp place the calls and read from its log when each INVITE was sent."""
    folder = Path(tempfile.mkdtemp(prefix="cc-pop-"))
    (folder / "callers.csv").write_text("SEQUENTIAL\n" + "\n".join(numbers) + "\n")
    (folder / "silence.ul").write_bytes(b"\xff" * 8000)  # Asterisk waits for a caller's sound
    log = folder / "messages.log"
    sipp = await asyncio.create_subprocess_exec(
        *("sipp", "-sf", str(SCENARIO), "-inf", str(folder / "callers.csv")),
        *("-r", str(rate), "-m", str(len(numbers)), "-i", "127.0.0.1", "-nostdin"),
        *("-trace_msg", "-message_file", str(log), f"127.0.0.1:{center.setting('SIP_PORT')}"),
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    status = await asyncio.wait_for(sipp.wait(), 60 + len(numbers) / rate)
    for day, clock, number in INVITED.findall(log.read_text()):
        sent = datetime.fromisoformat(f"{day}T{clock}").astimezone().timestamp()
        seen.invited.setdefault(number, sent)
    shutil.rmtree(folder)
    if status:
        raise Wrong(f"SIPp ended with {status}")
