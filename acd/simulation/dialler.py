"""The dialler: makes the calls that callbacks ask for, and sees whose telephone really rings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from uuid import UUID

from acd.board import QueueSettings
from acd.effects import DialCallback
from acd.simulation.agenda import Agenda
from acd.simulation.result import Broken
from acd.simulation.switch import CARRIER, Refused, Switch
from acd.simulation.truth import Caller, Stage
from cti.events import Direction, Party

CUSTOMER_SECONDS = 45.0  # that a customer's phone may ring
SLACK = 1.0
_ONCE = "a callback is dialled once"


class Dialler:
    """Customers answer, are engaged or not at home; `rung` counts how often each was rung."""

    def __init__(
        self, agenda: Agenda, chance: Random, switch: Switch, rules: dict[str, QueueSettings]
    ) -> None:
        self._agenda, self._chance, self._switch, self._rules = agenda, chance, switch, rules
        self.rung: Counter[UUID] = Counter()
        self.reached = 0
        self._attempts: set[tuple[UUID, int]] = set()
        self._spoken: set[UUID] = set()  # callbacks in which two have talked
        self._live: dict[UUID, Caller] = {}
        self._made: dict[UUID, UUID] = {}  # callbacks by the calls made for them
        self._unsure: set[UUID] = set()  # callbacks of whose calls the engine did not hear all
        self._cut: set[UUID] = set()  # callbacks whose calls lived when a link died
        self._last: dict[UUID, tuple[float, int]] = {}  # clock, and steps of the day

    def configure(self, rules: dict[str, QueueSettings]) -> None:
        """Go by these rules, or by those before where they allow more: who was promised when."""
        for name, queue in rules.items():
            old, new = self._rules[name].callback, queue.callback
            loose = replace(
                new,
                tries=max(old.tries, new.tries),
                retry_seconds=min(old.retry_seconds, new.retry_seconds),
            )
            self._rules[name] = replace(queue, callback=loose)

    def make(self, dial: DialCallback, talk_seconds: float) -> None:
        """Begin the call; raises `Refused`."""
        phone = self._switch.phones[f"PJSIP/agent-{dial.extension}"]
        if dial.agent_first and not phone.registered:
            raise Refused("the phone is not registered")
        caller = Caller(
            call_id=dial.call_id,
            channel=f"PJSIP/callback-{dial.uniqueid}",
            number=dial.kept.number,
            began=self._agenda.seconds,
            direction=Direction.OUTBOUND,
            dial=dial,
            talk_seconds=talk_seconds,
            patience=talk_seconds,
        )
        self._is_alone(dial)
        self._live[dial.kept.callback_id] = caller
        if dial.agent_first:
            self._switch.arrive(caller, phone.device)
            self._switch.ring(caller, [phone], dial.ring_seconds)
        else:
            self._switch.arrive(caller)
            self.ring_customer(caller, dial)

    def ring_customer(self, caller: Caller, dial: DialCallback) -> None:
        """Let the customer's telephone ring; from here on he is disturbed."""
        self._may_ring(dial)
        self._switch.turn(caller, Stage.CALLING_OUT)
        self._switch.told.ringing(caller, CARRIER)
        dice, later = self._chance.random(), self._agenda.after
        if dice < 0.6:  # noqa: PLR2004 - a share
            delay = self._chance.uniform(1.0, 15.0)
            later(delay, self._answers, caller, caller.turn, dial)
        else:  # engaged, or nobody at home
            delay = 0.5 if dice < 0.8 else CUSTOMER_SECONDS  # noqa: PLR2004 - a share
            later(delay, self._ends, caller, caller.turn)

    def talks(self, caller: Caller) -> None:
        """Note that agent and customer talk."""
        if caller.dial is not None:
            self._spoken.add(caller.dial.kept.callback_id)
            self.reached += 1

    def lost(self, call_id: UUID) -> None:
        """Note that an event of this call will not be heard."""
        if call_id in self._made:
            self._unsure.add(self._made[call_id])

    def cut(self, owed: Iterable[UUID]) -> None:
        """Note that the link died while these were owed: nobody may know who has talked."""
        self._cut.update(owed)

    def shown(self, caller: Caller) -> None:
        """Note that a picture showed the call, and so how far it had come."""
        if caller.dial is not None:
            self._cut.discard(caller.dial.kept.callback_id)

    def _is_alone(self, dial: DialCallback) -> None:
        key = (dial.kept.callback_id, dial.attempt)
        if key in self._attempts:
            raise Broken(_ONCE, f"attempt {dial.attempt} of {key[0]} is made again")
        self._attempts.add(key)
        live = self._live.get(key[0])
        if live is not None and live.stage is not Stage.GONE:
            raise Broken(_ONCE, f"a call for {key[0]} is {live.stage.value} already")
        self._made[dial.call_id] = key[0]
        if key[0] in self._spoken - self._cut - self._unsure:
            raise Broken(_ONCE, f"{key[0]} was called back before")

    def _may_ring(self, dial: DialCallback) -> None:
        key, rule = dial.kept.callback_id, self._rules[dial.kept.queue].callback
        if key in self._unsure:
            return
        now, steps = self._agenda.seconds, self._agenda.steps_of_day
        last, stepped = self._last.get(key, (-rule.retry_seconds - SLACK, steps))
        if stepped == steps and now - last < rule.retry_seconds - SLACK:
            raise Broken("a callback is retried by its rule", f"{key} after {now - last:.1f} s")
        self._last[key] = now, steps
        self.rung[key] += 1
        if self.rung[key] > rule.tries:
            raise Broken("a callback is retried by its rule", f"{key} {self.rung[key]} times")

    def _answers(self, caller: Caller, turn: int, dial: DialCallback) -> None:
        if caller.turn != turn:
            return
        caller.customer, caller.outside = True, CARRIER
        switch, phone = self._switch, caller.phone
        if phone is not None:
            switch.turn(caller, Stage.TALKING)
        switch.told.answered(caller, CARRIER)
        if phone is not None:
            switch.people.talks(phone, caller)
        else:
            agent = switch.phones[f"PJSIP/agent-{dial.extension}"]
            switch.ring(caller, [agent], dial.ring_seconds)

    def _ends(self, caller: Caller, turn: int) -> None:
        if caller.turn == turn:
            self._switch.hang_up(caller, Party.SYSTEM)
