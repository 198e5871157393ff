"""An inbound call's time with the IVR, on a line that exists only in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.contexts import CallContext, CallContexts
from crm_core.directory.card import CallerCard
from cti.errors import AgiRefused
from cti.ids import call_id_of
from ivr.errors import FlowInvalid, FlowMissing
from ivr.flow import Enqueue, Flow, HangUp, flow_from
from ivr.flows import FlowBook, load_flows
from ivr.journal import CallNote, DataKept, Notebook, StepTaken
from ivr.session import InboundSession
from ivr.testing import FakeLine, SpokenPrompts, acts, rehearse

CALL_ID = call_id_of("1767225600.1")
HOTLINE = load_flows()["hotline"]


class Customers:
    """Knows everybody after `delay` seconds; `broken` knows nobody any more."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.broken = False
        self.asked: list[str] = []

    async def identify(self, raw_number: str) -> CallerCard:
        self.asked.append(raw_number)
        await asyncio.sleep(self.delay)
        if self.broken:
            raise ConnectionError("the database is away")
        return CallerCard(number=raw_number, raw_number=raw_number, kind="mobile", known=True)


class ShelfJournal:
    def __init__(self) -> None:
        self.kept: list[CallNote] = []

    async def write(self, notes: Sequence[CallNote]) -> None:
        self.kept.extend(notes)


class Desk:
    """A session with everything around it."""

    def __init__(self, flow: Flow = HOTLINE) -> None:
        self.contexts = CallContexts()
        self.customers = Customers()
        self.journal = ShelfJournal()
        self.notes = Notebook(self.journal)
        self.prompts = SpokenPrompts()
        self.session = InboundSession(
            flows=FlowBook({"hotline": flow}, default="hotline"),
            prompts=self.prompts,
            directory=self.customers,
            contexts=self.contexts,
            notes=self.notes,
            default_queue="service",
            clock=lambda: datetime(2026, 3, 1, 9, tzinfo=UTC),
            lookup_seconds=0.05,
        )

    async def call(self, line: FakeLine) -> CallContext:
        await self.session.serve(line)
        writer = asyncio.create_task(self.notes.run())
        assert await self.notes.drain(10)
        await self.session.close()
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        return self.contexts.of(CALL_ID)


def nodes(context: CallContext) -> list[str]:
    return [step.split()[0] for step in context.steps]


async def test_pressing_two_leaves_the_caller_in_the_service_queue() -> None:
    desk, line = Desk(), FakeLine(acts(".2"))
    context = await desk.call(line)
    assert line.answered
    assert line.variables == {
        "CC_CALL_ID": str(CALL_ID),
        "CC_QUEUE": "service",
        "CC_PRIORITY": "0",
        "CC_LANGUAGE": "zh",
    }
    assert context.card is not None
    assert context.card.known
    assert context.data == {"topic": "service"}
    assert context.language == "zh"


async def test_each_step_is_kept_with_the_call_and_told_apart_by_its_time() -> None:
    desk = Desk()
    context = await desk.call(FakeLine(acts(".72")))
    steps = [note for note in desk.journal.kept if isinstance(note, StepTaken)]
    assert [(step.node, step.what, step.input) for step in steps] == [
        ("greeting", "play", ""),
        ("main", "ask", "7"),
        ("main", "ask", "2"),
        ("topic-service", "set:topic", ""),
        ("hold-service", "play", ""),
        ("service", "queue:service", ""),
    ]
    assert {(step.call_id, step.flow, step.version) for step in steps} == {(CALL_ID, "hotline", 1)}
    times = [note.at for note in desk.journal.kept]
    assert len(set(times)) == len(times)
    assert times[-1] - times[0] < timedelta(seconds=1)
    assert context.steps[1] == "main ask 7"
    assert nodes(context) == [step.node for step in steps]
    kept = [note for note in desk.journal.kept if isinstance(note, DataKept)]
    assert [(note.language, note.data) for note in kept] == [("zh", {"topic": "service"})]


async def test_english_is_told_to_whoever_takes_the_call() -> None:
    desk, line = Desk(), FakeLine(acts(".91"))
    context = await desk.call(line)
    assert (line.variables["CC_LANGUAGE"], line.variables["CC_QUEUE"]) == ("en", "sales")
    assert context.language == "en"


@pytest.mark.parametrize("script", ["!", ".!", "..!", ".7!", ".2!"])
async def test_a_caller_who_hangs_up_anywhere_leaves_nothing_behind(script: str) -> None:
    desk, before = Desk(), asyncio.all_tasks()
    await desk.call(FakeLine(acts(script)))
    assert asyncio.all_tasks() == before


async def test_a_slow_lookup_does_not_delay_the_call_and_ends_as_unknown() -> None:
    desk, line = Desk(), FakeLine(acts(".2"))
    desk.customers.delay = 60.0
    async with asyncio.timeout(5):
        context = await desk.call(line)
    assert line.variables["CC_QUEUE"] == "service"
    assert context.card is None or not context.card.known


async def test_a_card_that_comes_a_moment_later_is_still_there_before_the_queue() -> None:
    desk, line = Desk(), FakeLine(acts("2"))
    desk.customers.delay = 0.01
    context = await desk.call(line)
    assert context.card is not None
    assert context.card.known


