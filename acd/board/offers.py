"""Offers: holding a call out to one agent, and every way that can end."""

from __future__ import annotations

from collections.abc import Sequence

from acd.board import misses, reserving
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Call, Moment, Offer
from acd.effects import OfferCall, PopScreen, RecordChoice, TransferIntent, WithdrawPop
from acd.routing import Choice, Rule
from cti.events import MissReason

CONFIRM_SECONDS = 3.0  # a phone that does not ring by then is not going to
RING_GRACE_SECONDS = 3.0  # beyond the dialplan's own ring time-out, should its event be lost
RETURN_SECONDS = 3.0  # a cancelled ring is followed by the caller's end, or by his return
DEFAULT_RING_SECONDS = 20

_new = tuple.__new__  # of a named tuple, without the call in between


def hold_out(
    floor: Floor,
    *,
    call: Call,
    agent: Agent,
    choice: Choice,
    now: Moment,
    beside: Sequence[Agent] = (),
) -> None:
    """Pop the agent's screen, then ring his phone; those `beside` ring at the same time."""
    floor.leave_line(call)
    if call.callback is not None:
        reserving.reserve(floor, call=call, agent=agent, choice=choice, now=now)
        return
    others = tuple([other.agent_id for other in beside]) if beside else ()
    call.offer = Offer(agent.agent_id, False, choice.by, others, bool(others))
    floor.timers.put(("offer", call), (now.clock + CONFIRM_SECONDS,))
    seconds = ring_seconds(floor, call)
    sender = floor.agents.get(choice.by) if choice.by else None
    ring = (
        agent.agent_id,
        call.call_id,
        call.customers_channel(sender.device) if sender else call.channel,
        agent.settings.extension,
        seconds,
        _intent(sender, agent) if sender else None,
        tuple([other.settings.extension for other in beside]) if beside else (),
    )
    floor.rung = True
    floor.judged.pop(call, None)  # his queue has kept him
    floor.newcomers.pop(call, None)
    for each in (agent, *beside):
        floor.effects.append(_pop(call, each, seconds, choice))
        floor.ask(each, call.call_id, now)
    floor.effects += (_new(OfferCall, ring), _new(RecordChoice, (choice,)))


def adopt(floor: Floor, *, call: Call, agent: Agent, now: Moment) -> None:
    """Take a ring that others began (the fallback queue, a late redirect) as an offer."""
    floor.leave_line(call)
    floor.timers.drop(("return", call))
    call.offer = Offer(agent_id=agent.agent_id)
    agent.offer = call.call_id
    choice = Choice(
        call_id=call.call_id,
        agent_id=agent.agent_id,
        agent_name=agent.settings.name,
        queue=call.queue,
        rule=Rule.RUNG_BY_FALLBACK,
    )
    floor.emit(_pop(call, agent, ring_seconds(floor, call), choice))
    floor.emit(RecordChoice(choice=choice))
    confirm(floor, call, now)
    floor.settle(agent, now)


def confirm(floor: Floor, call: Call, now: Moment) -> None:
    """Note that the phone rings, and give it the queue's ring time."""
    if call.offer is None or call.offer.confirmed:
        return
    call.offer.confirmed = True
    due = now.clock + ring_seconds(floor, call) + RING_GRACE_SECONDS
    floor.timers.put(("offer", call), (due,))
    for agent in _asked(floor, call.offer):
        agent.unconfirmed = 0


def close(floor: Floor, call: Call, now: Moment) -> None:
    """Clear the offer on both sides; the screens keep the pop."""
    offer, call.offer = call.offer, None
    floor.timers.drop(("offer", call))
    floor.touch(call)
    for agent in _asked(floor, offer) if offer else ():
        if agent.offer == call.call_id:
            agent.offer = None
            floor.settle(agent, now)


def withdraw(floor: Floor, call: Call, reason: str, now: Moment) -> None:
    """Take the offer back and the pop off the screens."""
    offer = call.offer
    if offer is None:
        return
    close(floor, call, now)
    for agent_id in offer.agents:
        floor.emit(WithdrawPop(agent_id=agent_id, call_id=call.call_id, reason=reason))
    if call.serves is not None:
        floor.owed.unserved[call.call_id] = None


def leave_out(floor: Floor, call: Call, agent: Agent, reason: str, now: Moment) -> None:
    """Let one of several be out of the offer; the phones of the others ring on."""
    if call.offer is None:
        return
    call.offer = call.offer.without(agent.agent_id)
    agent.offer = None
    floor.emit(WithdrawPop(agent_id=agent.agent_id, call_id=call.call_id, reason=reason))
    floor.touch(call)
    floor.settle(agent, now)


def won(floor: Floor, call: Call, winner: Agent, now: Moment) -> None:
    """End the offer by the answer of one of those it was held out to."""
    for agent in _asked(floor, call.offer) if call.offer else ():
        if agent is not winner:
            leave_out(floor, call, agent, "answered_by_colleague", now)
    close(floor, call, now)


