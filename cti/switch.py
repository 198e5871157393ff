"""What the floor above may do to calls: a few verbs, each one action, none repeated."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Protocol

from cti.actions import (
    AmiAction,
    Bridge,
    Hangup,
    MixMonitorMute,
    Originate,
    Park,
    QueuePause,
    QueueWithdrawCaller,
    Redirect,
    SetVariable,
)
from cti.allowed import CALL_ID_HEADER
from cti.connection import AmiConnection
from cti.inquiries import GetVariable


def heartbeat(beat: int) -> SetVariable:
    """Return what tells a dialplan that the queues are served; never the same number twice."""
    return SetVariable(name="CC_HEARTBEAT", value=str(beat))


class Switch(Protocol):
    """Verbs on live calls; that one returns means Asterisk accepted it, not that it is done.

    What is done is told by the events. Every verb raises `cti.errors.LinkDown` or
    `UnsafeAction` (not sent), `ActionRefused` (not done; most often the channel is
    gone), `ActionTimedOut` or `ActionLost` (nobody knows: look at the next `Resynced`).
    """

    async def redirect(self, channel: str, *, context: str, exten: str) -> None:
        """Take the channel out of what it does and send it to this place."""
        ...

    async def hang_up(self, channel: str) -> None:
        """End the channel."""
        ...

    async def dial(
        self, device: str, *, number: str, call_variables: Mapping[str, str] | None = None
    ) -> str:
        """Ring our own phone, then the number; return the uniqueid the call will have.

        `cti.ids.call_id_of` makes the call id of it at once. `call_variables` are CC_*.
        """
        ...

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
        """Ring a device and send it, once answered, to a place; its channel gets this uniqueid.

        A phone of ours is told the call by `__CC_CALL_ID` among the variables.
        """
        ...

    async def pause_member(
        self, queue: str, *, device: str, paused: bool, reason: str = ""
    ) -> None:
        """Let the fallback queue (every queue when empty) ring the phone, or not."""
        ...

    async def take_back(self, channel: str, *, queue: str) -> None:
        """Have the fallback queue send the caller back to the wait, unless it joined him."""
        ...

    async def set_heartbeat(self, beat: int) -> None:
        """Tell the dialplan that the queues are served; another number than the last time."""
        ...

    async def set_variable(self, channel: str, *, name: str, value: str) -> None:
        """Set a CC_* variable of the channel; a global one when `channel` is empty."""
        ...

    async def get_variable(self, channel: str, *, name: str) -> str:
        """Read a CC_* variable of the channel; a global one when `channel` is empty."""
        ...

    async def bridge(self, channel_1: str, channel_2: str) -> None:
        """Join two channels."""
        ...

    async def park(self, channel: str) -> None:
        """Park the channel."""
        ...

    async def mute_recording(self, channel: str, *, muted: bool) -> None:
        """Silence the channel's recording, or let it hear again."""
        ...


class AmiSwitch:
    """A `Switch` over one link to Asterisk."""

    def __init__(self, connection: AmiConnection) -> None:
        self._connection = connection

    async def redirect(self, channel: str, *, context: str, exten: str) -> None:
        """Take the channel out of what it does and send it to this place."""
        await self._do(Redirect(channel=channel, context=context, exten=exten))

    async def hang_up(self, channel: str) -> None:
        """End the channel."""
        await self._do(Hangup(channel=channel))

    async def dial(
        self, device: str, *, number: str, call_variables: Mapping[str, str] | None = None
    ) -> str:
        """Ring our own phone, then the number; return the uniqueid the call will have."""
        uniqueid = f"dial-{int(time.time())}.{secrets.randbelow(10**12)}"
        variables = tuple((call_variables or {}).items())
        await self._do(
            Originate(
                channel=device,
                context="dial-out",
                exten=number,
                channel_id=uniqueid,
                caller_number=number,
                variables=variables,
            )
        )
        return uniqueid

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
        variables = dict(call_variables)
        call_id = variables.get("__CC_CALL_ID", "")
        if call_id and device.startswith("PJSIP/agent-"):
            variables[CALL_ID_HEADER] = call_id
        await self._do(
            Originate(
                channel=device,
                context=context,
                exten=exten,
                channel_id=uniqueid,
                caller_number=caller_number,
                ring_milliseconds=ring_seconds * 1000,
                variables=tuple(variables.items()),
            )
        )

    async def pause_member(
        self, queue: str, *, device: str, paused: bool, reason: str = ""
    ) -> None:
        """Let the fallback queue (every queue when empty) ring the phone, or not."""
        await self._do(QueuePause(queue=queue, device=device, paused=paused, reason=reason))

    async def take_back(self, channel: str, *, queue: str) -> None:
        """Have the fallback queue send the caller back to the wait, unless it joined him."""
        await self._do(QueueWithdrawCaller(queue=queue, channel=channel))

    async def set_heartbeat(self, beat: int) -> None:
        """Tell the dialplan that the queues are served; another number than the last time."""
        await self._do(heartbeat(beat))

    async def set_variable(self, channel: str, *, name: str, value: str) -> None:
        """Set a CC_* variable of the channel; a global one when `channel` is empty."""
        await self._do(SetVariable(channel=channel, name=name, value=value))

    async def get_variable(self, channel: str, *, name: str) -> str:
        """Read a CC_* variable of the channel; a global one when `channel` is empty."""
        reply = await self._connection.action(GetVariable(channel=channel, name=name))
        return reply.response.get("Value")

    async def bridge(self, channel_1: str, channel_2: str) -> None:
        """Join two channels."""
        await self._do(Bridge(channel_1=channel_1, channel_2=channel_2))

    async def park(self, channel: str) -> None:
        """Park the channel."""
        await self._do(Park(channel=channel))

    async def mute_recording(self, channel: str, *, muted: bool) -> None:
        """Silence the channel's recording, or let it hear again."""
        await self._do(MixMonitorMute(channel=channel, muted=muted))

    async def _do(self, action: AmiAction) -> None:
        await self._connection.action(action)
