"""Parties: who is to know what their channels do."""

from __future__ import annotations

from typing import Protocol

from acd.simulation.truth import Caller, Phone


class People(Protocol):
    """Who is to know what their channels do."""

    def waits(self, caller: Caller) -> None:
        """Hear that the caller waits for an agent."""

    def rings(self, phone: Phone, caller: Caller, seconds: float) -> None:
        """Hear that the phone rings, for so long at most."""

    def talks(self, phone: Phone, caller: Caller) -> None:
        """Hear that the two are joined."""

    def talks_outside(self, caller: Caller) -> None:
        """Hear that the caller talks with somebody who is no agent."""

    def diverted(self, caller: Caller, queue: str) -> None:
        """Hear that this queue sent the caller on."""

    def asked_for_callback(self, caller: Caller) -> None:
        """Hear that the caller is asked whether to be called back; he waits on."""

    def agent_is_there(self, phone: Phone, caller: Caller) -> None:
        """Hear that the agent has taken a callback whose customer is not rung yet."""

    def left(self, phone: Phone, caller: Caller) -> None:
        """Hear that the phone is out of the call."""

    def gone(self, caller: Caller, *, answered: bool) -> None:
        """Hear that the call is over."""
