"""Pops: who calls, put together from memory for the agent who is to ring."""

from __future__ import annotations

from uuid import UUID

from acd.effects import PopScreen
from acd.notices import AgentRow, CallRow, ScreenPopped
from crm_core.contexts import CallContexts


class Pops:
    """The pop each agent was shown last; a snapshot holds those that still matter."""

    def __init__(self, contexts: CallContexts) -> None:
        self._contexts = contexts
        self._shown: dict[str, ScreenPopped] = {}

    def show(self, pop: PopScreen) -> ScreenPopped:
        """Make the notice from what is in memory now; nothing here waits."""
        context = self._contexts.get(pop.call_id)
        card = context.card if context else None
        notice = ScreenPopped(
            agent_id=pop.agent_id,
            call_id=pop.call_id,
            queue=pop.queue,
            caller_number=pop.caller_number,
            caller_name=pop.caller_name,
            ring_seconds=pop.ring_seconds,
            card=card.as_json() if card else {},
            data=dict(context.data) if context else {},
            why=pop.why,
        )
        self._shown[pop.agent_id] = notice
        return notice

    def lacks_card(self, call_id: UUID) -> bool:
        """Tell whether nobody has looked up this caller yet."""
        context = self._contexts.get(call_id)
        return context is None or context.card is None

    def again(self, agent_id: str, call_id: UUID) -> ScreenPopped | None:
        """Return the pop anew with what was learnt meanwhile; None when it is gone."""
        shown = self._shown.get(agent_id)
        context = self._contexts.get(call_id)
        if shown is None or shown.call_id != call_id or context is None:
            return None
        card = context.card.as_json() if context.card else {}
        notice = shown.model_copy(update={"card": card, "data": dict(context.data)})
        self._shown[agent_id] = notice
        return notice

    def withdraw(self, agent_id: str, call_id: UUID) -> None:
        """Forget the pop of an offer that went elsewhere."""
        shown = self._shown.get(agent_id)
        if shown is not None and shown.call_id == call_id:
            del self._shown[agent_id]

    def standing(self, agents: list[AgentRow]) -> list[ScreenPopped]:
        """Return the pops of calls their agents ring for, talk on or wrap up."""
        rows = [(row, self._shown.get(row.agent_id)) for row in agents]
        return [pop for row, pop in rows if pop is not None and pop.call_id == row.call_id]

    def named(self, row: CallRow) -> CallRow:
        """Put the customer's name into a call's row."""
        context = self._contexts.get(row.call_id)
        name = context.card.customer if context and context.card else ""
        return row.model_copy(update={"customer": name}) if name else row
