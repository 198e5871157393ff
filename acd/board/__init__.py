"""The board: every call, agent and queue, and what is to be done; pure."""

from acd.board.board import Board
from acd.board.model import AgentSettings, Figures, KnownCall, Moment, QueueSettings, Roster

__all__ = [
    "AgentSettings",
    "Board",
    "Figures",
    "KnownCall",
    "Moment",
    "QueueSettings",
    "Roster",
]
