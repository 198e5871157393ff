"""The engine: the only part of call distribution that waits, sends and stores."""

from acd.engine.clock import Clock, LoopClock
from acd.engine.engine import Engine, EngineStopped

__all__ = ["Clock", "Engine", "EngineStopped", "LoopClock"]
