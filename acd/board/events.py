"""What each telephone event does to the board; an event seen before does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from acd.board import briefs, callbacks, lending, offers, overflow, resync, served
from acd.board.floor import Floor
from acd.board.hands import end_call, leave_call, take_call
from acd.board.model import Call, Moment, is_new
from acd.effects import Tell
from acd.notices import FeedStale
from cti import events as cti

_OF_THE_LINK = frozenset({"offer", "return", "dial"})

Handler: TypeAlias = Callable[[Floor, Any, Moment], None]
OfCall: TypeAlias = (
    cti.CallQueued
    | cti.AgentRinging
    | cti.AgentMissedCall
    | cti.CallHeld
    | cti.AgentLeft
    | cti.CallAbandoned
)


def apply(floor: Floor, event: cti.Event, now: Moment) -> None:
    """Let the event change the board."""
    _HANDLERS[type(event)](floor, event, now)


def call_offered(floor: Floor, event: cti.CallOffered, now: Moment) -> None:
    """Begin a call: in the menu, or in the hands of the agent who dials."""
    if callbacks.dialled(floor, event, now):
        return
    if event.call_id in floor.calls or event.call_id in floor.ended:
        return
    call = Call(
        call_id=event.call_id,
        channel=event.channel,
        direction=event.direction,
        caller_number=event.caller_number,
        caller_name=event.caller_name,
        dialled_number=event.dialled_number,
        started_at=event.at,
        brief=briefs.taken(floor, event.call_id),
    )
    floor.calls[call.call_id] = call
    floor.touch(call)
    if event.device:
        take_call(floor, call, event.device, channel=event.channel, now=now)


def call_queued(floor: Floor, event: cti.CallQueued, now: Moment) -> None:
    """Let the caller wait, or come back to his place after a vain ring."""
    call = _fresh(floor, event, "queued", "")
    if call is None:
        return
    call.channel = event.channel
    call.lent = event.fallback
    if call.lent:
        lending.ask_back(floor, call, event.queue)
    if call.diverted is not None and call.diverted.stint.queue == event.queue:
        return  # back from a phone while he is being sent elsewhere
    if call.stint is not None and call.stint.queue == event.queue:
        call.stint.unsure = False
        floor.stand_in_line(call)
        return
    if (stint := floor.close_stint(call)) is not None:
        stint.home.figures.left += 1
    offers.withdraw(floor, call, "moved", now)
    call.own_priority = event.priority
    call.priority = event.priority + overflow.priority_of(floor, call, event.queue)
    since = callbacks.place_of(floor, call, event)
    stint = floor.enter_line(call, queue=event.queue, since=since, now=now)
    stint.home.figures.offered += 1


def agent_ringing(floor: Floor, event: cti.AgentRinging, now: Moment) -> None:
    """Confirm our offer, or adopt a ring that others began."""
    call, agent = _fresh(floor, event, "ringing", event.device), floor.devices.get(event.device)
    if call is not None and agent is None and call.serves is not None:
        callbacks.customer_rings(floor, call)
    if call is None or agent is None:
        return
    if call.offer is not None:
        if agent.agent_id in call.offer.agents:
            offers.confirm(floor, call, now)
        return
    if call.stint is not None and not agent.busy:
        offers.adopt(floor, call=call, agent=agent, now=now)


def agent_missed(floor: Floor, event: cti.AgentMissedCall, now: Moment) -> None:
    """Go on to the next agent: this phone did not take the call."""
    call = _fresh(floor, event, "missed", event.device)
    agent = floor.devices.get(event.device)
    if call is None or agent is None or call.offer is None:
        return
    if agent.agent_id in call.offer.agents:
        offers.missed_by(floor, call, agent, event.reason, now)


def call_answered(floor: Floor, event: cti.CallAnswered, now: Moment) -> None:
    """Somebody took the call: the wait is over, other offers are off."""
    call = floor.calls.get(event.call_id)
    if call is None or not call.is_news("answered", event.device, event.at):
        return
    if call.serves is not None and callbacks.answered(floor, call, event, now):
        return
    if call.answered_at is not None and call.offer is None and event.device not in call.talkers:
        offers.show_joined(floor, call, event.device)
    if (stint := floor.close_stint(call)) is not None:
        floor.count_answer(stint, event.at, by_agent=event.device in floor.devices)
    call.answered_at = call.answered_at or event.at
    call.lent = False
    overflow.sent_no_longer(floor, call)
    call.through.clear()  # whoever hands it on from here on is a person
    take_call(floor, call, event.device, channel=event.channel, now=now)
    served.talks(floor, call, now)


def call_held(floor: Floor, event: cti.CallHeld, now: Moment) -> None:
    """Show the call as held by this phone, or as taken back."""
    call = _fresh(floor, event, "held", event.device)
    if call is None or event.device not in call.talkers:
        return
    (call.held.add if event.held else call.held.discard)(event.device)
    floor.touch(call)
    agent = floor.devices.get(event.device)
    if agent is not None and agent.in_hand == call.call_id:
        agent.holding = event.held
        floor.settle(agent, now)


def call_transferred(floor: Floor, event: cti.CallTransferred, now: Moment) -> None:
    """Change nothing: who left and who came is told by other events."""


def agent_left(floor: Floor, event: cti.AgentLeft, now: Moment) -> None:
    """Take the phone out of a call that may go on."""
    call = _fresh(floor, event, "left", event.device)
    if call is not None:
        leave_call(floor, call, event.device, now)


def call_abandoned(floor: Floor, event: cti.CallAbandoned, now: Moment) -> None:
    """Count a caller who gave up waiting."""
    call = _fresh(floor, event, "abandoned", "")
    if call is None:
        return
    offers.withdraw(floor, call, "caller_left", now)
    if (stint := floor.close_stint(call)) is not None:
        floor.count_abandon(stint, event.at)


def voicemail_left(floor: Floor, event: cti.VoicemailLeft, now: Moment) -> None:
    """Change nothing: the wait was over when the caller was sent to the mailbox."""


def call_ended(floor: Floor, event: cti.CallEnded, now: Moment) -> None:
    """Take everybody out of the call and forget it."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ended.setdefault(event.call_id, str(event.outcome))
        return
    end_call(floor, call, str(event.outcome), now)


