"""How a phone hands a call on: blind, attended, by parking or by pickup."""

from __future__ import annotations

from datetime import timedelta

from cti import facts
from cti.events import TransferKind
from cti.found import ChannelSeen
from cti.story import dialling, redirecting
from cti.story.call import Call
from cti.story.channel import Channel, Phase
from cti.story.endpoints import device_of, is_party
from cti.story.world import World

_AT_ONCE = timedelta(seconds=1)  # two messages of one act


def blind(world: World, fact: facts.BlindTransferred) -> None:
    """Let a phone go that sent the other side to an extension."""
    by = world.find(fact.by)
    transferee = world.find(fact.transferee) if fact.transferee else None
    if by is None:
        return
    call = world.offer(by)
    if transferee is not None:
        call = world.merge(call, world.call_of[transferee.uniqueid])
    person = _person(call, by)
    _hand_on(world, call, TransferKind.BLIND, person, to=fact.exten, others=[transferee])


def attended(world: World, fact: facts.AttendedTransferred) -> None:
    """Make one call of the phone's two, and let the phone go unless it stays as the third."""
    first, second = world.find(fact.first), world.find(fact.second)
    if first is None or second is None:
        return
    call = world.merge(world.offer(first), world.offer(second))
    others = []
    for seen in (fact.transferee, fact.target, fact.local_one, fact.local_two):
        channel = world.find(seen) if seen else None
        if channel is not None:
            call = world.merge(call, world.call_of[channel.uniqueid])
            others.append(channel)
    to = _target(fact, first, second)
    others += _reached(call, others)
    person = _person(call, first)
    _hand_on(
        world,
        call,
        TransferKind.ATTENDED,
        person,
        to=to,
        others=[*others[:1], second, *others[1:]],
        stays=fact.stays,
    )
    if not fact.stays and second.party:
        _quit(world, second)
        world.teller.phone_changed(call, second, world.now)


def _target(fact: facts.AttendedTransferred, first: Channel, second: Channel) -> str:
    """Return where the call went: the number as dialled, else the device, else the application."""
    if second is not first and second.came_in and second.exten:
        return second.exten
    target: ChannelSeen | None = fact.target
    if target is None:
        return fact.application
    return device_of(target.name) if is_party(target.name) else target.exten or target.number


def _reached(call: Call, others: list[Channel]) -> list[Channel]:
    """Return the phones behind the Local channel that the call went to."""
    if all(channel.party for channel in others):
        return []
    here = {Phase.RINGING, Phase.ANSWERED}
    return [each for each in call.live.values() if each.party and each.phase in here]


def parked(world: World, fact: facts.CallParked) -> None:
    """Let the phone go that parked the other side."""
    parkee = world.find(fact.parkee)
    if parkee is None:
        return
    parker = world.find(fact.parker) if fact.parker else None
    call = world.offer(parkee)
    if parker is not None and parker is not parkee:
        call = world.merge(call, world.call_of[parker.uniqueid])
    person = parker if parker is not None and parker is not parkee else None
    person = person or _last_at(call, fact.parker_device)
    by = person.device if person else fact.parker_device
    _forget_way_to_park(call, by, world)
    _hand_on(world, call, TransferKind.PARK, person, to=fact.space, others=[parkee], by=by)


def _forget_way_to_park(call: Call, by: str, world: World) -> None:
    """Drop the blind transfer to the parking extension: it was the parking itself."""
    last = call.transfers[-1] if call.transfers else None
    blind = last is not None and last.kind is TransferKind.BLIND and last.by == by
    if last is not None and blind and world.now - last.at <= _AT_ONCE:
        call.transfers.pop()


def unparked(world: World, fact: facts.CallUnparked) -> None:
    """Let the phone that took the parked caller be with him."""
    parkee = world.find(fact.parkee)
    retriever = world.find(fact.retriever) if fact.retriever else None
    if parkee is None or retriever is None:
        return
    world.offer(retriever)
    world.merge(world.offer(parkee), world.call_of[retriever.uniqueid])
    dialling.answer(world, retriever)


def picked_up(world: World, fact: facts.CallPickedUp) -> None:
    """Let the phone that picked the call up be with the caller."""
    channel, target = world.find(fact.channel), world.find(fact.target)
    if channel is None or target is None:
        return
    world.offer(channel)
    world.merge(world.offer(target), world.call_of[channel.uniqueid])
    dialling.answer(world, channel)


def linked(world: World, fact: facts.ChannelsLinked) -> None:
    """Keep the two halves of a Local channel in one call."""
    one, two = world.find(fact.one), world.find(fact.two)
    if one is not None and two is not None:
        world.merge(world.call_of[one.uniqueid], world.call_of[two.uniqueid])


def _last_at(call: Call, device: str) -> Channel | None:
    """Return the person who talked last at this device."""
    return next(
        (leg for leg in reversed(call.legs) if leg.device == device and leg.joined_at), None
    )


def _person(call: Call, by: Channel) -> Channel | None:
    """Return the person who hands on; behind a Local channel it is who talked last."""
    if by.party:
        return by
    return max(call.talking(), key=lambda each: each.joined_at or each.began, default=None)


def _hand_on(
    world: World,
    call: Call,
    kind: TransferKind,
    person: Channel | None,
    *,
    to: str,
    others: list[Channel | None],
    by: str = "",
    stays: bool = False,
) -> None:
    if any(each.at == world.now and each.kind is kind for each in call.transfers):
        return  # told before
    world.offer_call(call)
    legs = [*others[:1], person, *others[1:]]
    call.taken_away_from = call.expected = None
    redirecting.tell(world, call, kind, by=person.device if person else by, to=to, legs=legs)
    if person is not None and not stays:
        _quit(world, person)
        if person.party:
            world.teller.phone_changed(call, person, world.now)


def _quit(world: World, channel: Channel) -> None:
    channel.left_at = channel.left_at or world.now
    if channel.phase in {Phase.RINGING, Phase.ANSWERED}:
        channel.phase = Phase.GONE
