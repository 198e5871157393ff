"""A call as ordered on the command line, carried out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from callcenter.demo.caller import CallResult, TrunkCall
from callcenter.demo.media import check_keys
from callcenter.demo.scenario import Caller
from callcenter.errors import CommandFailed

_LONGEST = 3600.0
_RING_SECONDS = 30.0
_KEY_SECONDS = 2.0  # more than any key takes


@dataclass(frozen=True, kw_only=True, slots=True)
class CallOrder:
    """Who calls whom, what keys are pressed when, and how long the caller stays; seconds."""

    from_number: str
    to_number: str
    name: str = ""
    keys: str = ""
    before_keys: float = 2.0
    talk: float = 10.0

    def longest(self) -> float:
        """Return more seconds than the call can last."""
        return _RING_SECONDS + self.before_keys + len(self.keys) * _KEY_SECONDS + self.talk

    def caller(self) -> Caller:
        """Return the caller; CommandFailed when something in the order cannot be."""
        try:
            check_keys(self.keys)
            _check_seconds(self.talk)
            _check_seconds(self.before_keys)
            return Caller(
                from_number=self.from_number,
                to_number=self.to_number,
                name=self.name,
                longest_seconds=self.longest(),
            )
        except ValueError as error:
            raise CommandFailed(str(error)) from error


def _check_seconds(seconds: float) -> None:
    if not (math.isfinite(seconds) and 0 <= seconds <= _LONGEST):
        raise ValueError(f"{seconds} is no number of seconds from 0 to {_LONGEST:g}")


async def place(order: CallOrder, *, sip_port: int) -> CallResult:
    """Carry the order out against the trunk on 127.0.0.1:`sip_port`."""
    async with TrunkCall(order.caller(), sip_port=sip_port) as call:
        if await call.answered(_RING_SECONDS) and not await call.ended(order.before_keys):
            await call.press(order.keys)
            await call.ended(order.talk)
        await call.hang_up()
        return call.result()
