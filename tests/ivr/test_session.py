"""An inbound call's time with the IVR, on a line that exists only in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st

from crm_core.contexts import CallContext, CallContexts
from crm_core.directory.card import CallerCard, CardMatch
from cti.errors import AgiHangup, AgiRefused
from cti.ids import call_id_of
from ivr.errors import FlowInvalid, FlowMissing
from ivr.flow import Answer, CheckPin, Enqueue, Flow, flow_from
from ivr.flows import FlowBook, load_flows
from ivr.journal import CallNote, DataKept, MessageLeft, Notebook, ScoreGiven, StepTaken
from ivr.line import Recorded
from ivr.services import Services
from ivr.session import InboundSession
from ivr.testing import (
    FakeLine,
    Rehearsal,
    SpokenPrompts,
    World,
    WorldServices,
    acts,
    rehearse,
    rehearse_on,
)

CALL_ID = call_id_of("1767225600.1")
HOTLINE = load_flows()["hotline"]


class Customers:
    """Knows everybody after `delay` seconds; `broken` knows nobody any more."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.broken = False
        self.matches: tuple[CardMatch, ...] = ()
        self.asked: list[str] = []

    async def identify(self, raw_number: str) -> CallerCard:
        self.asked.append(raw_number)
        await asyncio.sleep(self.delay)
        if self.broken:
            raise ConnectionError("the database is away")
        return CallerCard(
            number=raw_number,
            raw_number=raw_number,
            kind="mobile",
            known=True,
            matches=self.matches,
        )


class ShelfJournal:
    def __init__(self) -> None:
        self.kept: list[CallNote] = []

    async def write(self, notes: Sequence[CallNote]) -> None:
        self.kept.extend(notes)


