"""The recorder: what happened to calls and agents, written in order and never lost."""

from acd.recorder.recorder import Recorder

__all__ = ["Recorder"]
