"""The board: every call, agent and queue, and what is to be done; pure."""

from acd.board.board import Board
from acd.board.model import Figures, KnownAgent, KnownCall, Moment
from acd.board.settings import AgentSettings, Brief, QueueSettings, Roster, WrapUpKind, WrapUpRule

__all__ = [
    "AgentSettings",
    "Board",
    "Brief",
    "Figures",
    "KnownAgent",
    "KnownCall",
    "Moment",
    "QueueSettings",
    "Roster",
    "WrapUpKind",
    "WrapUpRule",
]
