"""Prompts people bring or record: list, hear, put in force, go back, take out of use."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import AfterValidator, Field, StringConstraints

from agent_desktop.api.answers import Shown
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body, Line, Query
from agent_desktop.api.played import players
from agent_desktop.errors import DesktopError, Invalid, NotFound
from agent_desktop.policy import requires
from agent_desktop.workshop import CannotSpeak
from crm_core import prompts
from ivr.errors import VoiceFailed
from ivr.prompts import OWN
from ivr.shelf import PromptShelf
from ivr.uploads import MOST_BYTES, SoundRefused
from ivr.visible import visible

READ, WRITE = requires("prompt", "read"), requires("prompt", "write")
SOUND = "audio/*"
BROUGHT_A_MINUTE = 20
BODY_SECONDS = 60.0
_CHUNK = 65_536


class InUse(DesktopError):  # noqa: N818 - a refusal, not a fault
    """A flow or a queue still plays this prompt."""

    status = 409
    code = "in_use"


class PromptVersionShown(Shown):
    """A prompt as it was put in force; `removed` where that took it out of use."""

    version: int
    title: str
    seconds: float
    source: str
    note: str
    at: datetime
    user_name: str
    removed: bool


class PromptShown(PromptVersionShown):
    """The prompt callers hear; a flow plays it as `sound`, a queue by its name."""

    name: str
    sound: str
    used_by: list[str]  # flow:hotline, queue:service


class PromptShownList(Shown):
    """All prompts in use, by name."""

    items: list[PromptShown]
    next_cursor: None = None


class PromptVersionList(Shown):
    """The versions of a prompt, newest first."""

    items: list[PromptVersionShown]


class Brought(Query):
    """What is told with a sound; `expected_version` is the one it replaces, 0 for a new name."""

    title: Annotated[Line, StringConstraints(min_length=1, max_length=80), AfterValidator(visible)]
    note: Annotated[Line, StringConstraints(max_length=200)] = ""
    source: Literal["file", "microphone"] = "file"
    expected_version: Annotated[int, Field(ge=0)] | None = None


class WhichVersion(Query):
    """One version; the one in force by default."""

    version: Annotated[int, Field(ge=1)] | None = None


class PromptRollBack(Body):
    """The version to put in force again, as a new one."""

    version: Annotated[int, Field(ge=1)]


async def list_own_prompts(ask: Ask) -> PromptShownList:
    """List the prompts people brought or recorded, and who plays them."""
    async with ask.services.database.read() as session:
        found = await prompts.in_force(session, ask.visitor.scope)
        users = await players(ask, session)
    return PromptShownList(items=[_shown(one, users) for one in found])


async def list_prompt_versions(ask: Ask, *, name: str) -> PromptVersionList:
    """List the versions of a prompt, newest first."""
    async with ask.services.database.read() as session:
        found = await prompts.history(session, ask.visitor.scope, name)
    return PromptVersionList(items=[PromptVersionShown.model_validate(one) for one in found])


async def hear_prompt(ask: Ask, *, name: str, query: WhichVersion) -> web.Response:
    """Give a prompt as 16 kHz wav."""
    async with ask.services.database.read() as session:
        found = await prompts.version_of(session, ask.visitor.scope, name, query.version)
    try:
        sound = await shelf(ask).wav(found.digest)
    except FileNotFoundError:
        raise NotFound("The sound of this prompt is not on this machine.") from None
    return web.Response(body=sound, content_type="audio/wav")


async def bring_prompt(ask: Ask, *, name: str, query: Brought) -> PromptShown:
    """Put a sound in force as the prompt's next version: levelled, at 8 and 16 kHz."""
    raw = await _sound(ask.request)
    try:
        taken = await shelf(ask).take(raw)
    except SoundRefused as refused:
        raise Invalid(_sentence(refused), field="sound", code=refused.code) from refused
    except VoiceFailed as missing:
        raise CannotSpeak(_sentence(missing)) from missing
    draft = prompts.Draft(
        title=query.title,
        digest=taken.digest,
        seconds=round(taken.seconds, 2),
        source=query.source,
        note=query.note,
    )
    return await _put(ask, name, draft, query.expected_version)


async def roll_back_prompt(ask: Ask, *, name: str, body: PromptRollBack) -> PromptShown:
    """Let callers hear an earlier version again."""
    async with ask.services.database.read() as session:
        old = await prompts.version_of(session, ask.visitor.scope, name, body.version)
    draft = prompts.Draft(
        title=old.title,
        digest=old.digest,
        seconds=old.seconds,
        source=old.source,
        note=f"version {old.version}",
    )
    return await _put(ask, name, draft, None)


async def take_prompt_out(ask: Ask, *, name: str) -> None:
    """Take a prompt out of use; refused while a flow or a queue plays it."""
    async with ask.services.database.transaction() as session:
        if users := (await players(ask, session)).get(name):
            raise InUse(f"Still played by {', '.join(users)}.", field="name")
        await prompts.take_out(session, ask.visitor.scope, name)
        await shelf(ask).take_out(name)


def shelf(ask: Ask) -> PromptShelf:
    """Return where the sounds are kept; raises CannotSpeak where that is another machine."""
    found = ask.services.shelf
    if found is None:
        raise CannotSpeak("Prompts are not kept in this process.")
    return found


async def _put(ask: Ask, name: str, draft: prompts.Draft, expected: int | None) -> PromptShown:
    """Write the version and its files, or neither."""
    async with ask.services.database.transaction() as session:
        made = await prompts.put(session, ask.visitor.scope, name, draft, expected=expected)
        users = await players(ask, session)
        await shelf(ask).put_in_force(name, draft.digest)
    return _shown(made, users)


async def _sound(request: web.Request) -> bytes:
    """Read the body of an upload, bounded in size and time."""
    if request.content_type != "application/octet-stream" and not request.content_type.startswith(
        "audio/"
    ):
        raise Invalid("Send the sound itself, as audio/*.", field="sound", code="no_sound")
    too_big = f"More than {MOST_BYTES:,} bytes are no prompt."
    raw = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_chunked(_CHUNK):
                raw += chunk
                if len(raw) > MOST_BYTES:
                    raise Invalid(too_big, field="sound", code="sound_too_big")
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return bytes(raw)


def _shown(one: prompts.Version, users: Mapping[str, list[str]]) -> PromptShown:
    version = PromptVersionShown.model_validate(one).model_dump()
    more = {"name": one.name, "sound": f"{OWN}/{one.name}", "used_by": users.get(one.name, [])}
    return PromptShown.model_validate(version | more)


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:300]}."


_ONE = "/prompts/{name}"
OPERATIONS = (
    Operation(method="GET", path="/prompts", handler=list_own_prompts, policy=READ),
    Operation(
        method="GET",
        path=f"{_ONE}/sound",
        handler=hear_prompt,
        policy=READ,
        media_type="audio/wav",
    ),
    Operation(method="GET", path=f"{_ONE}/versions", handler=list_prompt_versions, policy=READ),
    Operation(
        method="POST",
        path=f"{_ONE}/versions",
        handler=bring_prompt,
        policy=WRITE,
        status=201,
        takes=SOUND,
        most_a_minute=BROUGHT_A_MINUTE,
        refusals=(409,),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/roll-back",
        handler=roll_back_prompt,
        policy=WRITE,
        refusals=(409,),
    ),
    Operation(
        method="DELETE",
        path=_ONE,
        handler=take_prompt_out,
        policy=WRITE,
        status=204,
        refusals=(409,),
    ),
)
