"""Asterisk itself starts and stops: what was open then is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from cti import facts
from cti.found import ChannelSeen
from cti.story.world import World

_UPTIME_IS_WHOLE = timedelta(seconds=2)  # Uptime has no fraction, and counts from a bit before


def booted(world: World, fact: facts.SwitchBooted) -> None:
    """Lose the calls that began before Asterisk did; each log-in says how old it is."""
    if fact.uptime is not None:
        lose_older(world, fact.at - timedelta(seconds=fact.uptime) - _UPTIME_IS_WHOLE)
    elif world.stopping:
        lose_older(world, fact.at)
    world.stopping = False


def stopping(world: World, fact: facts.SwitchStopping) -> None:
    """Lose every call: Asterisk is going down."""
    world.last_sign = fact.at
    lose_older(world, fact.at)
    world.stopping = True


def lose_older(world: World, boot: datetime) -> None:
    """End every call that began before `boot`, as of the last sign of life."""
    lost = {id(call): call for call in world.call_of.values() if call.began < boot}
    if not lost:
        return
    now, world.now = world.now, min(world.now, world.last_sign)
    for call in lost.values():
        world.finish(call, lost=True)
    world.now = now


def counts_anew(world: World, seen: ChannelSeen) -> bool:
    """Tell whether Asterisk's count of channels began again: it was restarted unseen.

    A uniqueid is `[system-]second.count`; within one life of Asterisk a later second
    never has a lower count.
    """
    system, second, count = _parts(seen.uniqueid)
    if second == 0:
        return False
    last_second, last_count = world.counts.get(system, (0, -1))
    anew = second >= last_second + 2 and count < last_count
    if second > last_second or anew:
        world.counts[system] = (second, count)
    return anew


def _parts(uniqueid: str) -> tuple[str, int, int]:
    system, _, tail = uniqueid.rpartition("-")
    second, _, count = tail.partition(".")
    if not (second.isdecimal() and count.isdecimal() and len(second) == len("1700000000")):
        return system, 0, 0
    return system, int(second), int(count)
