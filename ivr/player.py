"""Plays a flow on one caller's line: each step in, what came of it out, until the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeAlias

import structlog

from cti.errors import AgiHangup
from ivr.errors import VoiceFailed
from ivr.flow import (
    Ask,
    Clip,
    Done,
    Enqueue,
    Failed,
    Flow,
    Going,
    HangUp,
    Input,
    Note,
    Phrase,
    Play,
    Pressed,
    Silence,
    State,
    Step,
    Transfer,
    begin,
    next_step,
    phrases_of,
)
from ivr.line import Line

log = structlog.get_logger(__name__)

LATE_PROMPT_SECONDS = 3.0  # a caller waits no longer for a text nobody made ahead

OnStep: TypeAlias = Callable[[State, Step, Input], None]
"""Told of each step when it is done: the state it was taken in, the step, what came of it."""


class Prompts(Protocol):
    """Where the sounds of clips are found."""

    def sound(self, phrase: Phrase) -> str | None:
        """Give the name Asterisk plays for a phrase, None for words that are not made yet."""
        ...

    async def make(self, phrase: Phrase) -> bool:
        """Make one phrase's sound; raises `VoiceFailed` or OSError."""
        ...


class Player:
    """One caller's way through one flow."""

    def __init__(self, line: Line, prompts: Prompts, *, on_step: OnStep) -> None:
        self._line = line
        self._prompts = prompts
        self._on_step = on_step

    async def run(
        self, flow: Flow, *, language: str | None = None, data: Mapping[str, str] | None = None
    ) -> tuple[State, Enqueue | Transfer | HangUp]:
        """Play the flow to its end; raises `cti.agi.AgiHangup` when the caller leaves before."""
        state, step = begin(flow, language=language, data=data)
        while not isinstance(step, Enqueue | Transfer | HangUp):
            given = await self._perform(step)
            self._on_step(state, step, given)
            state, step = next_step(flow, state, given)
        if isinstance(step, HangUp):
            await self._safely(self._play(Play(node=step.node, clips=step.clips, barge_in=False)))
        self._on_step(state, step, Done())
        return state, step

    async def _perform(self, step: Going) -> Input:
        match step:
            case Play():
                return await self._safely(self._play(step))
            case Ask(typed=""):
                return await self._safely(self._ask(step))
            case Ask():
                return Pressed(step.typed)
            case Note():
                return Done()
            case _:
                return Failed("this line cannot do that")

    async def _safely(self, doing: Awaitable[Input]) -> Input:
        """Turn whatever breaks in a step into an input of the flow, which has a way on from it."""
        try:
            return await doing
        except AgiHangup:
            raise
        except Exception as error:
            log.exception("flow_step_failed")
            return Failed(repr(error))

    async def _play(self, step: Play) -> Input:
        sounds = await self._sounds(step.clips)
        key = await self._line.play(sounds, barge_in=step.barge_in) if sounds else ""
        return Pressed(key) if key else Done()

    async def _ask(self, step: Ask) -> Input:
        sounds = await self._sounds(step.clips)
        if step.clips and not sounds:
            return Failed("none of the question's prompts can be played")
        key = await self._line.ask(sounds, seconds=step.seconds, barge_in=step.barge_in)
        return Pressed(key) if key else Silence()

    async def _sounds(self, clips: tuple[Clip, ...]) -> list[str]:
        names: list[str] = []
        for phrase in phrases_of(clips):
            whole = self._prompts.sound(phrase)
            # words from a call's data are not joined ahead: they are played one by one
            parts = [] if whole else [await self._single(clip) for clip in phrase]
            names.extend([whole] if whole else filter(None, parts))
        return names

    async def _single(self, clip: Clip) -> str | None:
        """Give the sound of a clip; one that is missing is made now, or left out of the prompt."""
        phrase = (clip,)
        if sound := self._prompts.sound(phrase):
            return sound
        log.warning("prompt_missing", clip=clip)
        try:
            async with asyncio.timeout(LATE_PROMPT_SECONDS):
                await self._prompts.make(phrase)
        except (VoiceFailed, OSError, TimeoutError) as error:
            log.warning("prompt_left_out", clip=clip, reason=str(error))
            return None
        return self._prompts.sound(phrase)