def missed_by(floor: Floor, call: Call, agent: Agent, reason: MissReason, now: Moment) -> None:
    """Go on without this agent: his phone did not answer.

    Where several phones rang, that all of them rang in vain is held against nobody.
    """
    if call.offer is None:
        return
    offer = call.offer
    if not offer.together:
        miss(floor, call, reason, now)
        return
    if reason not in {MissReason.CANCELLED, MissReason.NO_ANSWER}:
        misses.rang_in_vain(floor, agent, call, str(reason), now)
    if offer.beside:
        leave_out(floor, call, agent, str(reason), now)
    elif reason is MissReason.CANCELLED:
        miss(floor, call, reason, now)
    else:
        _return(floor, call, str(reason), now)


def miss(floor: Floor, call: Call, reason: MissReason, now: Moment) -> None:
    """Go on to the next agent, the caller's place kept: this phone did not answer."""
    if reason is MissReason.CANCELLED:
        if call.offer is not None:
            _tell_sender(floor, call.offer, "cancelled")
        withdraw(floor, call, "cancelled", now)
        if call.stint is not None:
            floor.timers.put(("return", call), (now.clock + RETURN_SECONDS,))
        return
    fail(floor, call, str(reason), now)


def fail(floor: Floor, call: Call, reason: str, now: Moment) -> None:
    """Hold against the agent that he let it ring; the call goes to the next one."""
    offer = call.offer
    if offer is None:
        return
    agent = floor.agents.get(offer.agent_id)
    if agent is not None:
        misses.rang_in_vain(floor, agent, call, reason, now)
    _tell_sender(floor, offer, reason)
    withdraw(floor, call, reason, now)
    floor.stand_in_line(call)


def give_up(floor: Floor, call: Call, reason: str, now: Moment) -> None:
    """Try the next agent: this phone never rang, its agent goes behind the others."""
    offer = call.offer
    if offer is None:
        return
    agent = floor.agents.get(offer.agent_id)
    if agent is not None:
        misses.never_rang(floor, agent, call, now)
    if call.stint is not None:
        call.stint.unsure = True
    _tell_sender(floor, offer, reason)
    withdraw(floor, call, reason, now)
    floor.stand_in_line(call)


def release(floor: Floor, agent: Agent, reason: str, now: Moment) -> None:
    """Give the offered call to the next agent: this one is not to be had any more."""
    call = floor.calls.get(agent.offer) if agent.offer else None
    if call is None or call.offer is None:
        return
    if call.offer.beside:
        leave_out(floor, call, agent, reason, now)
        return
    _tell_sender(floor, call.offer, reason)
    withdraw(floor, call, reason, now)
    floor.orphans[call] = None
    floor.stand_in_line(call)


def overdue(floor: Floor, call: Call, now: Moment) -> None:
    """End an offer whose time ran out."""
    if call.offer is None:
        return
    if not call.offer.confirmed:
        give_up(floor, call, "unconfirmed", now)
        return
    floor.orphans[call] = None
    if call.offer.together:
        _return(floor, call, "no_answer", now)
        return
    fail(floor, call, "no_answer", now)


def ring_seconds(floor: Floor, call: Call) -> int:
    """Return how long a phone may ring for this call."""
    queue = call.stint.home if call.stint is not None else floor.queues.get(call.queue)
    return queue.settings.ring_seconds if queue is not None else DEFAULT_RING_SECONDS


def transfer_choice(call: Call, *, by: Agent, to: Agent) -> Choice:
    """Write down that one agent gave the call to another."""
    return Choice(
        call_id=call.call_id,
        agent_id=to.agent_id,
        agent_name=to.settings.name,
        queue=call.queue,
        rule=Rule.TRANSFER,
        by=by.agent_id,
        by_name=by.settings.name,
    )


def show_joined(floor: Floor, call: Call, device: str) -> None:
    """Show the call to an agent who comes into it without having been asked by us."""
    agent = floor.devices.get(device)
    givers = [floor.devices[other] for other in call.talkers if other in floor.devices]
    if agent is None or agent in givers:
        return
    by = givers[-1] if givers else agent
    choice = transfer_choice(call, by=by, to=agent)
    floor.emit(_pop(call, agent, ring_seconds(floor, call), choice))


def _tell_sender(floor: Floor, offer: Offer, reason: str) -> None:
    sender = floor.agents.get(offer.by)
    if sender is not None:
        floor.tell(sender, "transfer_not_taken", detail={"reason": reason})


def _return(floor: Floor, call: Call, reason: str, now: Moment) -> None:
    withdraw(floor, call, reason, now)
    floor.stand_in_line(call)


def _asked(floor: Floor, offer: Offer) -> list[Agent]:
    return [floor.agents[each] for each in offer.agents if each in floor.agents]


def _pop(call: Call, agent: Agent, seconds: int, choice: Choice) -> PopScreen:
    number, name = call.caller_number, call.caller_name
    pop = (agent.agent_id, call.call_id, call.queue, number, name, seconds, choice)
    return _new(PopScreen, pop)


def _intent(sender: Agent, agent: Agent) -> TransferIntent:
    return TransferIntent(by=sender.device, to=agent.device, kind="agent")
