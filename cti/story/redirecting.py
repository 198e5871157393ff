"""Calls that the engine, or somebody by AMI, takes out of a phone's hands."""

from __future__ import annotations

from datetime import timedelta

from cti import events
from cti.events import TransferKind
from cti.records import TransferRecord
from cti.story.call import Call
from cti.story.channel import Channel, Phase
from cti.story.world import World

_AT_ONCE = timedelta(seconds=1)  # two messages of one act
_SOON = timedelta(seconds=15)  # an expected transfer that did not come is forgotten


def phone_gone(world: World, call: Call, channel: Channel) -> None:
    """See whether a phone that left did so because the engine moves the caller on."""
    expected = call.expected
    if expected is None or expected.by != channel.device or channel.phase is not Phase.ANSWERED:
        return
    caller = call.caller
    call.expected = None
    if world.now - expected.since <= _SOON and not (caller and caller.asked_at):
        tell(world, call, expected.kind, by=expected.by, to=expected.to, legs=[caller, channel])


def infer_redirect(world: World, source: Channel, *, to: str) -> None:
    """Take it for a transfer when somebody moved the caller away from a talking phone.

    AMI Redirect leaves no event of its own: the caller leaves the bridge already bound
    for another place, nobody has hung up, the phone is gone, and the caller is queued or
    rings elsewhere.
    """
    call = world.call_of[source.uniqueid]
    expected, person = call.expected, call.taken_away_from
    if not to or source is not call.caller or (person is None and expected is None):
        return
    call.taken_away_from = None
    if expected is not None and (named := _talking_at(call, expected.by)):
        call.expected = None
        _take_away(world, call, named, expected.kind, to=expected.to)
    elif person is not None and _was_left_alone(person) and not _was_told(call, person):
        _take_away(world, call, person, TransferKind.BLIND, to=to)


def _talking_at(call: Call, device: str) -> Channel | None:
    return next((each for each in call.talking() if each.device == device), None)


def _was_left_alone(person: Channel) -> bool:
    there = person.ended_at is None and bool(person.bridge)
    return person.left_at is None and person.asked_at is None and not there


def _was_told(call: Call, person: Channel) -> bool:
    last = call.transfers[-1] if call.transfers else None
    since = person.left_bridge_at or person.ended_at
    return last is not None and since is not None and last.at >= since - _AT_ONCE


def _take_away(world: World, call: Call, person: Channel, kind: TransferKind, *, to: str) -> None:
    tell(world, call, kind, by=person.device, to=to, legs=[call.caller, person])
    person.left_at = person.ended_at or person.left_bridge_at or world.now
    if person.phase is Phase.ANSWERED:
        person.phase = Phase.GONE
        world.teller.phone_changed(call, person, world.now)


def tell(
    world: World,
    call: Call,
    kind: TransferKind,
    *,
    by: str,
    to: str,
    legs: list[Channel | None],
) -> None:
    """Keep the transfer for the record, and tell of it once."""
    if any(each.at == world.now and each.kind is kind for each in call.transfers):
        return
    names = tuple(dict.fromkeys(leg.name for leg in legs if leg is not None and leg.party))
    call.transfers.append(TransferRecord(kind=kind, at=world.now, by=by, to=to, legs=names))
    if call.offered:
        world.teller.tell(
            events.CallTransferred(at=world.now, call_id=call.call_id, kind=kind, by=by, to=to)
        )
