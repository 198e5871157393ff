"""Prompts turned into clips in the caller's language, and all a flow's callers can hear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ivr.flow.model import Flow
from ivr.flow.pieces import Part, Prompt, Question, SoundPart, TextPart, ValuePart
from ivr.flow.steps import Clip, Phrase, Sound, Spoken
from ivr.flow.talking import SayNode
from ivr.flow.values import value_clips, vocabulary

_NOTHING: Mapping[str, str] = {}


def prompt_clips(
    prompt: Prompt, language: str, data: Mapping[str, str] = _NOTHING
) -> tuple[Clip, ...]:
    """Give the clips of a prompt for a caller who hears `language`; values come from `data`."""
    return tuple(clip for part in prompt for clip in _clips(part, language, data))


def flow_clips(
    flow: Flow, name: str, language: str, data: Mapping[str, str] = _NOTHING
) -> tuple[Clip, ...]:
    """Give the clips of a flow's prompt; one that says no value is worked out once a language."""
    kept = flow.fixed_clips.get((name, language))
    if kept is not None:
        return kept
    prompt = flow.prompts[name]
    clips = prompt_clips(prompt, language, data)
    if not any(isinstance(part, ValuePart) for part in prompt):
        flow.fixed_clips[name, language] = clips
    return clips


def _clips(part: Part, language: str, data: Mapping[str, str]) -> tuple[Clip, ...]:
    match part:
        case SoundPart():
            return (Sound(part.sound),)
        case ValuePart():
            return value_clips(data.get(part.value, ""), part.style, language)
        case TextPart():
            return (Spoken(*part.spoken(language)),)


def phrases_of(clips: Sequence[Clip]) -> tuple[Phrase, ...]:
    """Join the spoken clips that follow each other: what is one file can be played unbroken."""
    runs = groupby(clips, key=lambda clip: isinstance(clip, Spoken))
    joined: list[Phrase] = []
    for spoken, run in runs:
        joined.extend([tuple(run)] if spoken else [(sound,) for sound in run])
    return tuple(joined)


def all_phrases(flow: Flow) -> frozenset[Phrase]:
    """Give all that callers of the flow can hear by our voice, so that it can be made ahead.

    Values that are spoken as text are not known before: they are made when they are needed.
    """
    heard: set[Phrase] = set()
    for language in flow.languages:
        for prompts in _played_together(flow):
            heard.update(_phrases(flow, prompts, language))
        if _says_values(flow):
            heard.update((clip,) for clip in vocabulary(language))
    return frozenset(phrase for phrase in heard if isinstance(phrase[0], Spoken))


def _phrases(flow: Flow, prompts: tuple[str, ...], language: str) -> Iterator[Phrase]:
    """Give the phrases of prompts played in one go; beside a value each text stands alone."""
    parts = [part for name in prompts for part in flow.prompts[name]]
    clips = [clip for part in parts for clip in _clips(part, language, _NOTHING)]
    if any(isinstance(part, ValuePart) for part in parts):
        yield from ((clip,) for clip in clips)
    else:
        yield from phrases_of(clips)


def _played_together(flow: Flow) -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in flow.prompts)
    for node in flow.nodes.values():
        if isinstance(node, Question):
            yield from ((node.wrong, node.prompt), (node.silent, node.prompt))


def _says_values(flow: Flow) -> bool:
    parts = (part for prompt in flow.prompts.values() for part in prompt)
    return any(isinstance(part, ValuePart) for part in parts) or any(
        isinstance(node, SayNode) for node in flow.nodes.values()
    )
