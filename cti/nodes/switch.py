"""Verbs on the calls of several Asterisks: each goes to the node where its channel lives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from cti.errors import ActionRefused, CtiError
from cti.nodes.names import parted
from cti.switch import Switch

T = TypeVar("T")


class NodesSwitch:
    """A `Switch` over many; what is not about one channel is done on every node.

    Phones are rung by the first node. What every node is told counts as done when one
    of them did it: a node that is down needs no heartbeat.
    """

    def __init__(self, nodes: Mapping[str, Switch]) -> None:
        self._nodes = nodes
        self._first = next(iter(nodes.values()))

    async def redirect(self, channel: str, *, context: str, exten: str) -> None:
        """Take the channel out of what it does and send it to this place."""
        node, name = self._of(channel)
        await node.redirect(name, context=context, exten=exten)

    async def hang_up(self, channel: str) -> None:
        """End the channel."""
        node, name = self._of(channel)
        await node.hang_up(name)

    async def dial(
        self, device: str, *, number: str, call_variables: Mapping[str, str] | None = None
    ) -> str:
        """Ring our own phone, then the number; return the uniqueid the call will have."""
        return await self._first.dial(device, number=number, call_variables=call_variables)

    async def originate(
        self,
        device: str,
        *,
        context: str,
        exten: str,
        uniqueid: str,
        ring_seconds: int,
        call_variables: Mapping[str, str],
        caller_number: str = "",
    ) -> None:
        """Ring a device and send it, once answered, to a place; its channel gets this uniqueid."""
        await self._first.originate(
            device,
            context=context,
            exten=exten,
            uniqueid=uniqueid,
            ring_seconds=ring_seconds,
            call_variables=call_variables,
            caller_number=caller_number,
        )

    async def pause_member(
        self, queue: str, *, device: str, paused: bool, reason: str = ""
    ) -> None:
        """Let the fallback queues (every queue when empty) ring the phone, or not."""
        await self._all(
            lambda node: node.pause_member(queue, device=device, paused=paused, reason=reason)
        )

    async def set_heartbeat(self, beat: int) -> None:
        """Tell every dialplan that the queues are served."""
        await self._all(lambda node: node.set_heartbeat(beat))

    async def take_back(self, channel: str, *, queue: str) -> None:
        """Have the fallback queue send the caller back to the wait, unless it joined him."""
        node, name = self._of(channel)
        await node.take_back(name, queue=queue)

    async def set_variable(self, channel: str, *, name: str, value: str) -> None:
        """Set a CC_* variable of the channel; a global one on every node when it is empty."""
        if channel:
            node, own = self._of(channel)
            await node.set_variable(own, name=name, value=value)
        else:
            await self._all(lambda node: node.set_variable("", name=name, value=value))

    async def get_variable(self, channel: str, *, name: str) -> str:
        """Read a CC_* variable; a global one from the first node that has it."""
        if channel:
            node, own = self._of(channel)
            return await node.get_variable(own, name=name)
        found = await self._all(lambda node: node.get_variable("", name=name))
        return next((value for value in found if value), "")

    async def bridge(self, channel_1: str, channel_2: str) -> None:
        """Join two channels of one node."""
        (node, one), (other, two) = self._of(channel_1), self._of(channel_2)
        if node is not other:
            raise ActionRefused("the two channels live on different nodes")
        await node.bridge(one, two)

    async def park(self, channel: str) -> None:
        """Park the channel."""
        node, name = self._of(channel)
        await node.park(name)

    async def mute_recording(self, channel: str, *, muted: bool) -> None:
        """Silence the channel's recording, or let it hear again."""
        node, name = self._of(channel)
        await node.mute_recording(name, muted=muted)

    def _of(self, channel: str) -> tuple[Switch, str]:
        name, own = parted(channel)
        node = self._nodes.get(name)
        if node is None:
            raise ActionRefused(f"no node is called {name!r}")
        return node, own

    async def _all(self, verb: Callable[[Switch], Awaitable[T]]) -> list[T]:
        """Do it everywhere and return what came of it; raises when no node did it."""
        done = await asyncio.gather(
            *(verb(node) for node in self._nodes.values()), return_exceptions=True
        )
        failed = [error for error in done if isinstance(error, BaseException)]
        for error in failed:
            if not isinstance(error, CtiError):
                raise error
        if len(failed) == len(done):
            raise failed[0]
        return [value for value in done if not isinstance(value, BaseException)]
