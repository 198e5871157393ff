"""Who sits at which push socket, and what each may hear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from websockets.asyncio.server import ServerConnection

from agent_desktop.visitors import Visitor

MOST_DESKS_PER_USER = 10


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Desk:
    """One open socket of one visitor."""

    connection: ServerConnection
    visitor: Visitor

    @property
    def hears_all(self) -> bool:
        """Say whether other people's calls are told here too."""
        return self.visitor.watches_all

    @property
    def view_of(self) -> str | None:
        """Return whose calls the snapshot shows; None for everyone's."""
        return None if self.hears_all else self.visitor.agent_id

    @property
    def waiting_bytes(self) -> int:
        """Return how much was written and not yet taken by the browser."""
        return self.connection.transport.get_write_buffer_size()


class Room:
    """All desks of this process, found by user and by session."""

    def __init__(self) -> None:
        self._by_user: defaultdict[str, set[Desk]] = defaultdict(set)
        self._supervisors: set[Desk] = set()
        self._all: set[Desk] = set()

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, desk: Desk) -> None:
        """Let the desk hear from now on."""
        self._all.add(desk)
        self._by_user[desk.visitor.agent_id].add(desk)
        if desk.hears_all:
            self._supervisors.add(desk)

    def leave(self, desk: Desk) -> None:
        """Let the desk hear no more; leaving twice is harmless."""
        self._all.discard(desk)
        self._supervisors.discard(desk)
        desks = self._by_user.get(desk.visitor.agent_id, set())
        desks.discard(desk)
        if not desks:
            self._by_user.pop(desk.visitor.agent_id, None)

    def everyone(self) -> set[Desk]:
        """Return all desks."""
        return set(self._all)

    def people(self) -> Collection[str]:
        """Return who sits at a desk."""
        return self._by_user.keys()

    def hearers(self, agents: Iterable[str] | None) -> set[Desk]:
        """Return the desks of these agents and of every supervisor; None: all desks."""
        if agents is None:
            return set(self._all)
        return self._supervisors.union(*(self._by_user.get(agent, ()) for agent in agents))

    def of_session(self, key: str) -> set[Desk]:
        """Return the desks that were opened by this session or token."""
        return {desk for desk in self._all if desk.visitor.key == key}

    def sessions(self) -> dict[str, Visitor]:
        """Return one visitor for each session or token that holds a desk."""
        return {desk.visitor.key: desk.visitor for desk in self._all}

    def is_full_for(self, visitor: Visitor) -> bool:
        """Say whether this user holds as many desks as anyone may."""
        return len(self._by_user.get(visitor.agent_id, ())) >= MOST_DESKS_PER_USER
