"""The board: every call, agent and queue, and what is to be done; pure."""

from acd.board.board import Board
from acd.board.known import KnownAgent, KnownCall, NextState
from acd.board.model import Figures, Moment
from acd.board.promised import AttemptOutcome, KnownCallback
from acd.board.settings import AgentSettings, Brief, QueueSettings, Roster, WrapUpKind, WrapUpRule

__all__ = [
    "AgentSettings",
    "AttemptOutcome",
    "Board",
    "Brief",
    "Figures",
    "KnownAgent",
    "KnownCall",
    "KnownCallback",
    "Moment",
    "NextState",
    "QueueSettings",
    "Roster",
    "WrapUpKind",
    "WrapUpRule",
]
