"""Lending: callers whom Asterisk's own queue has, and who come back when it lets them go."""

from __future__ import annotations

from acd.board.floor import Floor
from acd.board.model import Call
from acd.effects import TakeBack


def ask_back(floor: Floor, call: Call, queue: str) -> None:
    """Ask for the caller; until he is back in our wait, or joined, nothing is done to him.

    A redirect would take him out of whatever he is in by the time it arrives. Asterisk's
    queue looks at this wish between two rings, in the caller's own thread.
    """
    call.lent = True
    floor.leave_line(call)
    floor.emit(TakeBack(call_id=call.call_id, channel=call.channel, queue=queue))