async def test_a_lookup_that_breaks_leaves_an_unknown_card() -> None:
    desk, line = Desk(), FakeLine(acts(".2"))
    desk.customers.broken = True
    context = await desk.call(line)
    assert line.variables["CC_QUEUE"] == "service"
    assert context.card is not None
    assert (context.card.known, context.card.number) == (False, "+8613800138000")


@pytest.mark.parametrize("number", ["", "unknown", "anonymous"])
async def test_nobody_is_looked_up_for_an_anonymous_caller(number: str) -> None:
    desk = Desk()
    context = await desk.call(FakeLine(acts(".2"), callerid=number))
    assert desk.customers.asked == []
    assert context.card is not None
    assert not context.card.known


@pytest.mark.parametrize(
    "number", ["+8613800138000", "008613800138000", "10086", "BOSS", "x" * 300]
)
async def test_any_number_reaches_the_queue(number: str) -> None:
    desk, line = Desk(), FakeLine(acts(".2"), callerid=number)
    await desk.call(line)
    assert line.variables["CC_QUEUE"] == "service"
    assert desk.customers.asked == [number[:64]]


def test_every_dialled_number_has_a_flow() -> None:
    other = flow_from(HOTLINE.model_dump(mode="json") | {"name": "other"})
    flows = {"hotline": HOTLINE, "other": other}
    book = FlowBook(flows, default="hotline", numbers={"4001": "other", "4002": "lost"})
    assert [book.flow_for(did) for did in ("4001", "4002", "9999")] == [other, HOTLINE, HOTLINE]
    with pytest.raises(FlowMissing, match="there is no flow 'night'"):
        FlowBook(flows, default="night")


def test_a_flow_file_is_named_after_its_flow(tmp_path: Path) -> None:
    (tmp_path / "night.json").write_text(HOTLINE.model_dump_json(), encoding="utf-8")
    with pytest.raises(FlowInvalid, match="its file is named"):
        load_flows(tmp_path)


async def test_a_prompt_that_cannot_be_played_leads_to_a_person() -> None:
    desk, line = Desk(), FakeLine()
    line.refuse = {"您好，欢迎致电演示服务中心。 Welcome to the demo service center."}
    await desk.call(line)
    assert line.variables["CC_QUEUE"] == "service"
    assert nodes(desk.contexts.of(CALL_ID))[:2] == [
        "greeting",
        "sorry",
    ]


async def test_a_missing_prompt_is_left_out_and_the_rest_is_heard() -> None:
    desk, line = Desk(), FakeLine(acts(".2"))
    desk.prompts.missing = {"For English, press nine."}
    await desk.call(line)
    assert "购买咨询请按一，售后服务请按二，人工服务请按零。" in line.heard
    assert line.variables["CC_QUEUE"] == "service"


async def test_a_question_that_cannot_be_asked_is_no_dead_air() -> None:
    desk, line = Desk(), FakeLine()
    desk.prompts.missing = {
        "For English, press nine.",
        "购买咨询请按一，售后服务请按二，人工服务请按零。",
    }
    await desk.call(line)
    assert nodes(desk.contexts.of(CALL_ID)) == ["greeting", "main", "sorry", "operator"]


async def test_whatever_raises_the_caller_is_in_the_default_queue() -> None:
    class LostBook:
        def flow_for(self, did: str) -> Flow:
            raise LookupError(did)

    desk, line = Desk(), FakeLine()
    desk.session._flows = LostBook()
    await desk.call(line)
    assert line.variables["CC_QUEUE"] == "service"
    assert not line.hung_up


async def test_a_line_that_refuses_everything_raises_nothing() -> None:
    class DeafLine(FakeLine):
        async def set_variable(self, name: str, value: str) -> None:
            raise AgiRefused(f"{name}={value}")

    await Desk().session.serve(DeafLine())


async def test_a_flow_that_hangs_up_says_so_to_the_dialplan() -> None:
    data = HOTLINE.model_dump(mode="json")
    data["nodes"]["main"]["choices"]["3"] = "bye"
    data["nodes"]["bye"] = {"kind": "hang_up", "prompt": "sorry"}
    desk, line = Desk(flow_from(data)), FakeLine(acts(".3."))
    await desk.call(line)
    assert line.hung_up
    assert line.variables["CC_FLOW"] == "ended"


@given(st.text(alphabet="0123456789*#..!", max_size=30))
def test_the_session_and_a_rehearsal_take_the_same_way(script: str) -> None:
    async def live() -> tuple[list[str], str | None, bool]:
        desk, line = Desk(), FakeLine(acts(script))
        context = await desk.call(line)
        arrived = "CC_LANGUAGE" in line.variables
        queue = line.variables["CC_QUEUE"] if arrived else None
        return nodes(context), queue, arrived

    rehearsal = rehearse(HOTLINE, acts(script))
    assert not isinstance(rehearsal.end, HangUp)
    queue = rehearsal.end.queue if isinstance(rehearsal.end, Enqueue) else None
    assert asyncio.run(live()) == (rehearsal.nodes, queue, rehearsal.end is not None)
