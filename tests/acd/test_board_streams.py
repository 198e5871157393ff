"""Recorded streams of a real Asterisk told to the board: no ghost is left, all waits counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from acd import commands as ask
from acd.board import AgentSettings, Board, Moment, Roster
from acd.effects import OfferCall
from acd.testing.shift import ZONE
from cti import events as cti
from cti.replay import Recording
from cti.tracker import CallTracker
from cti.translate import WANTED, translate

STREAMS = sorted((Path(__file__).parents[1] / "cti" / "streams").glob("*.gz"))
AGENTS = ("1001", "1002", "1003")
QUEUES = ("service", "sales")


def told(path: Path) -> list[cti.Event]:
    tracker = CallTracker()
    facts = (translate(message) for message in Recording(path).messages(WANTED))
    return [event for fact in facts if fact is not None for event in tracker.apply(fact)]


def board_at(began: cti.Event) -> Board:
    roster = Roster(
        agents=tuple(
            AgentSettings(agent_id=name, name=name, extension=name, queues=QUEUES)
            for name in AGENTS
        )
    )
    now = Moment(began.at, 1_000.0)
    board = Board(roster, now, zone=ZONE)
    devices = {f"PJSIP/agent-{name}": cti.DeviceState.NOT_INUSE for name in AGENTS}
    board.apply(cti.Resynced(at=began.at, epoch=1, restarted=False, devices=devices), now)
    for name in AGENTS:
        board.obey(ask.SignIn(agent_id=name), now)
        board.obey(ask.SetReady(agent_id=name), now)
    return board


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name.removesuffix(".gz"))
def test_what_a_real_asterisk_told_leaves_no_ghost_and_no_wait_uncounted(path: Path) -> None:
    events = told(path)
    began = min(events, key=lambda event: event.at)
    board = board_at(began)
    alive, busy = set(), {}
    for event in events:
        clock = 1_000.0 + max(0.0, (event.at - began.at).total_seconds())
        now = Moment(event.at, clock)
        effects = [*board.tick(now), *board.apply(event, now)]
        for effect in effects:
            if isinstance(effect, OfferCall):
                assert effect.agent_id not in busy, "an agent was offered two"
        if isinstance(event, cti.CallOffered):
            alive.add(event.call_id)
        elif isinstance(event, cti.CallEnded):
            alive.discard(event.call_id)
        busy = {row.agent_id: row for row in board.agents() if row.call_id is not None}

    assert {row.call_id for row in board.calls()} == alive
    for row in board.queues():
        figures = board.figures(row.name)
        done = figures.answered + figures.abandoned + figures.left + figures.overflowed
        assert figures.offered == done + row.waiting


def test_there_are_streams_to_tell() -> None:
    assert len(STREAMS) > 50
