"""Reads Asterisk's channel event log, which goes on while nobody listens at the manager port."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cti import facts
from cti.facts import DOWN, RING, Fact
from cti.found import ChannelSeen
from cti.headers import second_of_uniqueid
from cti.names import plain_name
from cti.story.endpoints import is_party

COLUMNS = 12
_SECOND = timedelta(seconds=1)


class Row(NamedTuple):
    """One line of the log; `extra` is JSON. The order is that of our cel_custom.conf."""

    kind: str
    at: datetime
    uniqueid: str
    linkedid: str
    channel: str
    context: str
    exten: str
    number: str
    name: str
    app: str
    data: str
    extra: str


def row_of(cells: Sequence[str]) -> Row | None:
    """Return what one line says, or None when it was cut off or is of another layout."""
    if len(cells) != COLUMNS:
        return None
    kind, at, uniqueid, linkedid, channel, *rest = cells
    try:
        time = datetime.fromtimestamp(float(at), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if not (uniqueid and linkedid and channel):
        return None
    return Row(kind, time, uniqueid, linkedid, channel, *rest)


def facts_of(rows: Iterable[Row]) -> Iterator[Fact]:
    """Yield the facts that the lines tell, in the order of their times.

    The log says when channels were joined and ended, and when they came to wait. That a
    channel began is told before its first line: its second stands in its uniqueid.
    """
    known = sorted(rows, key=lambda row: row.at)
    callers = {row.uniqueid: row for row in reversed(known) if row.uniqueid == row.linkedid}
    begun: set[str] = set()
    last: dict[str, datetime] = {}  # line of each call
    for row in known:
        for first in (callers.get(row.linkedid), row):
            if first is not None and first.uniqueid not in begun:
                begun.add(first.uniqueid)
                caller = callers.get(row.linkedid)
                yield from _began(first, row.at, caller, last.get(row.linkedid))
        last[row.linkedid] = row.at
        yield from _fact(row)


def _began(row: Row, now: datetime, caller: Row | None, before: datetime | None) -> Iterator[Fact]:
    second = second_of_uniqueid(row.uniqueid) or now
    at = second if before is None else max(second, min(before, second + _SECOND))
    at = min(at, now)
    seen = _seen(row)
    came_in = row.uniqueid == row.linkedid
    yield facts.ChannelBegan(at, seen._replace(state=RING if came_in else DOWN))
    if not came_in and caller is not None and is_party(row.channel):
        yield facts.DialBegan(at, _seen(caller), seen, row.channel.rpartition("-")[0])


def _fact(row: Row) -> Iterator[Fact]:
    seen = _seen(row)
    match row.kind:
        case "BRIDGE_ENTER":
            extra = _extra(row)
            kind = "holding" if extra.get("bridge_technology") == "holding_bridge" else "basic"
            yield facts.BridgeEntered(
                row.at, seen, extra.get("bridge_id", ""), kind, conference=False
            )
        case "HANGUP":
            extra = _extra(row)
            cause = int(extra.get("hangupcause", "0"))
            if extra.get("hangupsource") == row.channel:
                yield facts.HangupAsked(row.at, seen, soft=False, cause=cause)
            yield facts.ChannelGone(row.at, seen, cause)
        case "APP_START":
            yield from _wait(row, seen)
        case _:
            pass


def _wait(row: Row, seen: ChannelSeen) -> Iterator[Fact]:
    """Read a caller's wait: app_queue's (`Queue(service,...)`) or ours, told by UserEvent."""
    name, _, rest = row.data.partition(",")
    app = row.app.lower()
    if app == "queue" and name:
        yield facts.QueueEntered(row.at, seen, name, 0, fallback=True)
        return
    said = dict(part.partition(": ")[::2] for part in rest.split(","))
    if app == "userevent" and name == "CallQueued" and said.get("Queue"):
        priority = said.get("Priority", "")
        urgent = int(priority) if priority.isascii() and priority.isdigit() else 0
        yield facts.QueueEntered(row.at, seen, said["Queue"], urgent, fallback=False)
    elif app == "userevent" and name == "CallDiverted":
        yield facts.CallDiverted(row.at, seen, said.get("To", ""))


def _seen(row: Row) -> ChannelSeen:
    return ChannelSeen(
        uniqueid=row.uniqueid,
        linkedid=row.linkedid,
        name=row.channel,
        number=row.number,
        caller_name=plain_name(row.name),
        context=row.context,
        exten=row.exten,
    )


def _extra(row: Row) -> dict[str, str]:
    try:
        read = json.loads(row.extra or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in read.items()} if isinstance(read, dict) else {}
