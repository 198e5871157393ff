"""The board: takes events, commands and time, and answers with what is to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from acd.board import (
    alarms,
    briefs,
    callbacks,
    comfort,
    events,
    limits,
    misses,
    offers,
    orders,
    overflow,
    owing,
    places,
    recalling,
)
from acd.board.configure import configure
from acd.board.floor import Floor, Timer
from acd.board.hands import end_call
from acd.board.known import KnownAgent, KnownCall
from acd.board.matching import match
from acd.board.model import Call, Figures, Moment
from acd.board.promised import AttemptOutcome, KnownCallback
from acd.board.rows import Told, agent_row, call_row, queue_row
from acd.board.settings import Brief, Roster
from acd.commands import Command, Reply, SignIn
from acd.effects import Effect, ReturnToWait
from acd.notices import AgentRow, CallRow, QueueRow
from cti.events import Event, MissReason, Outcome


class Board:
    """Pure: holds no socket, reads no clock; the same calls give the same answers.

    Stale until the first `Resynced`: before it nothing is offered.
    """

    def __init__(self, roster: Roster, now: Moment, *, zone: tzinfo) -> None:
        """Begin with nobody signed in; `zone` says when a day of figures ends."""
        self._floor = Floor(now)
        self._told = Told()
        self._returning: dict[str, KnownAgent] = {}  # who chose, before we began, what to be next
        self._zone = zone
        self._day = now.at.astimezone(zone).date()
        self._arm_midnight(now)
        configure(self._floor, roster, now)

    @property
    def stale_since(self) -> datetime | None:
        """Return since when the link to Asterisk is gone."""
        return self._floor.stale_since

    @property
    def has_told_all(self) -> bool:
        """Tell whether no row of an agent or a call is still to be told.

        Those of a step that asks a phone to ring, or that is followed by another at once, are
        told by the next one, due at once.
        """
        return not (self._floor.dirty_agents or self._floor.dirty_calls)

    def apply(self, event: Event, now: Moment, *, more: bool = False) -> list[Effect]:
        """Let a telephone event change the board.

        With `more` another event is there to be let in next: rows are told after the last one.
        """
        self._floor.clock = now.clock
        events.apply(self._floor, event, now)
        return self._finish(now, later=more and self._told.may_wait(event.at))

    def obey(self, command: Command, now: Moment) -> tuple[Reply, list[Effect]]:
        """Carry out a person's command, or refuse it."""
        self._floor.clock = now.clock
        reply = orders.obey(self._floor, command, now)
        if isinstance(command, SignIn) and command.agent_id in self._returning:
            recalling.take_up_next(self._floor, self._returning.pop(command.agent_id), now)
        return reply, self._finish(now)

    def tick(self, now: Moment) -> list[Effect]:
        """Do what is due by now."""
        self._floor.clock = now.clock
        timers = self._floor.timers
        while (rank := timers.first_rank()) is not None and rank[0] <= now.clock:
            timer = timers.first()
            if timer is None:
                break
            timers.drop(timer)
            self._fire(timer, now)
        return self._finish(now)

    def next_deadline(self) -> float | None:
        """Return the clock reading at which `tick` has something to do."""
        rank, rows = self._floor.timers.first_rank(), self._told.due
        if rank is None:
            return rows
        return rank[0] if rows is None or rank[0] < rows else rows

    def offer_failed(self, call_id: UUID, now: Moment) -> list[Effect]:
        """Take back an offer whose redirect Asterisk refused: the caller is leaving."""
        self._floor.clock = now.clock
        call = self._floor.calls.get(call_id)
        if call is not None and call.offer is not None and not call.offer.confirmed:
            offers.miss(self._floor, call, MissReason.CANCELLED, now)
        return self._finish(now)

    def brief(self, call_id: UUID, brief: Brief, now: Moment) -> list[Effect]:
        """Keep what is known of a caller, told before or after he comes to wait."""
        self._floor.clock = now.clock
        briefs.keep(self._floor, call_id, brief)
        return self._finish(now)

    def divert_failed(self, call_id: UUID, now: Moment) -> list[Effect]:
        """Take a caller back into his place whom Asterisk could not send elsewhere."""
        self._floor.clock = now.clock
        overflow.take_back(self._floor, call_id, now)
        return self._finish(now)

    def callback_failed(
        self, call_id: UUID, outcome: AttemptOutcome, now: Moment, *, over: str = ""
    ) -> list[Effect]:
        """Take back an attempt that was not dialled; `over` says why the callback ends with it."""
        callbacks.not_dialled(self._floor, call_id, outcome, over, now)
        return self._finish(now)

    def configure(self, roster: Roster, now: Moment) -> list[Effect]:
        """Work by a new roster from here on; calls in hand go on."""
        self._floor.clock = now.clock
        configure(self._floor, roster, now)
        return self._finish(now)

    def remember(self, calls: Iterable[KnownCall]) -> None:
        """Learn what the store knows of calls that may still live, before the first resync."""
        self._floor.remembered = {call.call_id: call for call in calls}

    def recall(self, agents: Iterable[KnownAgent], now: Moment) -> list[Effect]:
        """Learn what the store knows of the agents' day; wrap-ups that still last go on."""
        for known in agents:
            recalling.recall(self._floor, known, now)
            if known.next_state is not None:
                self._returning[known.agent_id] = known
        return self._finish(now)

    def remember_callbacks(self, owed: Iterable[KnownCallback], now: Moment) -> list[Effect]:
        """Take up the callbacks that were owed when we went down, each in its old place."""
        for known in owed:
            owing.take_up(self._floor, known, now)
        return self._finish(now)

    def load_figures(self, figures: Mapping[str, Figures]) -> None:
        """Begin the day's count where the store has it."""
        for name, loaded in figures.items():
            queue = self._floor.queue(name)
            queue.figures = loaded
            self._floor.dirty_queues[queue] = None

    def figures(self, queue: str) -> Figures:
        """Return the queue's count of today."""
        return self._floor.queue(queue).figures

    def waits(self, call_id: UUID) -> bool:
        """Tell whether the caller waits and no phone is asked to ring for him."""
        call = self._floor.calls.get(call_id)
        waits = call is not None and call.stint is not None and call.offer is None
        return waits and call is not None and not call.lent

    def agents(self) -> list[AgentRow]:
        """Show all agents."""
        return [agent_row(agent, self._floor) for agent in self._floor.agents.values()]

    def queues(self) -> list[QueueRow]:
        """Show all queues."""
        shown = (queue for queue in self._floor.queues.values() if not queue.is_over)
        return [queue_row(queue, self._floor) for queue in shown]

    def calls(self) -> list[CallRow]:
        """Show all live calls."""
        live = (call for call in self._floor.calls.values() if call.callback is None)
        return [call_row(call, self._floor) for call in live]

    def agent(self, agent_id: str) -> AgentRow | None:
        """Show one agent."""
        agent = self._floor.agents.get(agent_id)
        return agent_row(agent, self._floor) if agent else None

    def call(self, call_id: UUID) -> CallRow | None:
        """Show one live call."""
        call = self._floor.calls.get(call_id)
        return call_row(call, self._floor) if call else None

    def _fire(self, timer: Timer, now: Moment) -> None:
        kind, key = timer
        if kind == "midnight":
            self._begin_day(now)
        elif kind in limits.QUEUE_TIMERS:
            limits.due(self._floor, kind, str(key), now)
        elif isinstance(key, Call):
            self._fire_for_call(kind, key, now)
        else:
            alarms.ring_for_agent(self._floor, kind, key, now)

    def _fire_for_call(self, kind: str, call: Call, now: Moment) -> None:
        if self._floor.calls.get(call.call_id) is not call:
            return
        if call.callback is not None or call.serves is not None:
            callbacks.due(self._floor, kind, call, now)
        else:
            _OF_CALLS[kind](self._floor, call, now)

    def _begin_day(self, now: Moment) -> None:
        day = now.at.astimezone(self._zone).date()
        if day != self._day:
            self._day = day
            for agent in self._floor.agents.values():
                agent.reasons_today.clear()
            limits.arm_all(self._floor, now)
            for queue in self._floor.queues.values():
                queue.figures = Figures(offered=len(queue.stints))
                self._floor.dirty_queues[queue] = None
        self._arm_midnight(now)

    def _arm_midnight(self, now: Moment) -> None:
        local = now.at.astimezone(self._zone)
        next_day = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        # Aware times of one zone subtract as wall times; UTC keeps a 23-hour day true.
        ahead = next_day.timestamp() - now.at.timestamp()
        self._floor.timers.put(("midnight", ""), (now.clock + max(ahead, 1.0),))

    def _finish(self, now: Moment, *, later: bool = False) -> list[Effect]:
        floor = self._floor
        if floor.staffed:
            limits.watch(floor, now)
        callbacks.settle(floor, now)
        if floor.judged:
            overflow.turn_away(floor, now)
        match(floor, now)
        if floor.resting and misses.wake(floor, now):
            match(floor, now)
        if floor.judged or floor.newcomers:
            overflow.judge(floor, now)
        comfort.follow(floor, now)
        if floor.orphans:
            self._return_orphans()
        effects, floor.effects = floor.effects, []
        if (later or floor.rung) and not floor.closing:
            self._told.later(now)
        else:
            effects += self._told.changes(floor, now)
            effects += floor.closing
            floor.closing = []
        floor.rung = False
        return effects

    def _return_orphans(self) -> None:
        floor = self._floor
        for call in floor.orphans:
            if self.waits(call.call_id):
                floor.emit(ReturnToWait(call_id=call.call_id, channel=call.channel))
        floor.orphans.clear()


def _to_the_next_step(floor: Floor, call: Call, now: Moment) -> None:
    places.advance(floor, call, now.clock)


def _judge_again(floor: Floor, call: Call, now: Moment) -> None:
    del now
    floor.judged[call] = None


def _gone(floor: Floor, call: Call, now: Moment) -> None:
    end_call(floor, call, str(Outcome.FAILED), now)


def _stand_again(floor: Floor, call: Call, now: Moment) -> None:
    del now
    floor.stand_in_line(call)


_OF_CALLS: dict[str, Callable[[Floor, Call, Moment], None]] = {
    "offer": offers.overdue,
    "gone": _gone,
    "comfort": comfort.due,
    "waited": _judge_again,
    "step": _to_the_next_step,
    "return": _stand_again,
}
