"""Who plays which of the prompts people brought."""

from __future__ import annotations

from agent_desktop.api.flows import library_of
from agent_desktop.api.operation import Ask
from agent_desktop.workshop import brought_prompts
from crm_core import configuration
from crm_core.configuration import Kind, QueueDocument
from crm_core.configuration.shapes import OverflowKind
from crm_core.database import Session


async def players(ask: Ask, session: Session) -> dict[str, list[str]]:
    """Return who plays each prompt, by its name: `flow:<name>` and `queue:<name>`.

    Flows are those callers get, queues those in use.
    """
    found: dict[str, list[str]] = {}
    for flow, document in sorted((await library_of(ask, session)).items()):
        for name in sorted(brought_prompts(document).values()):
            _add(found, name, f"flow:{flow}")
    for queue in await configuration.current(session, ask.visitor.scope, Kind.QUEUE):
        if isinstance(queue.document, QueueDocument) and not queue.archived:
            for name in sorted(_said_in(queue.document)):
                _add(found, name, f"queue:{queue.key}")
    return found


def _add(found: dict[str, list[str]], name: str, player: str) -> None:
    players_of = found.setdefault(name, [])
    if player not in players_of:
        players_of.append(player)


def _said_in(queue: QueueDocument) -> set[str]:
    messages = {link.target for link in queue.overflow if link.kind is OverflowKind.MESSAGE}
    return messages | set(queue.comfort.messages)
