"""Promises about offers: to one agent at a time, who is free and able, and nobody is overtaken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from acd import effects as fx
from acd.board import Moment
from acd.board.settings import Strategy
from acd.simulation.able import may
from acd.simulation.evidence import SLACK, Evidence
from acd.simulation.heard import Desk, HeardCall
from acd.simulation.result import Broken
from cti.events import MissReason

SAME_PLACE = 0.002  # seconds
LONGEST_RING = 20.0  # of all that are drawn
GRACE_SECONDS = 10.0  # until a ring is told of, and until its end is


class Offered:
    """Sees every pop and every ring the board asks for."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence, self._hearing = evidence, evidence.hearing
        self.count = 0
        self._together: list[tuple[UUID, frozenset[str]]] = []  # who rings at the same time
        self._passed: list[tuple[HeardCall, str]] = []
        self._again: list[tuple[HeardCall, str]] = []  # offers to who let this call ring before

    def foresee(self, effects: Sequence[fx.Effect]) -> None:
        """Learn which phones ring together in this step."""
        self._together = [
            (effect.call_id, frozenset(self._rung(effect)))
            for effect in effects
            if isinstance(effect, fx.OfferCall) and effect.beside
        ]

    def popped(self, pop: fx.PopScreen, moment: Moment) -> None:
        """Hold it against the promises that an agent is shown a call."""
        self._evidence.note(moment, pop)
        call, desk = self._hearing.calls.get(pop.call_id), self._hearing.desks.by_id[pop.agent_id]
        if call is None:
            raise Broken("no ghost call", f"{pop.agent_id} was shown {pop.call_id}, which is over")
        if call.call_id in desk.talks:
            return  # he is in it already, unasked: it is only shown
        if not (call.doubt or desk.doubt):
            self._check_single(call, desk)
        call.offered_at = moment.clock
        call.together = any(call_id == call.call_id for call_id, _ in self._together)
        self._hearing.open_offer(desk, call)

    def offered(self, offer: fx.OfferCall, moment: Moment) -> None:
        """Hold it against the promises that phones are to ring for a caller."""
        self.count += 1
        self._evidence.checks += 1
        call = self._hearing.calls[offer.call_id]
        if self._hearing.stale:
            raise Broken("nothing is offered without a link", f"{call.call_id}")
        if not call.doubt and offer.transfer is None and call.stage != "waiting":
            raise Broken("a talk is never torn", f"{call.call_id} is {call.stage}")
        if offer.transfer is None and offer.agent_id in call.let_ring:
            self._again.append((call, offer.agent_id))
        if offer.beside:
            self._check_number(call, 1 + len(offer.beside))
        for agent_id in self._rung(offer):
            desk = self._hearing.desks.by_id[agent_id]
            self.check_desk(call, desk, moment, handed=offer.transfer is not None)

    def _rung(self, offer: fx.OfferCall) -> Iterator[str]:
        """Yield whose phones are to ring."""
        yield offer.agent_id
        for extension in offer.beside:
            yield self._hearing.desks.by_device[f"PJSIP/agent-{extension}"].agent_id

    def check_desk(
        self, call: HeardCall, desk: Desk, moment: Moment, *, handed: bool = False
    ) -> None:
        """Hold it against the promises that this agent is asked for this call."""
        if call.doubt or desk.doubt:
            return
        why = desk.why_not(moment.clock + SLACK)
        if why:
            raise Broken("only who is free is offered", f"{desk.agent_id} {why}")
        if handed:
            return
        if call.queue not in desk.queues:
            raise Broken("only members are offered", f"{desk.agent_id} is not in {call.queue}")
        self._check_place(call, desk, moment)

    def after(self, moment: Moment) -> None:
        """Look, at the end of a step, whether those who were passed had an offer of their own."""
        for other, words in self._passed:
            if other.stage == "waiting" and not other.asked and not self._is_served(other):
                raise Broken("nobody is overtaken", words)
        self._passed.clear()
        for call, agent_id in self._again:
            self._check_again(call, agent_id, moment)
        self._again.clear()
        self._one_won()

    def sweep(self, moment: Moment) -> None:
        """Look for offers that nobody ends."""
        for call in self._hearing.calls.values():
            if not call.asked or call.doubt or call.serves is not None or self._hearing.stale:
                continue
            since = max(call.offered_at, self._hearing.fresh_at)
            if moment.clock > since + LONGEST_RING + GRACE_SECONDS:
                raise Broken("no offer lasts for ever", f"{call.call_id} to {list(call.asked)}")

    def withdrawn(self, withdrawn: fx.WithdrawPop, moment: Moment) -> None:
        """Learn that an offer is off."""
        self._evidence.note(moment, withdrawn)
        call = self._hearing.calls.get(withdrawn.call_id)
        self._hearing.losers.pop(withdrawn.agent_id, None)
        if call is None or withdrawn.agent_id not in call.asked:
            return
        if withdrawn.reason == MissReason.NO_ANSWER:  # by the board's own timer
            desk = self._hearing.desks.by_id[withdrawn.agent_id]
            self._hearing.desks.rang_in_vain(desk, call, MissReason.NO_ANSWER)
        if withdrawn.reason == "unconfirmed":  # his phone never rang: others go first all the same
            call.let_ring.add(withdrawn.agent_id)
        self._hearing.close_offer(call, withdrawn.agent_id)
        if call.serves is not None and withdrawn.reason == "unconfirmed":
            self._hearing.hold(call, moment)  # until he is back from wherever he was sent
        elif not call.asked:
            self._hearing.stand(call)

    def _check_single(self, call: HeardCall, desk: Desk) -> None:
        self._evidence.checks += 1
        if desk.offer is not None:
            raise Broken(
                "no agent is offered two",
                f"{desk.agent_id} is offered {call.call_id} and {desk.offer}",
            )
        calls = self._hearing.calls
        if any(call_id in calls and not calls[call_id].doubt for call_id in desk.talks):
            raise Broken("no agent is offered two", f"{desk.agent_id} talks already")
        asked = {desk.agent_id, *call.asked}
        rings = [ring for call_id, ring in self._together if call_id == call.call_id]
        if call.asked and not any(asked <= ring for ring in rings):
            raise Broken(
                "no caller is offered to two", f"{call.call_id} is offered to {sorted(asked)}"
            )

    def _check_number(self, call: HeardCall, asked: int) -> None:
        rules = self._hearing.rules[call.queue]
        self._evidence.seen["rings of all"] += 1
        if rules.strategy is not Strategy.RING_ALL or asked > rules.ring_all_limit:
            raise Broken("no caller is offered to two", f"{call.call_id} rings at {asked} phones")

    def _check_place(self, call: HeardCall, desk: Desk, moment: Moment) -> None:
        if not may(desk, call, self._hearing.rules[call.queue], moment.clock + SLACK):
            raise Broken("only who is able is offered", f"{desk.agent_id} for {call.call_id}")
        for before in self._before(call, desk):
            other = self._hearing.waiter(before)
            if self._hearing.must(desk, other, moment.clock - SLACK):
                words = f"{call.call_id} goes before {before} at {other.place} in {other.queue}"
                self._passed.append((other, words))

    def _before(self, call: HeardCall, desk: Desk) -> Iterator[UUID]:
        """Yield who stands before the call in the lines of the agent's queues, as he has them."""
        urgent = desk.settings.seat(call.queue).priority
        for name in desk.queues:
            line, own = self._hearing.lines.get(name), desk.settings.seat(name).priority
            if line is None or own < urgent:
                continue
            if own > urgent:
                yield from line.calls()
            else:
                yield from (other for _, other in line.ahead_of(call.place, SAME_PLACE))

    def _check_again(self, call: HeardCall, agent_id: str, moment: Moment) -> None:
        """Look whether somebody who did not let it ring stayed free all the same."""
        if call.doubt or call.together or call.queue not in self._hearing.desks.members:
            return
        self._evidence.checks += 1
        self._evidence.seen["asked again"] += 1
        clock = moment.clock - SLACK
        for desk in self._hearing.desks.members[call.queue]:
            other = desk.agent_id not in call.let_ring and desk.free(clock) and not desk.doubt
            if other and self._hearing.must(desk, call, clock):
                words = f"{agent_id} is asked for {call.call_id} again, {desk.agent_id} is free"
                raise Broken("others are asked before who let it ring", words)

    def _one_won(self) -> None:
        losers, by_id = self._hearing.losers, self._hearing.desks.by_id
        for agent_id, call_id in losers.items():
            if not by_id[agent_id].doubt:
                raise Broken("of several one wins", f"{agent_id} was not told of {call_id}")
        losers.clear()

    def _is_served(self, place: HeardCall) -> bool:
        owed = self._hearing.owing.owed.get(place.call_id)
        return place.inbound is False and (owed is None or owed.attempt is not None)
