"""What the tracker promises to its readers, whatever comes, in whatever order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cti import events, facts
from cti.events import Event
from cti.facts import Fact
from cti.found import ChannelSeen
from cti.replay import Recording
from cti.tracker import CallTracker
from cti.translate import WANTED, is_answer, translate

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
STREAMS = sorted((Path(__file__).parent / "streams").glob("*.gz"))

NAMES = (
    "PJSIP/trunk-00000001",
    "PJSIP/agent-1001-00000002",
    "PJSIP/agent-1002-00000003",
    "Local/1001@agents-00000001;1",
    "Local/1001@agents-00000001;2",
    "PJSIP/agent-1001-00000004",
    "SIP/carrier-0000000a",
    "PJSIP/trunk-00000005",
)


def seen_of(index: int, linked: int, state: int, exten: str) -> ChannelSeen:
    return ChannelSeen(
        f"1772352000.{index}",
        f"1772352000.{linked}",
        NAMES[index],
        state,
        "13800138000" if index in {0, 7} else "1001",
        "",
        "from-trunk" if index in {0, 7} else "from-agent",
        exten,
    )


AT = st.integers(0, 60).map(lambda second: START + timedelta(seconds=second))
QUEUE = st.sampled_from(["service", "sales"])
BRIDGE = st.sampled_from(["b1", "b2"])
KIND = st.sampled_from(["basic", "basic", "base", "parking", "agent_hold"])
STATUS = st.sampled_from(["ANSWER", "ANSWER", "BUSY", "NOANSWER", "CANCEL", "CHANUNAVAIL"])
DEVICE = st.sampled_from(["PJSIP/agent-1001", "PJSIP/agent-1002", ""])


def facts_about(seen: st.SearchStrategy[ChannelSeen]) -> st.SearchStrategy[Fact]:
    maybe = st.none() | seen
    return st.one_of(
        st.builds(facts.ChannelBegan, AT, seen),
        st.builds(facts.ChannelChanged, AT, seen),
        st.builds(facts.CallerNamed, AT, seen),
        st.builds(facts.HangupAsked, AT, seen, st.booleans(), st.sampled_from([0, 16, 17])),
        st.builds(facts.ChannelGone, AT, seen, st.sampled_from([0, 16, 17, 26])),
        st.builds(
            facts.DialBegan, AT, maybe, seen, st.sampled_from(["", "agent-1001", "1@trunk"])
        ),
        st.builds(facts.DialEnded, AT, maybe, seen, STATUS),
        st.builds(facts.BridgeEntered, AT, seen, BRIDGE, KIND, st.booleans()),
        st.builds(facts.BridgeLeft, AT, seen, BRIDGE),
        st.builds(facts.ChannelHeld, AT, seen, st.booleans()),
        st.builds(facts.QueueEntered, AT, seen, QUEUE, st.integers(0, 3), st.booleans()),
        st.builds(facts.QueueLeft, AT, seen, QUEUE, st.booleans()),
        st.builds(facts.MemberCalled, AT, seen, seen, st.just("PJSIP/agent-1001")),
        st.builds(
            facts.MemberConnected, AT, seen, seen, QUEUE, st.just("Local/1@a"), st.just("Li")
        ),
        st.builds(facts.MemberFinished, AT, seen, seen, st.just("agent")),
        st.builds(facts.OfferFailed, AT, seen, DEVICE, STATUS),
        st.builds(facts.BlindTransferred, AT, seen, maybe, st.just("offer"), st.just("1002")),
        st.builds(
            facts.AttendedTransferred,
            *(AT, seen, seen, maybe, maybe, maybe, maybe),
            st.just("Queue"),
            st.booleans(),
        ),
        st.builds(facts.CallParked, AT, seen, maybe, DEVICE, st.just("701")),
        st.builds(facts.CallUnparked, AT, seen, maybe),
        st.builds(facts.CallPickedUp, AT, seen, seen),
        st.builds(facts.ChannelsLinked, AT, seen, seen),
        st.builds(facts.SwitchBooted, AT, st.sampled_from([None, 1.0, 5000.0])),
        st.builds(facts.SwitchStopping, AT),
    )


STATE = st.sampled_from([-1, 0, 4, 5, 6])
EXTEN = st.sampled_from(["", "s", "4000", "1002"])
INDEX = st.integers(0, len(NAMES) - 1)
ANY_LINK = st.sampled_from([0, 0, 0, 1, 3, 5, 7])
ANYTHING = facts_about(st.builds(seen_of, INDEX, ANY_LINK, STATE, EXTEN))
# what Asterisk would say: a channel's linkedid does not jump to and fro
SENSIBLE = facts_about(
    st.builds(
        lambda index, state, exten: seen_of(index, index if index in {5, 7} else 0, state, exten),
        INDEX,
        STATE,
        EXTEN,
    )
)


class Promises:
    """Reads the events as the board does, and fails at the first broken promise."""

    def __init__(self) -> None:
        self.open: set[UUID] = set()
        self.ended: set[UUID] = set()
        self.own: dict[UUID, str] = {}  # the phone that began the call
        self.ringing: dict[UUID, set[str]] = defaultdict(set)
        self.talking: dict[UUID, set[str]] = defaultdict(set)

    def read(self, told: Sequence[Event]) -> None:
        for event in told:
            if not isinstance(event, events.DeviceChanged | events.Resynced | events.LinkLost):
                self._read(event, event.call_id)

    def _read(self, event: Event, call: UUID) -> None:
        if isinstance(event, events.CallOffered):
            assert call not in self.open | self.ended, "offered twice"
            self.open.add(call)
            self.own[call] = event.device
            return
        assert call in self.open, f"{event} outside its call"
        match event:
            case events.AgentRinging(device=device):
                assert device not in self.ringing[call] | self.talking[call]
                self.ringing[call].add(device)
            case events.CallAnswered(device=device):
                assert device in self.ringing[call], "answered without a ring"
                assert device not in self.talking[call], "answered twice at once"
                self.ringing[call].remove(device)
                self.talking[call].add(device)
            case events.AgentMissedCall(device=device):
                assert device not in self.talking[call]
                self.ringing[call].discard(device)
            case events.AgentLeft(device=device):
                assert device in self.talking[call] or device == self.own[call]
                self.talking[call].discard(device)
            case events.CallEnded():
                assert not self.ringing[call], "a ring without an end"
                assert not self.talking[call], "an agent who never left"
                self.open.remove(call)
                self.ended.add(call)
            case _:
                pass


def hang_up_everything(tracker: CallTracker, told: Sequence[Fact], promises: Promises) -> None:
    for index in range(len(NAMES)):
        last = facts.ChannelGone(START + timedelta(hours=1), seen_of(index, index, 6, ""), 16)
        promises.read(tracker.apply(last))
    for fact in told:
        channel = getattr(fact, "channel", None)
        if isinstance(channel, ChannelSeen):
            gone = facts.ChannelGone(START + timedelta(hours=1), channel, 16)
            promises.read(tracker.apply(gone))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANYTHING, max_size=40))
def test_no_order_of_facts_breaks_a_promise_or_leaves_a_ghost(told: list[Fact]) -> None:
    tracker, promises = CallTracker(), Promises()

    for fact in told:
        promises.read(tracker.apply(fact))
    hang_up_everything(tracker, told, promises)

    assert tracker.faults == 0, tracker.last_fault
    assert not promises.open
    assert tracker.open_calls == 0
    assert tracker.open_channels == 0


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SENSIBLE, max_size=30))
def test_a_fact_told_twice_changes_nothing(told: list[Fact]) -> None:
    once, twice = CallTracker(), CallTracker()

    for fact in told:
        first = once.apply(fact)
        assert twice.apply(fact) == first
        again = twice.apply(fact)
        assert again == [] or isinstance(again[0], events.DeviceChanged), (fact, again)

    assert once.records() == twice.records()


def facts_of(stream: Path) -> list[Fact]:
    messages = Recording(stream).messages(WANTED)
    found = [translate(message) for message in messages if not is_answer(message)]
    return [fact for fact in found if fact is not None]


@pytest.mark.parametrize("stream", STREAMS, ids=lambda path: path.stem)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_recorded_story_survives_loss_repetition_and_disorder(
    stream: Path, data: st.DataObject
) -> None:
    told = facts_of(stream)
    order = list(range(len(told)))
    for _ in range(data.draw(st.integers(0, min(12, len(told) - 2)))):
        place = data.draw(st.integers(0, len(order) - 1))
        act = data.draw(st.sampled_from(["lose", "repeat", "late"]))
        moved = order[place]
        if act != "repeat":
            order.pop(place)
        if act != "lose":
            order.insert(min(place + data.draw(st.integers(0, 8)), len(order)), moved)
    tracker, promises = CallTracker(), Promises()

    for index in order:
        promises.read(tracker.apply(told[index]))
    for fact in told:
        channel = getattr(fact, "channel", None) or getattr(fact, "target", None)
        if isinstance(channel, ChannelSeen):
            promises.read(tracker.apply(facts.ChannelGone(fact.at, channel, 16)))

    assert tracker.faults == 0, tracker.last_fault
    assert not promises.open
    assert tracker.open_channels == 0
