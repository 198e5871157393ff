"""The fence: a switch that does nothing for an engine which may have lost the lead."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from acd.lead import Lead, LeadLost
from cti.errors import CtiError, LinkDown
from cti.switch import Switch

FENCED_BACK = 16  # leads before ours that are shut out; more cannot have come and gone unfenced

_log = structlog.get_logger(__name__)


class NotLeading(LinkDown):
    """Nothing was sent: whether this engine still leads is being asked."""


class FencedSwitch:
    """Passes a verb on only while the lead is sure, and keeps earlier leaders out of Asterisk.

    The mark of a lead that is over (`CC_FENCED_<token>`) is only ever set, never taken
    away: however late an earlier leader wakes up, it cannot undo it, and the dialplan
    sends the callers whom it would still offer back to the wait.
    """

    def __init__(self, switch: Switch, lead: Lead) -> None:
        self._switch, self._lead = switch, lead

    async def shut_out_others(self) -> None:
        """Mark the leads before ours as over; the first thing to do on a new link."""
        over = range(max(1, self._lead.token - FENCED_BACK), self._lead.token)
        marks = [
            self._switch.set_variable("", name=f"CC_FENCED_{token}", value="1") for token in over
        ]
        for done in await asyncio.gather(*marks, return_exceptions=True):
            if isinstance(done, CtiError):
                _log.warning("earlier_lead_not_shut_out", reason=str(done))
            elif isinstance(done, BaseException):
                raise done

    async def set_heartbeat(self, beat: int) -> None:
        """Tell the dialplan that the queues are served; raises `LeadLost` if not by us."""
        self._check()
        await self._switch.set_heartbeat(beat)
        token = self._lead.token
        if token and await self._switch.get_variable("", name=f"CC_FENCED_{token}"):
            raise LeadLost(f"engine {token} leads no more, says Asterisk")

    async def redirect(self, channel: str, *, context: str, exten: str) -> None:
        """Take the channel out of what it does and send it to this place."""
        self._check()
        await self._switch.redirect(channel, context=context, exten=exten)

    async def hang_up(self, channel: str) -> None:
        """End the channel."""
        self._check()
        await self._switch.hang_up(channel)

    async def dial(
        self, device: str, *, number: str, call_variables: Mapping[str, str] | None = None
    ) -> str:
        """Ring our own phone, then the number; return the uniqueid the call will have."""
        self._check()
        return await self._switch.dial(device, number=number, call_variables=call_variables)

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
        self._check()
        await self._switch.originate(
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
        """Let the fallback queue (every queue when empty) ring the phone, or not."""
        self._check()
        await self._switch.pause_member(queue, device=device, paused=paused, reason=reason)

    async def take_back(self, channel: str, *, queue: str) -> None:
        """Have the fallback queue send the caller back to the wait, unless it joined him."""
        self._check()
        await self._switch.take_back(channel, queue=queue)

    async def set_variable(self, channel: str, *, name: str, value: str) -> None:
        """Set a CC_* variable of the channel; a global one when `channel` is empty."""
        self._check()
        await self._switch.set_variable(channel, name=name, value=value)

    async def get_variable(self, channel: str, *, name: str) -> str:
        """Read a CC_* variable of the channel; a global one when `channel` is empty."""
        return await self._switch.get_variable(channel, name=name)

    async def bridge(self, channel_1: str, channel_2: str) -> None:
        """Join two channels."""
        self._check()
        await self._switch.bridge(channel_1, channel_2)

    async def park(self, channel: str) -> None:
        """Park the channel."""
        self._check()
        await self._switch.park(channel)

    async def mute_recording(self, channel: str, *, muted: bool) -> None:
        """Silence the channel's recording, or let it hear again."""
        self._check()
        await self._switch.mute_recording(channel, muted=muted)

    def _check(self) -> None:
        if not self._lead.sure():
            raise NotLeading("whether this engine still leads is being asked")
