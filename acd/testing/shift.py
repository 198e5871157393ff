"""A shift: a board with a clock in hand, and short ways to tell what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from acd import commands as ask
from acd.board import AgentSettings, Board, Moment, QueueSettings, Roster
from acd.effects import Effect, Tell
from acd.notices import AgentRow, CallRow, QueueRow
from cti import events as cti

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
_Effect = TypeVar("_Effect")


def call_id(number: int) -> UUID:
    """Return the id of a test's n-th call."""
    return UUID(int=number + 1)


def phone(agent: str) -> str:
    """Return the device of an agent made by `roster`."""
    return f"PJSIP/agent-{agent}"


def roster(
    *, agents: dict[str, tuple[str, ...]], queues: tuple[QueueSettings, ...] = ()
) -> Roster:
    """Return agents (extension to queue names) and queues, the latter by default plain."""
    known = {queue.name for queue in queues}
    names = {name: None for list_ in agents.values() for name in list_ if name not in known}
    return Roster(
        queues=(*queues, *(QueueSettings(name=name, title=name) for name in names)),
        agents=tuple(
            AgentSettings(agent_id=ext, name=f"agent {ext}", extension=ext, queues=list_)
            for ext, list_ in agents.items()
        ),
    )


@dataclass
class Shift:
    """A board with a clock in hand: says what happens, keeps what was asked for."""

    roster: Roster
    seconds: float = 0.0
    effects: list[Effect] = field(default_factory=list)
    board: Board = field(init=False)
    watch: Callable[[list[Effect]], None] = field(default=lambda _effects: None)

    def __post_init__(self) -> None:
        self.board = Board(self.roster, self.now, zone=ZONE)

    @property
    def now(self) -> Moment:
        """Return the moment of the shift; its clock began at an odd reading on purpose."""
        return Moment(START + timedelta(seconds=self.seconds), 1_000.0 + self.seconds)

    @property
    def at(self) -> datetime:
        """Return the time of day."""
        return self.now.at

    def start(self, *, ready: tuple[str, ...] = ()) -> Shift:
        """Make the link, register every phone and let these agents be ready, in order."""
        devices = {agent.device: cti.DeviceState.NOT_INUSE for agent in self.roster.agents}
        self.hear(cti.Resynced(at=self.at, epoch=1, restarted=False, devices=devices))
        for agent in ready:
            self.give(ask.SignIn(agent_id=agent))
            self.ready(agent)
            self.seconds += 0.001
        self.effects.clear()
        return self

    def hear(self, event: cti.Event) -> list[Effect]:
        """Let one event reach the board, a millisecond after the one before."""
        self.seconds += 0.001
        return self._keep(self.board.apply(event, self.now))

    def give(self, command: ask.Command) -> ask.Reply:
        """Give a command and return the answer."""
        reply, effects = self.board.obey(command, self.now)
        self._keep(effects)
        return reply

    def wait(self, seconds: float) -> list[Effect]:
        """Let time pass, ringing each timer when it is due."""
        end = self.seconds + seconds
        effects: list[Effect] = []
        while (due := self.board.next_deadline()) is not None and due - 1_000.0 <= end:
            self.seconds = max(self.seconds, due - 1_000.0)
            effects += self._keep(self.board.tick(self.now))
        self.seconds = end
        return effects

    def ready(self, agent: str) -> ask.Reply:
        """Let the agent be ready."""
        return self.give(ask.SetReady(agent_id=agent))

    def arrive(self, number: int, *, caller: str = "13800138000") -> UUID:
        """Let a call reach the menu."""
        self.hear(
            cti.CallOffered(
                at=self.at,
                call_id=call_id(number),
                channel=f"PJSIP/trunk-{number:08x}",
                uniqueid=f"1700000000.{number}",
                direction=cti.Direction.INBOUND,
                caller_number=caller,
                caller_name="",
                dialled_number="4000",
            )
        )
        return call_id(number)

    def queue(self, number: int, queue: str = "service", *, priority: int = 0) -> UUID:
        """Let a call that is in the menu wait in a queue."""
        self.hear(
            cti.CallQueued(
                at=self.at,
                call_id=call_id(number),
                channel=f"PJSIP/trunk-{number:08x}",
                queue=queue,
                priority=priority,
            )
        )
        return call_id(number)

    def enter(self, number: int, queue: str = "service", *, priority: int = 0) -> UUID:
        """Let a new call come and wait."""
        self.arrive(number)
        return self.queue(number, queue, priority=priority)

    def ring(self, number: int, agent: str) -> list[Effect]:
        """Let the agent's phone ring for the call."""
        self.phone(agent, cti.DeviceState.RINGING)
        return self.hear(
            cti.AgentRinging(
                at=self.at,
                call_id=call_id(number),
                device=phone(agent),
                channel=f"{phone(agent)}-{number:08x}",
            )
        )

    def answer(self, number: int, agent: str) -> list[Effect]:
        """Let the agent take the call."""
        self.phone(agent, cti.DeviceState.INUSE)
        return self.hear(
            cti.CallAnswered(
                at=self.at,
                call_id=call_id(number),
                device=phone(agent),
                channel=f"{phone(agent)}-{number:08x}",
            )
        )

    def miss(
        self, number: int, agent: str, reason: cti.MissReason = cti.MissReason.NO_ANSWER
    ) -> list[Effect]:
        """Let the agent's phone ring in vain."""
        return self.hear(
            cti.AgentMissedCall(
                at=self.at, call_id=call_id(number), device=phone(agent), reason=reason
            )
        )

    def leave(self, number: int, agent: str) -> list[Effect]:
        """Let the agent's phone leave the call."""
        left = cti.AgentLeft(at=self.at, call_id=call_id(number), device=phone(agent))
        effects = self.hear(left)
        return effects + self.phone(agent, cti.DeviceState.NOT_INUSE)

    def end(self, number: int, outcome: cti.Outcome = cti.Outcome.ANSWERED) -> list[Effect]:
        """Let the call end for everybody."""
        return self.hear(
            cti.CallEnded(
                at=self.at,
                call_id=call_id(number),
                outcome=outcome,
                hung_up_by=cti.Party.CALLER,
                cause=16,
            )
        )

    def phone(self, agent: str, state: cti.DeviceState) -> list[Effect]:
        """Let the agent's phone change its state."""
        return self.hear(cti.DeviceChanged(at=self.at, device=phone(agent), state=state))

    def agent(self, agent_id: str) -> AgentRow:
        """Show one agent."""
        row = self.board.agent(agent_id)
        if row is None:
            raise KeyError(agent_id)
        return row

    def call(self, number: int) -> CallRow | None:
        """Show one live call."""
        return self.board.call(call_id(number))

    def queue_row(self, name: str = "service") -> QueueRow:
        """Show one queue."""
        return next(row for row in self.board.queues() if row.name == name)

    def asked(self, kind: type[_Effect]) -> list[_Effect]:
        """Return what was asked for of this kind since it was last cleared."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def told(self, kind: type[_Effect]) -> list[_Effect]:
        """Return the notices of this kind told since last cleared."""
        notices = [effect.notice for effect in self.asked(Tell)]
        return [notice for notice in notices if isinstance(notice, kind)]

    def _keep(self, effects: list[Effect]) -> list[Effect]:
        self.effects += effects
        self.watch(effects)
        return effects
