"""Tells what became of a call's phones, so that no event ever contradicts another."""

from __future__ import annotations

from datetime import datetime

from cti import events
from cti.events import Event, MissReason
from cti.story.call import Call, Phone
from cti.story.channel import Channel, Phase, reason_of


class Teller:
    """Collects the events of one fact.

    All news of phones passes through here: what was told before of the same phone in
    the same call decides what may be told now, whatever order the facts came in.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, event: Event) -> None:
        """Add an event that stands for itself."""
        self.events.append(event)

    def take(self) -> list[Event]:
        """Return what was collected and begin anew."""
        taken, self.events = self.events, []
        return taken

    def phone_changed(self, call: Call, channel: Channel, at: datetime) -> None:
        """Tell what the new phase of this channel means for its device."""
        phone = call.phones.get(channel.device)
        if phone is None:
            phone = call.phones[channel.device] = Phone()
        if channel.phase in {Phase.RINGING, Phase.ANSWERED}:
            phone.live[channel.uniqueid] = channel
        else:
            phone.live.pop(channel.uniqueid, None)
        phone.last = channel
        if call.offered:
            self._catch_up(call, channel.device, phone, at)

    def catch_up(self, call: Call, at: datetime) -> None:
        """Tell of every phone that has not been told of yet."""
        for device, phone in call.phones.items():
            self._catch_up(call, device, phone, at)

    def _catch_up(self, call: Call, device: str, phone: Phone, at: datetime) -> None:
        now = _best(phone)
        want = now.phase if now else Phase.IDLE
        if phone.told is want:
            return
        if phone.told is Phase.ANSWERED:
            self.tell(events.AgentLeft(at=at, call_id=call.call_id, device=device))
            phone.told = Phase.IDLE
        if now is None:
            if phone.told is Phase.RINGING:
                self._missed(call, device, phone, at)
            return
        self._came(call, device, phone, now, at)

    def _came(self, call: Call, device: str, phone: Phone, now: Channel, at: datetime) -> None:
        phone.channel = now.name
        phone.miss_told = False
        if phone.told is Phase.IDLE:
            ring = events.AgentRinging(
                at=at, call_id=call.call_id, device=device, channel=now.name
            )
            self.tell(ring)
        if now.phase is Phase.ANSWERED:
            answer = events.CallAnswered(
                at=at, call_id=call.call_id, device=device, channel=now.name
            )
            self.tell(answer)
        phone.told = now.phase

    def _missed(self, call: Call, device: str, phone: Phone, at: datetime) -> None:
        left = call.caller is not None and call.caller.hung_up()  # before the phone stopped
        known = phone.last is not None and not left
        reason = phone.last.why_missed() if known and phone.last else MissReason.CANCELLED
        phone.told = Phase.IDLE
        phone.miss_told = True
        self.tell(
            events.AgentMissedCall(at=at, call_id=call.call_id, device=device, reason=reason)
        )

    def offer_failed(self, call: Call, device: str, status: str, at: datetime) -> None:
        """Tell once that the phone could not be reached; its own ring may have told already."""
        phone = call.phones.setdefault(device, Phone())
        if phone.failed_at == at or phone.live:
            return
        phone.failed_at = at
        if phone.miss_told:
            phone.miss_told = False
            return
        reason = reason_of(status)
        self.tell(
            events.AgentMissedCall(at=at, call_id=call.call_id, device=device, reason=reason)
        )

    def close(self, call: Call, at: datetime) -> None:
        """Let every phone out of the call."""
        for device, phone in call.phones.items():
            phone.live.clear()
            self._catch_up(call, device, phone, at)


def _best(phone: Phone) -> Channel | None:
    """Return the channel that says most of the device: one that talks, else one that rings."""
    found: Channel | None = None
    for channel in phone.live.values():
        here = channel.phase in {Phase.RINGING, Phase.ANSWERED}
        if here and (found is None or channel.phase > found.phase):
            found = channel
    return found
