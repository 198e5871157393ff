"""A copy of the board, kept true by a snapshot and then numbered notices; pure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from acd.notices import (
    AgentChanged,
    AgentRow,
    AgentTold,
    CallChanged,
    CallGone,
    CallRecorded,
    CallRow,
    Envelope,
    FeedFresh,
    FeedStale,
    LeadTold,
    Notice,
    PopWithdrawn,
    QueueChanged,
    QueueRow,
    ScreenPopped,
    Snapshot,
)

REMEMBERED_CALLS = 2000  # ended calls whose agents are still told that the record is stored


class Taken(Enum):
    """What became of a notice."""

    APPLIED = auto()
    OLD = auto()  # already inside the snapshot
    GAP = auto()  # something is missing: load a snapshot


@dataclass
class Mirror:
    """Agents, queues, calls and pops by their keys, and who each call has touched."""

    epoch: str = ""
    seq: int = 0
    at: datetime | None = None
    stale_since: datetime | None = None
    agents: dict[str, AgentRow] = field(default_factory=dict)
    queues: dict[str, QueueRow] = field(default_factory=dict)
    calls: dict[UUID, CallRow] = field(default_factory=dict)
    pops: dict[UUID, ScreenPopped] = field(default_factory=dict)
    _touched: OrderedDict[UUID, frozenset[str]] = field(default_factory=OrderedDict)

    def load(self, snapshot: Snapshot) -> None:
        """Take the whole board as told; nothing of before is kept."""
        self.epoch, self.seq, self.at = snapshot.epoch, snapshot.seq, snapshot.at
        self.stale_since = snapshot.stale_since
        self.agents = {row.agent_id: row for row in snapshot.agents}
        self.queues = {row.name: row for row in snapshot.queues}
        self.calls = {row.call_id: row for row in snapshot.calls}
        self.pops = {pop.call_id: pop for pop in snapshot.pops}
        for row in snapshot.calls:
            self._touch(row.call_id, row.agent_id)
        for pop in snapshot.pops:
            self._touch(pop.call_id, pop.agent_id)

    def apply(self, envelope: Envelope) -> Taken:
        """Take one notice if it is the next one."""
        if envelope.epoch != self.epoch:
            return Taken.GAP
        if envelope.seq <= self.seq:
            return Taken.OLD
        if envelope.seq != self.seq + 1:
            return Taken.GAP
        self.seq, self.at = envelope.seq, envelope.at
        self.change(envelope.notice)
        return Taken.APPLIED

    def audience(self, notice: Notice) -> frozenset[str] | None:
        """Agents whom the notice concerns, None for everyone; ask before `apply`.

        The agent whom a call leaves is told once more, so that his page lets go of it.
        """
        match notice:
            case AgentChanged() | QueueChanged() | FeedStale() | FeedFresh():
                return None
            case CallChanged(call=call):
                return self._holder(call.call_id) | {call.agent_id}
            case CallGone(call_id=call_id):
                return self._holder(call_id) | {notice.agent_id}
            case CallRecorded(call_id=call_id):
                return self._touched.get(call_id, frozenset())
            case ScreenPopped() | PopWithdrawn() | AgentTold():
                return frozenset((notice.agent_id,))
            case LeadTold():
                return frozenset()  # nobody's but the supervisors', who hear all

    def snapshot(self, *, agent_id: str | None, now: datetime) -> Snapshot:
        """Return the board as `agent_id` may see it; None sees every call."""
        calls, pops = self.calls.values(), self.pops.values()
        return Snapshot(
            epoch=self.epoch,
            seq=self.seq,
            at=self.at or now,
            stale_since=self.stale_since,
            agents=list(self.agents.values()),
            queues=list(self.queues.values()),
            calls=[call for call in calls if agent_id in (None, call.agent_id)],
            pops=[pop for pop in pops if agent_id in (None, pop.agent_id)],
        )

    def has_held(self, call_id: UUID, agent_id: str) -> bool:
        """Say whether the call was lately offered to this agent or in his hands."""
        return agent_id in self._touched.get(call_id, frozenset())

    def _holder(self, call_id: UUID) -> frozenset[str]:
        call = self.calls.get(call_id)
        return frozenset() if call is None else frozenset((call.agent_id,))

    def change(self, notice: Notice) -> None:
        """Let one notice change the rows, whatever its number."""
        match notice:
            case AgentChanged(agent=agent):
                self.agents[agent.agent_id] = agent
            case QueueChanged(queue=queue) if queue.is_over:
                self.queues.pop(queue.name, None)
            case QueueChanged(queue=queue):
                self.queues[queue.name] = queue
            case CallChanged() | CallGone() | ScreenPopped() | PopWithdrawn():
                self._change_call(notice)
            case FeedStale(since=since):
                self.stale_since = since
            case FeedFresh():
                self.stale_since = None
            case AgentTold() | LeadTold() | CallRecorded():
                pass  # news for the page; the board itself is the same

    def _change_call(self, notice: CallChanged | CallGone | ScreenPopped | PopWithdrawn) -> None:
        match notice:
            case CallChanged(call=call):
                self.calls[call.call_id] = call
                self._touch(call.call_id, call.agent_id)
            case CallGone(call_id=call_id):
                self.calls.pop(call_id, None)
                self.pops.pop(call_id, None)
                self._touch(call_id, notice.agent_id)
            case ScreenPopped(call_id=call_id):
                self.pops[call_id] = notice
                self._touch(call_id, notice.agent_id)
            case PopWithdrawn(call_id=call_id):
                self._withdraw(call_id, notice.agent_id)

    def _withdraw(self, call_id: UUID, agent_id: str) -> None:
        pop = self.pops.get(call_id)
        if pop is not None and pop.agent_id == agent_id:
            del self.pops[call_id]

    def _touch(self, call_id: UUID, agent_id: str) -> None:
        if not agent_id:
            return
        self._touched[call_id] = self._touched.get(call_id, frozenset()) | {agent_id}
        self._touched.move_to_end(call_id)
        self._forget_old()

    def _forget_old(self) -> None:
        over = len(self._touched) - max(REMEMBERED_CALLS, 2 * len(self.calls))
        for _ in range(over):
            self._touched.popitem(last=False)
