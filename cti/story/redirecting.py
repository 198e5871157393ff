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
    person = call.taken_away_from
    if person is None or not to or source is not call.caller:
        return
    call.taken_away_from = None
    if person.left_at is not None or person.asked_at is not None:
        return
    if person.ended_at is None and person.bridge:
        return
    last = call.transfers[-1] if call.transfers else None
    since = person.left_bridge_at or person.ended_at or world.now
    if last is not None and last.at >= since - _AT_ONCE:
        return
    person.left_at = person.ended_at or world.now
    tell(world, call, TransferKind.BLIND, by=person.device, to=to, legs=[source, person])


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
    if not call.offered:
        return  # Local channels among themselves: nobody is handed on yet
    names = tuple(dict.fromkeys(leg.name for leg in legs if leg is not None and leg.party))
    call.transfers.append(TransferRecord(kind=kind, at=world.now, by=by, to=to, legs=names))
    world.teller.tell(
        events.CallTransferred(at=world.now, call_id=call.call_id, kind=kind, by=by, to=to)
    )
