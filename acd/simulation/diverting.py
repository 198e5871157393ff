"""Diverting: whether a queue had a reason to send a caller on, judged by what was heard."""

from __future__ import annotations

from acd.board import Moment
from acd.board.settings import OverflowKind, OverflowReason
from acd.effects import DivertCall
from acd.simulation.heard import HeardCall
from acd.simulation.hearing import Hearing

SLACK = 0.05


def why_kept(hearing: Hearing, call: HeardCall, divert: DivertCall, moment: Moment) -> str:
    """Return why the caller should have been kept; empty when it was right to send him on."""
    if call.stage != "waiting" or call.queue != divert.queue or call.asked:
        return f"is {call.stage} in {call.queue}, offered to {list(call.asked) or 'nobody'}"
    if divert.kind is OverflowKind.QUEUE and divert.target in call.through:
        return f"came through {divert.target} before"
    if not any(divert.reason in link.reasons for link in hearing.rules[divert.queue].overflow):
        return f"nothing is said of {divert.reason}"
    return _no_reason(hearing, call, divert, moment)


def _no_reason(hearing: Hearing, call: HeardCall, divert: DivertCall, moment: Moment) -> str:
    if divert.reason is OverflowReason.WAITED:
        longest = hearing.rules[divert.queue].limits.max_wait_seconds
        waited = moment.clock - call.place[1]
        if longest is None or waited < longest - SLACK:
            return f"waited {waited:.1f} of {longest} s"
    elif divert.reason is OverflowReason.NOBODY:
        there = [desk for desk in hearing.desks.members[divert.queue] if desk.wish != "offline"]
        if there and not any(desk.doubt for desk in there):
            return f"{there[0].agent_id} is signed in"
    elif divert.reason is OverflowReason.FULL:
        limits = hearing.rules[divert.queue].limits
        if limits.max_waiting is None and limits.max_per_ready_agent is None:
            return "the queue takes any number"
    return ""
