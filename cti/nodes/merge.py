"""The events of several Asterisks told as the events of one; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from cti.events import (
    CallEnded,
    CallOffered,
    DeviceChanged,
    DeviceState,
    Event,
    LinkLost,
    LiveCall,
    Resynced,
    Settled,
)
from cti.nodes.names import FROM_NODE, qualified

Live: TypeAlias = Callable[[], Iterable[LiveCall]]

# What a phone that several nodes see is, by the state that says most.
_STRONGEST = (
    DeviceState.RINGINUSE,
    DeviceState.INUSE,
    DeviceState.BUSY,
    DeviceState.ONHOLD,
    DeviceState.RINGING,
    DeviceState.NOT_INUSE,
    DeviceState.UNAVAILABLE,
    DeviceState.INVALID,
    DeviceState.UNKNOWN,
)


class NodeMerge:
    """Takes each node's events in its order and returns what the reader of all is told.

    A node's picture becomes a picture of all nodes that are up: calls of the others stay.
    A node that is lost takes its calls out of the picture and stops nobody else's; when
    the last one is lost the link is. A phone that several nodes see is in use when one
    of them says so. `live` tells each node's calls as they are now.
    """

    def __init__(self, live: Mapping[str, Live]) -> None:
        self._live = live
        self._devices: dict[str, Mapping[str, DeviceState]] = {}  # of nodes that are up
        self._told: dict[str, DeviceState] = {}
        self._booted: dict[str, str] = {}
        self._epoch = 0
        self._handed_on: set[UUID] = set()  # calls between nodes, where they arrive
        self._settling: set[str] = set()  # nodes that still tell what happened meanwhile
        self._unfound: dict[UUID, set[str]] = {}  # restored calls, and who lacks them
        self._home: dict[UUID, str] = {}  # restored calls that were found, and where

    def expect(self, call_ids: Iterable[UUID]) -> None:
        """Know which calls each node was told to look for; they live on one node alone."""
        self._unfound = {call_id: set() for call_id in call_ids}

    def take(self, node: str, event: Event) -> list[Event]:
        """Return what this event of this node means to the reader of all."""
        return [] if self._is_handed_on(event) else self._mean(node, event)

    def _mean(self, node: str, event: Event) -> list[Event]:
        match event:
            case Resynced():
                return self._see(node, event)
            case LinkLost():
                return self._lose(node, event)
            case Settled():
                self._settling.discard(node)
                return [] if self._settling else [event]
            case DeviceChanged():
                return self._change(node, event)
            case CallEnded():
                return self._end(node, event)
            case _:
                return [_qualified(node, event)]

    def _is_handed_on(self, event: Event) -> bool:
        """Tell whether this is the far part of a call that another node tells of."""
        call_id = getattr(event, "call_id", None)
        if isinstance(event, CallOffered) and event.channel.startswith(FROM_NODE):
            self._handed_on.add(event.call_id)
        there = call_id in self._handed_on
        if isinstance(event, CallEnded):
            self._handed_on.discard(event.call_id)
        return there

    def _see(self, node: str, event: Resynced) -> list[Event]:
        (self._settling.add if event.settling else self._settling.discard)(node)
        self._devices[node] = dict(event.devices)
        self._booted[node] = event.booted
        self._handed_on |= {c.call_id for c in event.calls if c.channel.startswith(FROM_NODE)}
        for call in event.calls:
            if self._unfound.pop(call.call_id, None) is not None:
                self._home[call.call_id] = node
        return [self._picture(event.at, restarted=event.restarted)]

    def _lose(self, node: str, event: LinkLost) -> list[Event]:
        self._devices.pop(node, None)
        self._settling.discard(node)
        if not self._devices:
            return [event]
        return [self._picture(event.at, restarted=False)]

    def _picture(self, at: datetime, *, restarted: bool) -> Resynced:
        self._epoch += 1
        calls = [
            replace(
                call,
                channel=qualified(node, call.channel),
                device_channel=qualified(node, call.device_channel),
                there=tuple((device, qualified(node, name)) for device, name in call.there),
            )
            for node in self._devices
            for call in self._live[node]()
            if not call.channel.startswith(FROM_NODE)
        ]
        names = {device for devices in self._devices.values() for device in devices}
        self._told = {device: self._state(device) for device in names}
        booted = ";".join(f"{node}={self._booted[node]}" for node in sorted(self._devices))
        return Resynced(
            at=at,
            epoch=self._epoch,
            restarted=restarted,
            calls=tuple(calls),
            devices=dict(self._told),
            booted=booted,
            settling=bool(self._settling),
        )

    def _change(self, node: str, event: DeviceChanged) -> list[Event]:
        if node not in self._devices:
            return []
        self._devices[node] = {**self._devices[node], event.device: event.state}
        state = self._state(event.device)
        if self._told.get(event.device) is state:
            return []
        self._told[event.device] = state
        return [replace(event, state=state)]

    def _state(self, device: str) -> DeviceState:
        seen = [devices[device] for devices in self._devices.values() if device in devices]
        return min(seen, key=_STRONGEST.index)

    def _end(self, node: str, event: CallEnded) -> list[Event]:
        """Believe that a call of before our start is over when no node has it any more."""
        if self._home.get(event.call_id, node) != node:
            return []
        self._home.pop(event.call_id, None)
        missing = self._unfound.get(event.call_id)
        if missing is None:
            return [event]
        missing.add(node)
        if missing < set(self._live):
            return []
        del self._unfound[event.call_id]
        return [event]


def part_of(booted: str, node: str) -> str:
    """Return one node's word out of the `booted` of all."""
    parts = dict(part.partition("=")[::2] for part in booted.split(";"))
    return parts.get(node, "")


def _qualified(node: str, event: Event) -> Event:
    changes: dict[str, str] = {}
    fields: Sequence[str] = getattr(event, "__slots__", ())
    for name in ("channel", "device_channel"):
        if name in fields:
            changes[name] = qualified(node, getattr(event, name))
    return replace(event, **changes) if changes else event  # type: ignore[arg-type]
