"""Brings the people whose desks stayed open back to a board that was begun anew, as they were."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from acd.commands import Command, SetNotReady, SetReady, SignIn
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
            key: row for key, row in rows.items() if row.state is not AgentState.OFFLINE
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
            key: _wishes(before[key])
            for key in before.keys() & set(present)
            if key in rows and rows[key].state not in _IS_BACK
        }


def _wishes(row: AgentRow) -> list[Command]:
    sign_in = SignIn(agent_id=row.agent_id, by=row.agent_id)
    if row.next_state is AgentState.READY or row.state in _WAS_READY:
        return [sign_in, SetReady(agent_id=row.agent_id, by=row.agent_id)]
    if row.state is AgentState.NOT_READY and row.reason:
        again = SetNotReady(agent_id=row.agent_id, by=row.agent_id, reason=row.reason)
        return [sign_in, again]
    return [sign_in]  # in a call: what he wants after it is his to say again
