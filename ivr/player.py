"""Plays a flow on one caller's line: each step in, what came of it out, until the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import structlog

from cti.errors import AgiHangup
from ivr.errors import VoiceFailed
from ivr.flow import (
    NO_FLOWS,
    Answer,
    Ask,
    AskCallback,
    Clip,
    Collect,
    Consult,
    Done,
    End,
    Enqueue,
    Entered,
    Failed,
    Flow,
    Going,
    HangUp,
    Input,
    Left,
    Note,
    Phrase,
    Play,
    Pressed,
    Record,
    Score,
    Silence,
    Spoken,
    State,
    Step,
    Transfer,
    begin,
    next_step,
    phrases_of,
)
from ivr.hearing.ears import Said
from ivr.hearing.words import Wanted
from ivr.line import Line, Recorded

log = structlog.get_logger(__name__)

LATE_PROMPT_SECONDS = 3.0  # a caller waits no longer for a text nobody made ahead
QUIET_SECONDS = 0.8  # after so much silence music plays while another system is asked
_DONE = Done()
_SHORTEST_SECONDS = 0.5  # a recording below it is empty

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


class Around(Protocol):
    """What one call can ask and leave behind."""

    async def consult(self, step: Consult) -> Answer:
        """Answer a step; what it raises is a failure of the step."""
        ...

    def recording(self, node: str) -> Path:
        """Give the file a recording goes to (`.wav`)."""
        ...


class Player:
    """One caller's way through one flow."""

    def __init__(self, line: Line, prompts: Prompts, around: Around, *, on_step: OnStep) -> None:
        self._line = line
        self._prompts = prompts
        self._around = around
        self._on_step = on_step
        self._untold: list[tuple[State, Step, Input]] = []

    async def run(
        self,
        flow: Flow,
        *,
        language: str | None = None,
        data: Mapping[str, str] | None = None,
        library: Mapping[str, Flow] = NO_FLOWS,
    ) -> tuple[State, End]:
        """Play the flow to its end; raises `cti.agi.AgiHangup` when the caller leaves before."""
        began = begin(flow, language=language, data=data, library=library)
        return await self.go_on(flow, *began, library=library)

    async def go_on(
        self, flow: Flow, state: State, step: Step, *, library: Mapping[str, Flow] = NO_FLOWS
    ) -> tuple[State, End]:
        """Play from a step on to the next end; raises as `run`."""
        try:
            while not isinstance(step, Enqueue | Transfer | HangUp):
                given = _DONE if isinstance(step, Note | Score) else await self._told(state, step)
                self._note(state, step, given)
                state, step = next_step(flow, state, given, library=library)
            if isinstance(step, HangUp):
                await self._told(state, step)
            self._note(state, step, _DONE)
        finally:
            self._tell()
        return state, step

    def _note(self, state: State, step: Step, given: Input) -> None:
        """Tell of a step once the next command is on its way: nobody waits for the telling."""
        if not self._untold:
            asyncio.get_running_loop().call_soon(self._tell)
        self._untold.append((state, step, given))

    def _tell(self) -> None:
        told, self._untold = self._untold, []
        for state, step, given in told:
            self._on_step(state, step, given)

    async def _told(self, state: State, step: Going | HangUp) -> Input:
        """Carry a step out; whatever breaks in it is an input of the flow, which has a way on."""
        try:
            return await self._perform(state, step)
        except AgiHangup:
            self._note(state, step, Left())
            raise
        except Exception as error:
            log.exception("flow_step_failed")
            return Failed(repr(error))

    async def _perform(self, state: State, step: Going | HangUp) -> Input:
        match step:
            case Ask():
                return Pressed(step.typed) if step.typed else await self._ask(step)
            case Play() | HangUp():
                return await self._play(step)
            case Collect():
                return await self._collect(step)
            case Record():
                return await self._record(state, step)
            case Note() | Score():
                return _DONE
            case _:
                return await self._consult(step)

    async def _play(self, step: Play | HangUp) -> Input:
        barge_in = isinstance(step, Play) and step.barge_in
        sounds = self._at_hand(step.clips) or await self._sounds(step.clips)
        key = await self._line.play(sounds, barge_in=barge_in) if sounds else ""
        return Pressed(key) if key else _DONE

    async def _ask(self, step: Ask) -> Input:
        sounds = self._at_hand(step.clips) or await self._question(step.clips)
        if step.wanted is not None and self._line.hears(step.wanted):
            said = await self._listen(sounds, step, step.wanted)
            return Pressed(said.keys, said.spoken) if said.keys else Silence()
        key = await self._line.ask(sounds, seconds=step.seconds, barge_in=step.barge_in)
        return Pressed(key) if key else Silence()

    async def _listen(self, sounds: list[str], step: Ask | Collect, wanted: Wanted) -> Said:
        """Play a question that may be answered aloud; a key still cuts it and answers it."""
        key = await self._line.play(sounds, barge_in=step.barge_in)
        return Said(key) if key else await self._line.listen(wanted, seconds=step.seconds)

    async def _collect(self, step: Collect) -> Input:
        if step.complete:
            return Entered(step.typed, ended=True)
        sounds = self._at_hand(step.clips) or await self._question(step.clips)
        if step.wanted is not None and self._line.hears(step.wanted):
            said = await self._listen(sounds, step, step.wanted)
            if said.spoken or not said.keys:
                return Entered(said.keys, ended=bool(said.keys), spoken=said.spoken)
            return await self._collect_on(step, said.keys)
        digits, ended = await self._line.collect(
            sounds,
            seconds=step.seconds,
            most=step.most - len(step.typed),
            terminator=step.terminator,
            barge_in=step.barge_in,
        )
        return Entered(step.typed + digits, ended=ended)

    async def _collect_on(self, step: Collect, key: str) -> Input:
        """Take the keys behind the first one, pressed where digits might have been said."""
        if key == step.terminator:
            return Entered("", ended=True)
        if step.most == 1:
            return Entered(key)
        digits, ended = await self._line.collect(
            [],
            seconds=step.seconds,
            most=step.most - 1,
            terminator=step.terminator,
            barge_in=step.barge_in,
        )
        return Entered(key + digits, ended=ended)

    async def _record(self, state: State, step: Record) -> Input:
        await self._line.play(await self._question(step.clips), barge_in=False)
        file = self._around.recording(step.node)
        made = await self._line.record(file, seconds=step.seconds, silence=step.silence)
        answer = _answer_of(made, file)
        if made.hung_up:
            if step.queue:
                self._note(state, step, answer)
            raise AgiHangup("the caller ended the recording by hanging up")
        return answer

    async def _consult(self, step: Consult) -> Input:
        """Ask another system; music plays when that takes longer than a moment."""
        asking = asyncio.ensure_future(self._around.consult(step))
        try:
            await asyncio.wait({asking}, timeout=QUIET_SECONDS)
            if not asking.done():
                await self._line.music(on=True)
                await self._wait_with(asking)
                await self._line.music(on=False)
            answer = await asking
        finally:
            asking.cancel()
        if isinstance(step, AskCallback) and answer.way == "next":
            await self._line.set_variable("CC_CALLBACK", "taken")  # he has not given up
        return answer

    async def _wait_with(self, asking: asyncio.Future[Answer]) -> None:
        """Wait for another system, but no longer than the caller does."""
        leaving = asyncio.ensure_future(self._line.gone())
        try:
            both: set[asyncio.Future[Any]] = {asking, leaving}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            told = await asyncio.gather(leaving, return_exceptions=True)
        if isinstance(told[0], AgiHangup):
            raise told[0]

    async def _question(self, clips: tuple[Clip, ...]) -> list[str]:
        """Give the sounds of what must not be silent; raises `VoiceFailed` when there are none."""
        sounds = await self._sounds(clips)
        if clips and not sounds:
            raise VoiceFailed("none of the question's prompts can be played")
        return sounds

    def _at_hand(self, clips: tuple[Clip, ...]) -> list[str]:
        """Give the sounds if each is made; else none."""
        names: list[str] = []
        for phrase in phrases_of(clips):
            name = self._prompts.sound(phrase)
            if name is None:
                return []
            names.append(name)
        return names

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
        log.info("prompt_made_late", length=len(clip.text) if isinstance(clip, Spoken) else 0)
        try:
            async with asyncio.timeout(LATE_PROMPT_SECONDS):
                await self._prompts.make(phrase)
        except (VoiceFailed, OSError, TimeoutError) as error:
            log.warning("prompt_left_out", reason=str(error))
            return None
        return self._prompts.sound(phrase)


def _answer_of(made: Recorded, file: Path) -> Answer:
    if made.seconds < _SHORTEST_SECONDS:
        return Answer("empty")
    return Answer("next", {"file": file.name, "seconds": f"{made.seconds:.0f}"})
