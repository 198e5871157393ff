"""Mirrors: whom the fallback may ring, by what Asterisk could be told before the link went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acd.board import Moment
from acd.simulation.heard import Desk
from acd.simulation.result import Broken

if TYPE_CHECKING:
    from acd.simulation.hearing import Hearing


class Mirrors:
    """Keeps, while there is no link, who was ready when it went."""

    def __init__(self) -> None:
        self._ready: dict[str, str] | None = None  # device to why not
        self.checks = 0

    def cut_off(self, hearing: Hearing, moment: Moment) -> None:
        """Note who is ready now: nothing later can be told."""
        if self._ready is None:
            desks = hearing.desks.by_device
            self._ready = {device: _why_not(desk, moment) for device, desk in desks.items()}

    def renewed(self) -> None:
        """Everything is told anew from now on."""
        self._ready = None

    def rings(self, hearing: Hearing, device: str, moment: Moment) -> None:
        """Hold it against what was told that the fallback rings this phone."""
        self.checks += 1
        desk = hearing.desks.by_device[device]
        why = _why_not(desk, moment) if self._ready is None else self._ready.get(device, "")
        if why:
            raise Broken("the fallback rings nobody who is not ready", f"{desk.agent_id} {why}")


def _why_not(desk: Desk, moment: Moment) -> str:
    if desk.doubt:
        return ""
    if desk.wish != "ready":
        return f"is {desk.wish}"
    if desk.wrap_until > moment.clock:
        return "is in wrap-up"
    return "" if desk.microphone and not desk.window_closed else "has no desktop"
