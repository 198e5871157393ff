from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from acd.notices import (
    AgentChanged,
    AgentRow,
    AgentState,
    AgentTold,
    CallChanged,
    CallGone,
    CallRecorded,
    CallRow,
    CallState,
    Envelope,
    FeedFresh,
    FeedStale,
    Notice,
    PopWithdrawn,
    QueueChanged,
    QueueRow,
    ScreenPopped,
    Snapshot,
)
from agent_desktop import mirror as mirror_module
from agent_desktop.mirror import Mirror, Taken

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALL = UUID("0195f000-0000-7000-8000-000000000001")


def agent(agent_id: str, state: AgentState = AgentState.READY) -> AgentRow:
    return AgentRow(agent_id=agent_id, name=agent_id, extension="1001", state=state, since=NOW)


def call(agent_id: str = "", call_id: UUID = CALL) -> CallRow:
    return CallRow(
        call_id=call_id,
        state=CallState.TALKING if agent_id else CallState.WAITING,
        direction="inbound",
        caller_number="+8613800138000",
        agent_id=agent_id,
        started_at=NOW,
    )


def pop(agent_id: str) -> ScreenPopped:
    return ScreenPopped(
        agent_id=agent_id, call_id=CALL, queue="service", caller_number="1", ring_seconds=20
    )


def loaded(*calls: CallRow) -> Mirror:
    mirror = Mirror()
    agents = [agent("anna"), agent("bo")]
    queues = [QueueRow(name="service", title="服务")]
    snapshot = Snapshot(epoch="e1", seq=10, at=NOW, agents=agents, queues=queues, calls=[*calls])
    mirror.load(snapshot)
    return mirror


def tell(mirror: Mirror, notice: Notice, *, seq: int | None = None, epoch: str = "e1") -> Taken:
    seq = mirror.seq + 1 if seq is None else seq
    return mirror.apply(Envelope(epoch=epoch, seq=seq, at=NOW, notice=notice))


def test_notices_in_order_change_the_copy() -> None:
    mirror = loaded()
    assert tell(mirror, AgentChanged(agent=agent("anna", AgentState.TALKING))) is Taken.APPLIED
    assert tell(mirror, QueueChanged(queue=QueueRow(name="service", title="服务", waiting=3)))
    assert tell(mirror, CallChanged(call=call())) is Taken.APPLIED
    seen = mirror.snapshot(agent_id=None, now=NOW)
    assert (seen.epoch, seen.seq) == ("e1", 13)
    assert seen.agents[0].state is AgentState.TALKING
    assert seen.queues[0].waiting == 3
    assert [row.call_id for row in seen.calls] == [CALL]


def test_a_queue_that_is_over_goes_from_the_board() -> None:
    mirror = loaded()
    tell(mirror, QueueChanged(queue=QueueRow(name="service", title="服务", is_over=True)))
    assert mirror.queues == {}


def test_a_notice_that_the_snapshot_holds_already_changes_nothing() -> None:
    mirror = loaded()
    assert tell(mirror, CallGone(call_id=CALL), seq=10) is Taken.OLD
    assert mirror.seq == 10


def test_a_missing_number_or_another_epoch_asks_for_a_snapshot() -> None:
    mirror = loaded()
    assert tell(mirror, FeedFresh(), seq=12) is Taken.GAP
    assert tell(mirror, FeedFresh(), seq=11, epoch="e2") is Taken.GAP
    assert mirror.seq == 10


def test_an_agent_sees_own_calls_and_pops_and_everyone_elses_state() -> None:
    mirror = loaded(call("anna"))
    tell(mirror, pop("anna"))
    anna = mirror.snapshot(agent_id="anna", now=NOW)
    bo = mirror.snapshot(agent_id="bo", now=NOW)
    assert (len(anna.calls), len(anna.pops)) == (1, 1)
    assert (len(bo.calls), len(bo.pops)) == (0, 0)
    assert len(bo.agents) == 2


def test_everyone_hears_of_agents_queues_and_the_link() -> None:
    mirror = loaded()
    for notice in (
        AgentChanged(agent=agent("bo")),
        QueueChanged(queue=QueueRow(name="service", title="服务")),
        FeedStale(since=NOW),
        FeedFresh(),
    ):
        assert mirror.audience(notice) is None


def test_the_agent_whom_a_call_leaves_hears_of_it_once_more_and_then_no_more() -> None:
    mirror = loaded(call("anna"))
    moved = CallChanged(call=call("bo"))
    assert mirror.audience(moved) == {"anna", "bo"}
    tell(mirror, moved)
    assert mirror.audience(CallChanged(call=call("bo"))) == {"bo"}
    assert mirror.audience(CallGone(call_id=CALL, agent_id="bo")) == {"bo"}


def test_all_who_had_the_call_hear_that_it_is_stored() -> None:
    mirror = loaded(call("anna"))
    tell(mirror, CallChanged(call=call("bo")))
    tell(mirror, CallGone(call_id=CALL, agent_id="bo"))
    assert mirror.audience(CallRecorded(call_id=CALL)) == {"anna", "bo"}
    assert mirror.audience(CallRecorded(call_id=uuid4())) == frozenset()


def test_a_word_to_one_agent_goes_to_that_agent() -> None:
    mirror = loaded()
    assert mirror.audience(AgentTold(agent_id="bo", level="info", code="x")) == {"bo"}
    assert mirror.audience(pop("bo")) == {"bo"}


def test_a_pop_goes_when_it_is_withdrawn_or_the_call_ends() -> None:
    mirror = loaded(call("anna"))
    tell(mirror, pop("anna"))
    tell(mirror, PopWithdrawn(agent_id="bo", call_id=CALL, reason="other agent"))
    assert mirror.pops
    tell(mirror, PopWithdrawn(agent_id="anna", call_id=CALL, reason="no_answer"))
    assert not mirror.pops
    tell(mirror, pop("bo"))
    tell(mirror, CallGone(call_id=CALL))
    assert not mirror.pops
    assert not mirror.calls


def test_a_stale_link_is_marked_until_it_is_fresh() -> None:
    mirror = loaded()
    tell(mirror, FeedStale(since=NOW))
    assert mirror.snapshot(agent_id=None, now=NOW).stale_since == NOW
    tell(mirror, FeedFresh())
    assert mirror.snapshot(agent_id=None, now=NOW).stale_since is None


def test_memory_of_ended_calls_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror_module, "REMEMBERED_CALLS", 3)
    mirror = loaded()
    ids = [uuid4() for _ in range(10)]
    for call_id in ids:
        tell(mirror, CallChanged(call=call("anna", call_id)))
        tell(mirror, CallGone(call_id=call_id, agent_id="anna"))
    assert len(mirror._touched) == 3
    assert mirror.audience(CallRecorded(call_id=ids[-1])) == {"anna"}