def device_changed(floor: Floor, event: cti.DeviceChanged, now: Moment) -> None:
    """Note that a phone came, went, or is in use."""
    agent = floor.devices.get(event.device)
    if agent is not None and not is_new(agent.heard, (event.state, event.device, event.at)):
        return
    floor.phones[event.device] = event.state
    if agent is None:
        return
    agent.phone = event.state
    floor.settle(agent, now)


def link_lost(floor: Floor, event: cti.LinkLost, now: Moment) -> None:  # noqa: ARG001 - one signature for all
    """No word from Asterisk: nothing is offered, and what is shown is old."""
    if floor.stale_since is not None:
        return
    floor.stale_since = now.at
    for timer in [timer for timer in floor.timers if timer[0] in _OF_THE_LINK]:
        floor.timers.drop(timer)
    floor.emit(Tell(notice=FeedStale(since=now.at)))


def _fresh(floor: Floor, event: OfCall, kind: str, device: str) -> Call | None:
    call = floor.calls.get(event.call_id)
    return call if call is not None and call.is_news(kind, device, event.at) else None


_HANDLERS: dict[type, Handler] = {
    cti.CallOffered: call_offered,
    cti.CallQueued: call_queued,
    cti.AgentRinging: agent_ringing,
    cti.AgentMissedCall: agent_missed,
    cti.CallAnswered: call_answered,
    cti.CallHeld: call_held,
    cti.CallTransferred: call_transferred,
    cti.AgentLeft: agent_left,
    cti.CallAbandoned: call_abandoned,
    cti.VoicemailLeft: voicemail_left,
    cti.CallEnded: call_ended,
    cti.DeviceChanged: device_changed,
    cti.LinkLost: link_lost,
    cti.Resynced: resync.resynced,
    cti.Settled: resync.settled,
}