class Desk:
    """A session with everything around it."""

    def __init__(
        self, flow: Flow = HOTLINE, *, services: Services | None = None, now: str = ""
    ) -> None:
        moment = datetime.fromisoformat(now or "2026-03-01T09:00:00+00:00")
        self.contexts = CallContexts()
        self.customers = Customers()
        self.journal = ShelfJournal()
        self.notes = Notebook(self.journal)
        self.prompts = SpokenPrompts()
        self.session = InboundSession(
            flows=FlowBook({**load_flows(), flow.name: flow}, default=flow.name),
            services=services,
            recordings=Path("/recordings"),
            prompts=self.prompts,
            directory=self.customers,
            contexts=self.contexts,
            notes=self.notes,
            default_queue="service",
            clock=lambda: moment,
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
    assert (line.answered, line.speaking) == (True, True)
    assert line.variables == {
        "CC_CALL_ID": str(CALL_ID),
        "CC_QUEUE": "service",
        "CC_PRIORITY": "0",
        "CC_LANGUAGE": "zh",
        "CC_FLOW": "queued",
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


async def test_no_caller_is_kept_longer_than_a_twentieth_of_a_second_for_his_name() -> None:
    waited = []
    for _ in range(3):  # a machine that is busy may add to one of them
        desk = Desk()
        desk.customers.delay = desk.session._lookup_seconds = 60.0
        began = asyncio.get_running_loop().time()
        await desk.session.serve(FakeLine(acts(".2")))
        waited.append(asyncio.get_running_loop().time() - began)
        await desk.session.close()
    assert 0.05 <= min(waited) < 0.2


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
    assert "CC_FLOW" not in line.variables  # the dialplan sees that the flow broke off
    assert not line.hung_up


async def test_who_answers_for_a_flow_that_broke_off_takes_its_caller() -> None:
    desk, line = Desk(), FakeLine(network_script="broken")
    await desk.session.serve(line)
    assert line.variables == {"CC_FLOW": "queued"}
    assert not line.answered


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


async def test_no_digit_of_a_secret_is_kept_anywhere() -> None:
    services = WorldServices(World({"log-in": [Answer("ok")]}))
    desk = Desk(load_flows()["self-service"], services=services)
    line = FakeLine(acts("1001#17391#*"))
    with structlog.testing.capture_logs() as lines:
        context = await desk.call(line)
    asked = services.asked[0]
    assert isinstance(asked, CheckPin)
    assert asked.pin == "7391"
    seen = f"{desk.journal.kept} {context} {line.variables} {line.heard} {lines} {asked}"
    assert "7391" not in seen
    steps = [note for note in desk.journal.kept if isinstance(note, StepTaken)]
    assert [step.input for step in steps if step.node == "pin"] == ["masked"]


async def test_after_the_agent_the_caller_is_asked_and_his_score_kept() -> None:
    desk = Desk(load_flows()["service-line"], now="2026-03-02T10:00:00+08:00")
    line = FakeLine(acts("3"))
    await desk.session.serve(line)
    assert (line.variables["CC_QUEUE"], line.variables["CC_AFTER"]) == ("service", "yes")
    line = FakeLine(acts("1"), network_script="after")
    await desk.call(line)
    assert line.hung_up
    [score] = [note for note in desk.journal.kept if isinstance(note, ScoreGiven)]
    assert (score.question, score.score, score.most, score.low) == ("satisfaction", 1, 5, True)
    again = FakeLine(network_script="after")
    await desk.call(again)
    assert again.variables == {}  # nothing is left to go on with: the dialplan ends the call


@pytest.mark.parametrize("hung_up", [False, True])
async def test_a_message_is_kept_also_when_the_caller_hangs_up_to_end_it(hung_up: bool) -> None:
    desk = Desk(load_flows()["night-service"])
    line = FakeLine(acts("1"))
    line.recording = Recorded(seconds=9.0, hung_up=hung_up)
    await desk.call(line)
    [message] = [note for note in desk.journal.kept if isinstance(note, MessageLeft)]
    assert (message.queue, message.number, message.seconds) == ("service", "13800138000", 9.0)
    assert line.recorded == [Path("/recordings") / message.file]


async def test_a_message_of_silence_is_none() -> None:
    desk = Desk(load_flows()["night-service"])
    line = FakeLine(acts("1"))
    line.recording = Recorded(seconds=0.2)
    await desk.call(line)
    assert not any(isinstance(note, MessageLeft) for note in desk.journal.kept)


async def test_a_transfer_nobody_takes_comes_back_into_the_flow() -> None:
    data = HOTLINE.model_dump(mode="json", exclude_defaults=True)
    out = {"kind": "transfer", "number": "+862112345678", "seconds": 20, "failed": "sales"}
    data["nodes"]["hold-sales"] = out
    desk = Desk(flow_from(data))
    line = FakeLine(acts("1"))
    await desk.session.serve(line)
    assert line.variables["CC_TRANSFER"] == "number-+862112345678"
    assert line.variables["CC_TRANSFER_SECONDS"] == "20"
    line = FakeLine(network_script="untaken")
    await desk.call(line)
    assert line.variables["CC_QUEUE"] == "sales"


async def test_music_plays_while_another_system_takes_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Slow(WorldServices):
        async def answer(self, arrival: Any, step: Any) -> Answer:
            await asyncio.sleep(0.05)
            return await super().answer(arrival, step)

    monkeypatch.setattr("ivr.player.QUIET_SECONDS", 0.01)
    desk = Desk(load_flows()["self-service"], services=Slow(World({"log-in": [Answer("locked")]})))
    line = FakeLine(acts("1001#17391#"))
    await desk.call(line)
    place = line.heard.index("music")
    assert line.heard[place + 1] == "no music"


async def test_a_caller_who_leaves_while_another_system_is_asked_is_let_go_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Silent(WorldServices):
        async def answer(self, arrival: Any, step: Any) -> Answer:
            del arrival, step
            return await asyncio.get_running_loop().create_future()

    class Leaves(FakeLine):
        async def gone(self) -> None:
            raise AgiHangup("gone")

    monkeypatch.setattr("ivr.player.QUIET_SECONDS", 0.01)
    desk, before = Desk(load_flows()["self-service"], services=Silent()), asyncio.all_tasks()
    async with asyncio.timeout(10):
        await desk.call(Leaves(acts("1001#17391#")))
    steps = [note for note in desk.journal.kept if isinstance(note, StepTaken)]
    assert (steps[-1].node, steps[-1].input) == ("log-in", "left")
    assert asyncio.all_tasks() == before


async def test_a_service_that_breaks_leads_to_a_person() -> None:
    class Broken(WorldServices):
        async def answer(self, arrival: Any, step: Any) -> Answer:
            del arrival, step
            raise ConnectionError("the database is away")

    desk = Desk(load_flows()["self-service"], services=Broken())
    line = FakeLine(acts("1001#17391#"))
    context = await desk.call(line)
    assert nodes(context)[-3:] == ["log-in", "sorry", "operator"]
    assert line.variables["CC_QUEUE"] == "service"


FLOWS = load_flows()
FOUND = {"order_number": "7", "order_status": "open", "order_opened": "2026-03-01"}
WORLDS: dict[str, dict[str, list[Answer]]] = {
    "kind": {
        "log-in": [Answer("wrong"), Answer("ok", {"customer_name": "Li"}, customer="c1")],
        "order": [Answer("found", FOUND)],
        "ticket": [Answer("missing")],
        "balance": [Answer("found", {"balance": "12.50 CNY"})],
        "callback": [Answer("next")],
    },
    "broken": {
        node: [Answer("failed")] for node in ("log-in", "order", "ticket", "balance", "callback")
    },
}
DAY, NIGHT = "2026-03-02T10:00:00+08:00", "2026-03-02T23:00:00+08:00"


def data_of(data: Mapping[str, str]) -> dict[str, str]:
    """Leave out the names of recordings, which hold the call's id."""
    return {key: value for key, value in data.items() if key != "voicemail"}


REGULAR = CardMatch(
    contact_id="c1",
    account_id=None,
    name="张三",
    account_name="晨光",
    grade="gold",
    vip=True,
    level="known",
)
REGULARS_WORDS = {
    "caller_name": "张三",
    "caller_account": "晨光",
    "caller_grade": "gold",
    "caller_vip": "yes",
}
SCRIPT = st.text(alphabet="0123456789*#..!", max_size=30)


class Seen(NamedTuple):
    """What became of a caller: the nodes, where he waits, whether more follows, the data."""

    nodes: list[str]
    queue: str | None
    goes_on: bool
    data: dict[str, str]


async def lived(desk: Desk, script: str, after: str) -> list[Seen]:
    """Let the session serve a caller, and take him up again when the agent has hung up."""
    line, told = FakeLine(acts(script)), list[Seen]()
    context = await desk.call(line)
    told.append(_seen(line, context))
    if told[0].goes_on:
        line = FakeLine(acts(after), network_script="after")
        context = await desk.call(line)
        told.append(_seen(line, context))
    return told


def _seen(line: FakeLine, context: CallContext) -> Seen:
    queue = line.variables["CC_QUEUE"] if "CC_LANGUAGE" in line.variables else None
    taken, context.steps[:] = nodes(context), []
    return Seen(taken, queue, "CC_AFTER" in line.variables, data_of(context.data))


def rehearsed(flow: Flow, script: str, after: str, world: Callable[[], World]) -> list[Seen]:
    run = rehearse(flow, acts(script), world=world(), library=FLOWS)
    runs = [run]
    if isinstance(run.end, Enqueue) and run.end.after:
        again = {"way": "after", "world": world(), "library": FLOWS}
        runs.append(rehearse_on(run, flow, acts(after), **again))
    return [_played(run) for run in runs]


def _played(run: Rehearsal) -> Seen:
    assert run.state is not None
    end = run.end if isinstance(run.end, Enqueue) else None
    return Seen(
        run.nodes, end.queue if end else None, bool(end and end.after), data_of(run.state.data)
    )


@given(
    name=st.sampled_from(sorted(FLOWS)),
    script=SCRIPT,
    after=SCRIPT,
    world=st.sampled_from(sorted(WORLDS)),
    now=st.sampled_from([DAY, NIGHT]),
    known=st.booleans(),
)
@example(name="service-line", script="3", after="1", world="kind", now=DAY, known=True)
@example(name="service-line", script="3", after="..", world="kind", now=DAY, known=False)
@example(name="service-line", script="1", after="", world="broken", now=NIGHT, known=True)
def test_the_session_and_a_rehearsal_take_the_same_way(
    *, name: str, script: str, after: str, world: str, now: str, known: bool
) -> None:
    flow, caller = FLOWS[name], REGULARS_WORDS if known else None

    def world_of() -> World:
        return World(WORLDS[world], now=now, caller=caller)

    async def live() -> list[Seen]:
        desk = Desk(flow, services=WorldServices(world_of()), now=now)
        desk.customers.matches = (REGULAR,) if known else ()
        return await lived(desk, script, after)

    assert asyncio.run(live()) == rehearsed(flow, script, after, world_of)
