"""Promises about rows: what desktops were told is what the board holds and what was heard."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from uuid import UUID
from zoneinfo import ZoneInfo

from acd import effects as fx
from acd import notices
from acd.board import Board, Moment
from acd.board.model import Figures
from acd.simulation.evidence import SLACK, Evidence
from acd.simulation.heard import Desk
from acd.simulation.result import Broken
from acd.simulation.worked import Worked

WAITS = frozenset({notices.CallState.WAITING, notices.CallState.OFFERED})
ZONE = ZoneInfo("Asia/Shanghai")  # of the board's day
_ASIDE = frozenset({"missed_calls", "offer_not_delivered"})
SET_ASIDE = "a vain ring sets aside by the agent's limit"


class Told:
    """Keeps the rows as a desktop does, and holds each against what it must say."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence, self._hearing = evidence, evidence.hearing
        self.agents: dict[str, notices.AgentRow] = {}
        self.calls: dict[UUID, notices.CallRow] = {}
        self.queues: dict[str, notices.QueueRow] = {}
        self.deserted: dict[str, float] = {}  # clock since which nobody is signed in, by rows
        self.closed: dict[str, float] = {}  # clock since which it shows it closed
        self.worked = Worked()
        self.set_aside: Callable[[str], None] = lambda _agent_id: None
        self._board: Board | None = None
        self._aside: list[Desk] = []  # whom the board set aside in this step

    def begin(self, board: Board, moment: Moment) -> None:
        """Look at a board that begins anew."""
        self._board, self._day = board, moment.at.astimezone(ZONE).date()
        for rows in (self.agents, self.calls, self.queues, self.deserted, self.closed):
            rows.clear()

    def told(self, tell: fx.Tell, moment: Moment) -> None:
        """Hear a notice as desktops do."""
        notice = tell.notice
        if isinstance(notice, notices.AgentChanged):
            self._agent(notice.agent, moment)
        elif isinstance(notice, notices.CallChanged):
            self.calls[notice.call.call_id] = notice.call
        elif isinstance(notice, notices.CallGone):
            self.calls.pop(notice.call_id, None)
        elif isinstance(notice, notices.AgentTold) and notice.code in _ASIDE:
            self._is_set_aside(self._hearing.desks.by_id[notice.agent_id], notice.code)
        elif isinstance(notice, notices.QueueChanged):
            self._queue(notice.queue, moment)

    def all_told(self) -> bool:
        """Tell whether no row is still to be told."""
        return self._board is not None and self._board.has_told_all

    def after(self) -> None:
        """Look whether everybody who let it ring too often was set aside, and nobody else."""
        for desk in self._aside:
            self._was_set_aside(desk)
        self._aside.clear()
        if not self.all_told():
            return
        for desk in self._hearing.desks.take_vain():
            if desk.too_often and desk.wish == "ready" and not desk.doubt:
                raise Broken(SET_ASIDE, f"{desk.agent_id} let it ring {desk.vain} times")

    def check_all(self) -> None:
        """Compare every row with what the board holds."""
        if self._board is None or not self._board.has_told_all:
            return
        self._evidence.checks += 1
        if {row.call_id: row for row in self._board.calls()} != self.calls:
            raise Broken("what is told is so", "calls differ from what was told")
        if {row.agent_id: row for row in self._board.agents()} != self.agents:
            raise Broken("what is told is so", "agents differ from what was told")

    def _agent(self, row: notices.AgentRow, moment: Moment) -> None:
        before = self.agents.get(row.agent_id)
        self.agents[row.agent_id] = row
        self.worked.told(row, moment.clock)
        self._came_or_went(before, row, moment)
        desk = self._hearing.desks.by_id[row.agent_id]
        self._hearing.desks.touch(desk)
        if row.state is notices.AgentState.NOT_READY and desk.wish == "ready" and desk.tried:
            desk.wish = "not_ready"  # he let it ring, or it could not be brought to him
            self.set_aside(row.agent_id)
        ended = before is not None and before.state is notices.AgentState.WRAP_UP
        if ended and row.state is not notices.AgentState.WRAP_UP:
            self._wrap_up_ended(desk, row, moment)

    def _came_or_went(
        self, before: notices.AgentRow | None, row: notices.AgentRow, moment: Moment
    ) -> None:
        """Note for whose queues nobody is signed in; who logged out while he talks is not."""
        if before is not None and _signed_in(before) == _signed_in(row):
            return
        for name in {*(before.queues if before else ()), *row.queues}:
            there = any(name in _signed_in(other) for other in self.agents.values())
            _since(self.deserted, name, moment.clock, so=not there)

    def _is_set_aside(self, desk: Desk, code: str) -> None:
        """Know it before his row says so, which may be told later."""
        if code == "missed_calls":
            self._aside.append(desk)
        if desk.wish == "ready":
            desk.wish = "not_ready"
            self._hearing.desks.touch(desk)
            self.set_aside(desk.agent_id)

    def _was_set_aside(self, desk: Desk) -> None:
        self._evidence.checks += 1
        self._evidence.seen["set aside"] += 1
        if desk.vain is not None and not desk.too_often and not desk.doubt:
            raise Broken(SET_ASIDE, f"{desk.agent_id} let it ring {desk.vain} times")
        desk.vain, desk.too_often = 0, False

    def _wrap_up_ended(self, desk: Desk, row: notices.AgentRow, moment: Moment) -> None:
        self._evidence.checks += 1
        early = desk.wrap_until > moment.clock + SLACK
        if early and not (desk.doubt or desk.talks or desk.offer):
            raise Broken("a wrap-up lasts as long as it should", f"{row.agent_id} was cut short")
        if not desk.talks and desk.offer is None:
            desk.wrap_until = -inf

    def _queue(self, row: notices.QueueRow, moment: Moment) -> None:
        self._evidence.checks += 1
        self.queues[row.name] = row
        if not row.ready + row.offered + row.talking + row.wrap_up + row.not_ready:
            self.deserted.setdefault(row.name, moment.clock)
        _since(self.closed, row.name, moment.clock, so=not row.is_open)
        if self._board is None:
            return
        figures = self._board.figures(row.name)
        done = figures.answered + figures.abandoned + figures.left + figures.overflowed
        if figures.offered != done + row.waiting:
            raise Broken(
                "offered = answered + abandoned + overflowed + left + waiting",
                f"{row.name}: {figures}, waiting {row.waiting}",
            )
        self._counted(row.name, figures, moment)

    def _counted(self, name: str, figures: Figures, moment: Moment) -> None:
        """Compare with what was heard, as long as everything was; each day begins at nought."""
        counts = self._hearing.counts
        if moment.at.astimezone(ZONE).date() != self._day:
            counts.sure = False
        if counts.sure and counts.figures[name] != figures:
            raise Broken("each wait is counted once", f"{name}: {figures}, {counts.figures[name]}")


def _signed_in(row: notices.AgentRow) -> list[str]:
    """Return the queues he is signed in for."""
    return [] if row.wanted is notices.AgentState.OFFLINE else row.queues


def _since(times: dict[str, float], name: str, clock: float, *, so: bool) -> None:
    if so:
        times.setdefault(name, clock)
    else:
        times.pop(name, None)
