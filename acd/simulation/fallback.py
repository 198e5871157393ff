"""The fallback: Asterisk's own queues, which take callers once nobody serves them."""

from __future__ import annotations

from collections.abc import Callable

from acd.board import Roster
from acd.simulation.agenda import Agenda
from acd.simulation.result import Broken
from acd.simulation.switch import Switch
from acd.simulation.truth import Caller, Phone, Stage

SILENT_SECONDS = 4.0  # heartbeats missed, until a caller who waits goes over to app_queue
RING_SECONDS = 20.0


class Fallback:
    """Looks once a second; `beating` tells whether the engine's heart was heard.

    `ringing` is told of each phone before it rings: whoever it belongs to must be ready.
    """

    def __init__(self, agenda: Agenda, switch: Switch, roster: Roster) -> None:
        self._agenda, self._switch = agenda, switch
        self.configure(roster)
        self.beating: Callable[[], bool] = lambda: True
        self.ringing: Callable[[Phone], None] = lambda _phone: None
        self._paused: set[str] = set()  # devices
        self.taken = 0  # callers
        self.rung = 0  # phones
        self._silent = 0.0
        self._rung_at: dict[str, float] = {}

    def configure(self, roster: Roster) -> None:
        """Ring these agents' phones from now on."""
        self._members: dict[str, list[str]] = {queue.name: [] for queue in roster.queues}
        for agent in roster.agents:
            for name in agent.queues:
                self._members[name].append(agent.device)

    def pause(self, device: str, paused: bool) -> None:
        """Let the phone be rung no more, or again."""
        (self._paused.add if paused else self._paused.discard)(device)

    def begin(self) -> None:
        """Look from now on."""
        self._agenda.after(1.0, self._look)

    def _look(self) -> None:
        self._silent = 0.0 if self.beating() else self._silent + 1.0
        if self._silent >= SILENT_SECONDS:
            self._take_over()
        for caller in [each for each in self._switch.callers.values() if each.fallback]:
            if caller.stage is Stage.WAITING and caller.withdrawn:
                self._switch.wait(caller)
            elif caller.stage is Stage.WAITING:
                self._ring(caller)
        self._agenda.after(1.0, self._look)

    def _take_over(self) -> None:
        long_ago = self._agenda.seconds - SILENT_SECONDS
        for caller in list(self._switch.callers.values()):
            waits = caller.stage is Stage.WAITING and not caller.fallback
            if waits and caller.entered <= long_ago:
                self.taken += 1
                self._switch.wait(caller, fallback=True)

    def _ring(self, caller: Caller) -> None:
        phones = (self._switch.phones[device] for device in self._members[caller.queue])
        idle = [phone for phone in phones if phone.registered and not phone.busy]
        free = [phone for phone in idle if phone.device not in self._paused]
        if not free:
            return
        phone = min(free, key=lambda each: self._rung_at.get(each.device, -1.0))
        if phone.busy:
            raise Broken("the fallback rings no phone in use", phone.device)
        self.ringing(phone)
        self._rung_at[phone.device] = self._agenda.seconds
        self.rung += 1
        self._switch.ring(caller, [phone], RING_SECONDS)
