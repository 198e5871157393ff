"""One call as it is known so far: its channels, its waits and who took part."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cti.events import Direction, TransferKind
from cti.records import TransferRecord
from cti.story.channel import Channel, Phase

NOT_OFFERED = UUID(int=0)
MOST_LEGS = 500  # of one record; a caller who waits for hours must not fill the memory


@dataclass(slots=True)
class Stay:
    """One wait in a queue."""

    queue: str
    entered_at: datetime
    priority: int
    fallback: bool
    told_at: datetime
    left_at: datetime | None = None
    abandoned: bool = False


@dataclass(slots=True)
class Phone:
    """What has been told of one device in the call, and its channels that are in it now."""

    told: Phase = Phase.IDLE
    channel: str = ""  # the one that was told of
    last: Channel | None = None  # the one that changed last
    live: dict[str, Channel] = field(default_factory=dict)
    miss_told: bool = False  # a missed ring was told and its OfferFailed has not come yet
    failed_at: datetime | None = None  # of the last OfferFailed


@dataclass(frozen=True, slots=True)
class ExpectedTransfer:
    """The engine is about to move the caller on."""

    by: str
    to: str
    kind: TransferKind
    since: datetime


@dataclass(slots=True)
class Talk:
    """A stretch of talk that no leg tells of: a conference, or a member that is no phone."""

    began: datetime
    ended: datetime | None = None
    device: str = ""


@dataclass(slots=True, eq=False)
class Visit:
    """A logged-in agent's standing channel takes part in somebody's call for a while."""

    leg: Channel  # how that call sees it
    call: Call


@dataclass(slots=True, eq=False)
class Call:
    """Everything known of one call while it lives."""

    began: datetime
    number: int  # in the order in which calls were seen to begin
    call_id: UUID = NOT_OFFERED
    linked: dict[str, None] = field(default_factory=dict)
    live: dict[str, Channel] = field(default_factory=dict)  # by uniqueid, Local ones too
    seen: set[str] = field(default_factory=set)  # uniqueids that gave the call a linkedid
    legs: list[Channel] = field(default_factory=list)  # parties alone, the gone ones too
    rang_before: dict[str, None] = field(default_factory=dict)  # devices of forgotten legs
    caller: Channel | None = None
    standing: bool = False  # a logged-in agent's (AgentLogin): others' calls pass through it
    visitors: dict[str, Channel] = field(default_factory=dict)  # such agents, by uniqueid
    by_local: bool = False  # Asterisk began it with a Local channel
    direction: Direction = Direction.INBOUND
    offered: bool = False
    phones: dict[str, Phone] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    waiting: Stay | None = None
    diverted_to: str = ""  # where its queue sent it last
    answered_at: datetime | None = None
    transfers: list[TransferRecord] = field(default_factory=list)
    expected: ExpectedTransfer | None = None
    taken_away_from: Channel | None = None  # a talking phone that lost the caller unasked
    talks: list[Talk] = field(default_factory=list)
    dialled_number: str = ""
    left_message: bool = False
    restored: bool = False  # found by a snapshot, its beginning was not seen

    def live_parties(self) -> int:
        """Count the channels with a person at their end that are still there."""
        return sum(1 for channel in self.live.values() if channel.party)

    def is_over(self) -> bool:
        """Tell whether nobody is left.

        A call that Asterisk itself began with a Local channel may be between two phones.
        """
        return not self.live if self.by_local else self.live_parties() == 0

    def talking(self) -> list[Channel]:
        """Return the people who are with the caller now."""
        return [
            channel
            for channel in (*self.live.values(), *self.visitors.values())
            if channel.phase is Phase.ANSWERED and channel.joined_at is not None
        ]

    def add_leg(self, channel: Channel) -> None:
        """Remember a party for the record; of very many, forget the oldest vain rings."""
        if len(self.legs) >= MOST_LEGS:
            self._forget_a_ring()
        self.legs.append(channel)

    def _forget_a_ring(self) -> None:
        for place, leg in enumerate(self.legs):
            if leg is not self.caller and leg.ended_at is not None and leg.joined_at is None:
                del self.legs[place]
                if leg.rang():
                    self.rang_before[leg.device] = None
                return

    def other_legs(self) -> list[Channel]:
        """Return every party but the first one."""
        return [leg for leg in self.legs if leg is not self.caller]
