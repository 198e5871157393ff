"""Brings the people whose desks stayed open back to a board that was begun anew, as they were."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from acd.commands import AssignQueues, Command, SetNotReady, SetReady, SignIn
from acd.notices import AgentRow, AgentState

_WAS_READY = (AgentState.READY, AgentState.OFFERED)
_IS_BACK = (AgentState.READY, AgentState.NOT_READY)


class Returning:
    """Remembers the rows of a board that is gone until the new one is true; pure."""

    def __init__(self) -> None:
        self._before: dict[str, AgentRow] = {}

    def remember(self, rows: Mapping[str, AgentRow]) -> None:
        """Keep how people were; who was offline has nothing to come back to."""
        self._before |= {
            key: row
            for key, row in rows.items()
            if AgentState.OFFLINE not in {row.state, row.next_state}
        }

    def take(
        self, rows: Mapping[str, AgentRow], present: Collection[str]
    ) -> dict[str, list[Command]]:
        """Return what to ask for whom, in order, and forget all of it.

        `rows`: the new board; who is `present` is brought back unless he is there already.
        One in a call is not: the board found his phone in it, but thinks that he went home.
        """
        before, self._before = self._before, {}
        return {
            key: _wishes(before[key], rows[key])
            for key in before.keys() & set(present)
            if key in rows and rows[key].state not in _IS_BACK
        }


def _wishes(before: AgentRow, now: AgentRow) -> list[Command]:
    return [_sign_in(before, now), *_queues(before, now), *_state(before)]


def _sign_in(before: AgentRow, now: AgentRow) -> Command:
    picked = tuple(before.queues) if set(before.queues) < set(before.own_queues) else ()
    at_home = set(before.own_queues) == set(now.own_queues)
    queues = picked if at_home else ()
    return SignIn(agent_id=before.agent_id, by=before.agent_id, queues=queues)


def _queues(before: AgentRow, now: AgentRow) -> list[Command]:
    """Give back the queues a supervisor gave him; what is missing of them now is left out."""
    if set(before.own_queues) == set(now.own_queues) or not before.own_queues:
        return []
    return [AssignQueues(agent_id=before.agent_id, queues=tuple(before.queues))]


def _state(row: AgentRow) -> list[Command]:
    ready = AgentState.READY in (row.next_state, row.wanted) or row.state in _WAS_READY
    if ready:
        return [SetReady(agent_id=row.agent_id, by=row.agent_id, after_wrap_up=True)]
    if row.state is AgentState.NOT_READY and row.reason:
        again = SetNotReady(
            agent_id=row.agent_id,
            by=row.set_by,  # empty: the system, who need not ask how often he may
            by_name=row.set_by_name,
            reason=row.reason,
            after_wrap_up=True,
        )
        return [again]
    return []  # in a call: what he wants after it is his to say again
