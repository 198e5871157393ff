"""What time it is in a recording, whose messages may not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cti.facts import Fact, SwitchBooted
from cti.headers import second_of_uniqueid, time_of
from cti.messages import AmiMessage
from cti.translate import is_answer, translate

_START = datetime.fromtimestamp(0, UTC)
_MOST_REMEMBERED = 10_000


class StreamClock:
    """Reads the time off each message; never goes back.

    `Timestamp` is the time wherever it stands. Without it (timestampevents=no) the
    clock goes on by what the messages carry by the way: the second inside a new
    channel's uniqueid, the clock in RTCP and security events, and how long app_queue
    says a caller was held or talked.
    """

    EVENTS = frozenset({"RTCPSent", "RTCPReceived", "ChallengeSent", "SuccessfulAuth"})

    def __init__(self) -> None:
        self.now = _START
        self._booted: SwitchBooted | None = None  # said at a log-in, without the time
        self._since: dict[str, datetime] = {}  # queue entry or answer, by uniqueid

    def facts_in(self, message: AmiMessage) -> list[Fact]:
        """Return what this message tells, with its time; mostly one fact or none.

        What Asterisk says of itself at a log-in has no time: it is told with the next
        message that has one.
        """
        before, now = self.now, self.read(message)
        if is_answer(message):
            return []
        fact = translate(message, now)
        if isinstance(fact, SwitchBooted) and time_of(message) is None:
            self._booted = fact
            return []
        found = [fact] if fact is not None else []
        if self._booted is not None and now > before:
            found.insert(0, replace(self._booted, at=now))
            self._booted = None
        return found

    def read(self, message: AmiMessage) -> datetime:
        """Return the time of this message."""
        stamped = time_of(message)
        if stamped is not None:
            self.now = max(self.now, stamped)
            return stamped
        for hint in (self._carried(message), self._lasted(message)):
            if hint is not None and hint > self.now:
                self.now = hint
        return self.now

    def _carried(self, message: AmiMessage) -> datetime | None:
        if message.event in self.EVENTS:
            return _clock_in(message)
        names = ("Uniqueid", "DestUniqueid")
        seconds = [second_of_uniqueid(message.get(name)) for name in names]
        return max((each for each in seconds if each is not None), default=None)

    def _lasted(self, message: AmiMessage) -> datetime | None:
        event, uniqueid = message.event, message.get("Uniqueid")
        if event == "QueueCallerJoin":
            if len(self._since) > _MOST_REMEMBERED:
                self._since.clear()
            self._since[uniqueid] = self.now
            return None
        name = _LENGTHS.get(event)
        since = self._since.get(uniqueid)
        if name is None or since is None:
            return None
        text = message.get(name)
        end = since + timedelta(seconds=int(text)) if text.isdecimal() else since
        self._since[uniqueid] = max(end, self.now)
        return end


_LENGTHS = {
    "QueueCallerAbandon": "HoldTime",
    "AgentConnect": "HoldTime",
    "AgentComplete": "TalkTime",
}


def _clock_in(message: AmiMessage) -> datetime | None:
    text = message.get("SentNTP")
    try:
        if text:
            return datetime.fromtimestamp(float(text), UTC)
        return datetime.fromisoformat(message.get("EventTV"))
    except (ValueError, OverflowError, OSError):
        return None
