"""Every live channel and call, how they are found, and how two calls become one."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from cti import events
from cti.events import Outcome, Party
from cti.facts import RINGING, UP
from cti.found import ChannelSeen, OpenCall
from cti.records import CallRecord
from cti.story import ending, joining, offering, timing
from cti.story.call import Call, Visit
from cti.story.channel import Channel, Phase
from cti.story.endpoints import Endpoints, device_of, is_party
from cti.story.teller import Teller

_MOST_REMEMBERED = 20_000  # ended channels: late and repeated messages must not wake them
_MOST_RECORDS = 10_000  # finished records that nobody took
_LETTERS = frozenset({"", "s", "h", "i", "t", "T", "o", "a", "e"})  # the dialplan's own


_K = TypeVar("_K")


class World:
    """All that is alive; finding anything costs the same however long it runs."""

    def __init__(self, endpoints: Endpoints, system: str) -> None:
        self.endpoints = endpoints
        self.system = system
        self.channels: dict[str, Channel] = {}
        self.call_of: dict[str, Call] = {}  # by uniqueid of a live channel
        self.names: dict[str, str] = {}
        self.linked: dict[str, Call] = {}
        self.calls: dict[UUID, Call] = {}
        self.bridges: dict[str, dict[str, Channel]] = {}
        self.visits: dict[str, Visit] = {}  # by uniqueid of a standing channel
        self.teller = Teller()
        self.records: list[CallRecord] = []
        self.hangups_told = False  # this stream says who asks for a hang-up
        self.now = datetime.fromtimestamp(0, UTC)  # of the fact in hand
        self.last_sign = self.now  # of any fact so far
        self.stopping = False  # Asterisk said that it goes down
        self.counts: dict[str, tuple[int, int]] = {}  # the newest second and count by system
        self.booted = ""  # when Asterisk started, in its own words
        self.restored: dict[UUID, OpenCall] = {}  # what the database knew, until a resync
        self.restored_booted = ""
        self._ended: OrderedDict[str, None] = OrderedDict()  # uniqueids
        self._ended_links: OrderedDict[str, None] = OrderedDict()  # linkedids
        self._calls_begun = 0
        self._given: OrderedDict[UUID, None] = OrderedDict()  # ids of calls

    def find(self, seen: ChannelSeen) -> Channel | None:
        """Return the live channel a message speaks of, making it known when it is new.

        None when it has ended already, or when the message does not say which it is.
        """
        uniqueid = seen.uniqueid or self.names.get(seen.name, "")
        if not uniqueid or uniqueid in self._ended:
            return None
        channel = self.channels.get(uniqueid)
        if channel is None:
            return self._meet(seen, uniqueid)
        self._update(channel, seen)
        return channel

    def known(self, seen: ChannelSeen) -> bool:
        """Tell whether the channel is, or was, known by its uniqueid."""
        return seen.uniqueid in self.channels or seen.uniqueid in self._ended

    def was_told(self, call_id: UUID) -> bool:
        """Tell whether this call was told of since we began."""
        return call_id in self._given

    def describe(self, channel: Channel) -> ChannelSeen:
        """Return a known channel as a message would show it."""
        return ChannelSeen(channel.uniqueid, channel.linkedid, channel.name)

    def _meet(self, seen: ChannelSeen, uniqueid: str) -> Channel | None:
        linkedid = seen.linkedid or uniqueid
        if not seen.name or (linkedid in self._ended_links and linkedid not in self.linked):
            return None
        channel = Channel(
            uniqueid,
            seen.name,
            linkedid,
            self.now,
            party=is_party(seen.name),
            device=device_of(seen.name),
            came_in=linkedid == uniqueid,
        )
        self.channels[uniqueid] = channel
        self.names[seen.name] = uniqueid
        self._describe(channel, seen)
        call = self.linked.get(linkedid) or self._begin_call(channel)
        self.call_of[uniqueid] = call
        call.live[uniqueid] = channel
        if uniqueid in call.linked:
            call.seen.add(uniqueid)
        if channel.party:
            call.add_leg(channel)
        return channel

    def _begin_call(self, channel: Channel) -> Call:
        self._calls_begun += 1
        call = Call(self.now, self._calls_begun, by_local=not channel.party)
        self.linked[channel.linkedid] = call
        call.linked[channel.linkedid] = None
        return call

    def _update(self, channel: Channel, seen: ChannelSeen) -> None:
        if seen.name and seen.name != channel.name:
            self._rename(channel, seen.name)
        self._describe(channel, seen)
        if seen.linkedid and seen.linkedid != channel.linkedid:
            self._relink(channel, seen.linkedid)

    def _describe(self, channel: Channel, seen: ChannelSeen) -> None:
        """Fill in what was not known of a channel; its first words stand."""
        channel.number = channel.number or seen.number
        channel.caller_name = channel.caller_name or seen.caller_name
        channel.context = channel.context or seen.context
        if seen.context:
            channel.place = (seen.context, seen.exten)
        if channel.exten in _LETTERS and seen.exten not in _LETTERS:
            channel.exten = seen.exten
        channel.state_told = channel.state_told or seen.state >= 0
        if seen.state == UP and channel.up_at is None:
            channel.up_at = self.now
        elif seen.state == RINGING and channel.rang_at is None:
            channel.rang_at = self.now

    def _rename(self, channel: Channel, name: str) -> None:
        if is_party(name) is not channel.party or name.endswith(">"):
            return  # two channels swap their places: the person stays where he was
        self.names.pop(channel.name, None)
        self.names[name] = channel.uniqueid
        channel.name = name

    def _relink(self, channel: Channel, linkedid: str) -> None:
        channel.linkedid = linkedid
        other = self.linked.get(linkedid)
        call = self.call_of[channel.uniqueid]
        if other is not None:
            self.merge(call, other)
        elif linkedid not in self._ended_links:
            self.linked[linkedid] = call
            call.linked[linkedid] = None

    def offer(self, channel: Channel) -> Call:
        """Return the channel's call, telling of it first when its caller is known by now."""
        call = self.call_of[channel.uniqueid]
        if not call.offered and offering.knows_caller(call):
            self.offer_call(call)
        return call

    def offer_call(self, call: Call) -> None:
        """Tell of a call, if it has a person at all, with whatever is known of it."""
        if call.offered or not call.legs:
            return
        self.teller.tell(offering.offered(call, self.endpoints, self.system, taken=self._given))
        _remember(self._given, call.call_id)
        self.calls[call.call_id] = call
        self.teller.catch_up(call, self.now)
        if call.waiting is not None and call.caller is not None:
            self.teller.tell(offering.queued(call, call.waiting, call.caller))

    def merge(self, one: Call, two: Call) -> Call:
        """Make one call of two that share a channel; the older one goes on."""
        if one is two or one.standing or two.standing:
            return one
        kept, lost = (one, two) if _age(one) <= _age(two) else (two, one)
        if lost.offered:
            self._tell_joined(lost, kept)
        for linkedid in lost.linked:
            self.linked[linkedid] = kept
            kept.linked[linkedid] = None
        for uniqueid, channel in lost.live.items():
            self.call_of[uniqueid] = kept
            kept.live[uniqueid] = channel
        joining.take_over(kept, lost)
        for visitor in lost.visitors:
            self.visits[visitor].call = kept
        for leg in lost.live.values():
            if leg.phase is not Phase.IDLE:
                self.teller.phone_changed(kept, leg, self.now)
        return kept

    def _tell_joined(self, lost: Call, kept: Call) -> None:
        self.teller.close(lost, self.now)
        self.calls.pop(lost.call_id, None)
        self.teller.tell(
            events.CallEnded(
                at=self.now,
                call_id=lost.call_id,
                outcome=ending.outcome_of(lost, told=self.hangups_told),
                hung_up_by=Party.UNKNOWN,
                cause=0,
                joined_into=kept.call_id,
            )
        )
        lost.offered = False

    def leave(self, channel: Channel) -> None:
        """Forget a channel that has ended, and its call when nobody is left in it."""
        call = self.call_of.pop(channel.uniqueid)
        call.live.pop(channel.uniqueid, None)
        self.channels.pop(channel.uniqueid, None)
        if self.names.get(channel.name) == channel.uniqueid:
            self.names.pop(channel.name)
        _remember(self._ended, channel.uniqueid)
        if call.is_over():
            self.finish(call)

    def finish(self, call: Call, *, lost: bool = False) -> None:
        """End a call: tell of it, write its record, and let go of everything it held."""
        self.offer_call(call)
        self._let_go(call)
        if not call.offered:
            return
        end = timing.ended_at(call, self.now)
        call.direction = ending.direction_of(call, self.endpoints)
        outcome = (
            Outcome.LOST_TO_RESTART if lost else ending.outcome_of(call, told=self.hangups_told)
        )
        record = ending.record_of(
            call,
            self.endpoints,
            end=end,
            outcome=outcome,
            by=self._hung_up_by(call, lost=lost),
        )
        self._keep(record)
        self._tell_ended(call, record)

    def _hung_up_by(self, call: Call, *, lost: bool) -> Party:
        return (
            Party.SYSTEM
            if lost
            else ending.hung_up_by(call, self.endpoints, told=self.hangups_told)
        )

    def _tell_ended(self, call: Call, record: CallRecord) -> None:
        waiting = ending.abandoned_stay(call, told=self.hangups_told)
        self.teller.close(call, self.now)
        if waiting is not None and record.outcome is not Outcome.LOST_TO_RESTART:
            self.teller.tell(
                events.CallAbandoned(at=self.now, call_id=call.call_id, queue=waiting.queue)
            )
        self.teller.tell(
            events.CallEnded(
                at=self.now,
                call_id=call.call_id,
                outcome=record.outcome or Outcome.FAILED,
                hung_up_by=record.hung_up_by,
                cause=call.caller.cause if call.caller else 0,
            )
        )

    def _let_go(self, call: Call) -> None:
        self.calls.pop(call.call_id, None)
        for uniqueid, channel in call.live.items():
            channel.ended_at = channel.ended_at or self.now
            self.channels.pop(uniqueid, None)
            self.call_of.pop(uniqueid, None)
            self.names.pop(channel.name, None)
            self.out_of_bridge(channel)
            _remember(self._ended, uniqueid)
        call.live.clear()
        for visitor in call.visitors:
            self.visits.pop(visitor, None)
        for linkedid in call.linked:
            self.linked.pop(linkedid, None)
            _remember(self._ended_links, linkedid)

    def out_of_bridge(self, channel: Channel) -> None:
        """Take the channel out of the bridge it is in."""
        inside = self.bridges.get(channel.bridge)
        if inside is not None:
            inside.pop(channel.uniqueid, None)
            if not inside:
                del self.bridges[channel.bridge]
        channel.bridge = ""

    def _keep(self, record: CallRecord) -> None:
        if len(self.records) >= _MOST_RECORDS:
            del self.records[: _MOST_RECORDS // 2]
        self.records.append(record)


def _remember(ended: OrderedDict[_K, None], name: _K) -> None:
    """Keep a name, and let the oldest go when there are many."""
    ended[name] = None
    if len(ended) > _MOST_REMEMBERED:
        ended.popitem(last=False)


def _age(call: Call) -> tuple[bool, datetime, int]:
    """Order calls by which is the older; one that nobody was told of is never kept."""
    return (not call.offered, call.began, call.number)
