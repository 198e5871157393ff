"""A flow is data; these are the doors to read one and to take it a step further."""

from ivr.flow.machine import begin, next_step
from ivr.flow.model import Flow
from ivr.flow.reading import flow_from, flow_schema, read_flow
from ivr.flow.speech import all_phrases, phrases_of
from ivr.flow.steps import (
    Ask,
    Clip,
    Done,
    End,
    Enqueue,
    Failed,
    HangUp,
    Input,
    Note,
    Phrase,
    Play,
    Pressed,
    Silence,
    Sound,
    Spoken,
    State,
    Step,
    told,
    what,
)

__all__ = [
    "Ask",
    "Clip",
    "Done",
    "End",
    "Enqueue",
    "Failed",
    "Flow",
    "HangUp",
    "Input",
    "Note",
    "Phrase",
    "Play",
    "Pressed",
    "Silence",
    "Sound",
    "Spoken",
    "State",
    "Step",
    "all_phrases",
    "begin",
    "flow_from",
    "flow_schema",
    "next_step",
    "phrases_of",
    "read_flow",
    "told",
    "what",
]
