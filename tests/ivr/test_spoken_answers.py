"""A caller answers aloud: his sound comes by AudioSocket, his words go into the flow as keys."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from line_sounds import frames, hiss, tone

from crm_core.contexts import CallContext, CallContexts
from crm_core.directory.card import CallerCard
from cti.audiosocket import AudioDoor
from cti.errors import AgiHangup, AgiRefused
from cti.ids import call_id_of
from ivr.errors import FlowInvalid
from ivr.flow import Flow, flow_from
from ivr.flows import FlowBook
from ivr.hearing.ears import Ears, Said
from ivr.hearing.words import Wanted
from ivr.journal import CallNote, Notebook, StepTaken
from ivr.session import InboundSession
from ivr.testing import FakeLine, SpokenPrompts, acts

YES_NO = Wanted(speech="yes_no")
THREE = Wanted(speech="digits", least=3, most=3)


# --- AudioSocket ----------------------------------------------------------------------------


class Channel:
    """A channel of Asterisk: speaks AudioSocket once the dialplan sends it there."""

    def __init__(self, *messages: bytes, refuses: bool = False, comes: bool = True) -> None:
        self.messages = messages
        self.refuses = refuses
        self.comes = comes
        self.heard = b""

    async def audio_socket(self, call_id: UUID, port: int) -> None:
        if self.refuses:
            raise AgiRefused("AudioSocket: Asterisk does not know it")
        if not self.comes:
            return
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(message(0x01, call_id.bytes) + b"".join(self.messages))
        self.heard = await reader.read()
        writer.close()


def message(kind: int, payload: bytes = b"") -> bytes:
    return struct.pack("!BH", kind, len(payload)) + payload


def speech(sound: bytes) -> list[bytes]:
    return [message(0x10, frame) for frame in frames(sound)]


class Understands:
    """A recogniser that understands every sound as the same keys."""

    languages = frozenset({"en"})

    def __init__(self, keys: str) -> None:
        self.keys = keys
        self.woken = False
        self.sounds: list[bytes] = []

    async def wake(self) -> None:
        self.woken = True

    async def understand(self, sound: bytes, wanted: Wanted) -> str:
        del wanted
        assert self.woken
        self.sounds.append(sound)
        return self.keys

    async def close(self) -> None:
        return


async def heard(channel: Any, engine: Understands, *, seconds: float = 5.0) -> Said:
    door = AudioDoor()
    await door.start()
    ears = Ears(door, engine)
    try:
        return await ears.hear(channel, YES_NO, seconds=seconds)
    finally:
        await ears.close()


WORD = hiss(0.3, 20) + tone(0.6) + hiss(1.0, 20)


async def test_a_word_is_heard_and_the_channel_given_back() -> None:
    engine, channel = Understands("1"), Channel(*speech(WORD))
    assert await heard(channel, engine) == Said("1", spoken=True)
    assert channel.heard == message(0x00)
    assert len(engine.sounds) == 1


async def test_a_key_needs_no_engine() -> None:
    engine = Understands("1")
    said = await heard(Channel(*speech(hiss(0.2, 20)), message(0x03, b"2")), engine)
    assert said == Said("2")
    assert engine.sounds == []


async def test_what_is_not_understood_is_no_key() -> None:
    assert await heard(Channel(*speech(WORD)), Understands("")) == Said("", spoken=True)


@pytest.mark.parametrize(
    "messages",
    [
        [],
        speech(hiss(0.5, 20)),
        [message(0x00)],
        [message(0xFF, b"\x01")],
        [message(0x77, b"?"), message(0x10, b"\x01")],
        [b"\x10\xff\xff" + bytes(100)],
        [message(0x03, b"\xff"), message(0x03, b"A")],
    ],
)
async def test_silence_and_nonsense_are_no_answer_within_the_time(messages: list[bytes]) -> None:
    engine = Understands("1")
    assert await heard(Channel(*messages), engine, seconds=0.3) == Said("")
    assert engine.sounds == []


@pytest.mark.parametrize("lacks", [True, False])
async def test_an_asterisk_without_the_module_is_asked_once(lacks: bool) -> None:
    door = AudioDoor()
    await door.start()
    ears = Ears(door, Understands("1"))
    assert ears.hears(YES_NO)
    channel: Any = Channel(refuses=lacks, comes=False)
    with pytest.raises(AgiRefused):
        await ears.hear(channel, YES_NO, seconds=1)
    assert ears.hears(YES_NO) != lacks
    await ears.close()


async def test_a_caller_who_hangs_up_while_he_speaks_leaves_nothing() -> None:
    class Leaves(Channel):
        async def audio_socket(self, call_id: UUID, port: int) -> None:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(message(0x01, call_id.bytes) + b"".join(speech(tone(0.2))))
            await writer.drain()
            writer.close()
            raise AgiHangup("gone")

    before = asyncio.all_tasks()
    with pytest.raises(AgiHangup):
        await heard(Leaves(), Understands("1"))
    assert asyncio.all_tasks() == before


async def test_strangers_at_the_door_are_sent_away() -> None:
    door = AudioDoor()
    await door.start()
    for words in (
        b"",
        b"GET / HTTP/1.0\r\n\r\n",
        message(0x01, b"short"),
        message(0x01, bytes(16)),
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(words)
        if words:
            writer.write_eof()
            assert await reader.read() == b""
        writer.close()
    await door.close()


class Desk:
    """A session around one flow, with what is noted in it."""

    def __init__(self, flow: Flow) -> None:
        self.contexts = CallContexts()
        self.kept: list[CallNote] = []
        self.notes = Notebook(self)
        self.session = InboundSession(
            flows=FlowBook({flow.name: flow}, default=flow.name),
            prompts=SpokenPrompts(),
            directory=self,
            contexts=self.contexts,
            notes=self.notes,
            default_queue="service",
        )

    async def identify(self, raw_number: str) -> CallerCard:
        return CallerCard(number=raw_number, raw_number=raw_number, kind="mobile")

    async def write(self, notes: Sequence[CallNote]) -> None:
        self.kept.extend(notes)

    async def call(self, line: FakeLine) -> CallContext:
        await self.session.serve(line)
        writer = asyncio.create_task(self.notes.run())
        assert await self.notes.drain(10)
        await self.session.close()
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        return self.contexts.of(call_id_of("1767225600.1"))

    @property
    def inputs(self) -> list[str]:
        return [note.input for note in self.kept if isinstance(note, StepTaken)]


# --- In a flow ------------------------------------------------------------------------------


def spoken_flow(change: Callable[[dict[str, Any]], object] = len) -> dict[str, Any]:
    """A flow in which digits and a yes may be said."""
    ask = {"wrong": "sorry", "silent": "sorry", "give_up": "person", "retries": 1}
    nodes: dict[str, Any] = {
        "sure": {
            "kind": "menu",
            "prompt": "sure",
            "speech": "yes_no",
            **ask,
            "choices": {"1": "number", "2": "person"},
        },
        "number": {
            "kind": "collect",
            "prompt": "number",
            "confirm": "right",
            "speech": "digits",
            "into": "order",
            "least": 3,
            "most": 3,
            "next": "bye",
            **ask,
        },
        "bye": {"kind": "hang_up", "prompt": "bye"},
        "person": {"kind": "operator", "queue": "service"},
        "sorry": {"kind": "error", "next": "person"},
    }
    change(nodes)
    names = ("sure", "number", "right", "bye", "sorry")
    words = {name: [{"text": {"en": name}}] for name in names}
    base = {"format": 1, "name": "said", "version": 1, "title": "Said", "languages": ["en"]}
    places = {"start": "sure", "operator": "person", "on_error": "sorry"}
    return {**base, **places, "prompts": words, "nodes": nodes}


def flow() -> Flow:
    return flow_from(spoken_flow())


async def test_a_caller_says_what_he_would_press() -> None:
    desk, line = Desk(flow()), FakeLine()
    line.said = [Said("1", spoken=True), Said("109", spoken=True), Said("1", spoken=True)]
    context = await desk.call(line)
    assert line.hung_up
    assert context.data == {"order": "109"}
    assert desk.inputs == ["1 (spoken)", "109 (spoken)", "1 (spoken)", ""]


async def test_who_is_misheard_takes_it_back_and_presses() -> None:
    desk, line = Desk(flow()), FakeLine(acts("....57"))
    no, misheard = Said("2", spoken=True), Said("555", spoken=True)
    line.said = [Said("1", spoken=True), misheard, no, Said("1"), Said("1")]
    context = await desk.call(line)
    assert context.data == {"order": "157"}
    assert desk.inputs[1:5] == ["555 (spoken)", "2 (spoken)", "157", "1"]


async def test_noise_is_silence_and_leads_to_a_person_in_the_end() -> None:
    desk, line = Desk(flow()), FakeLine()
    line.said = [Said("", spoken=True), Said("", spoken=True)]
    await desk.call(line)
    assert line.variables["CC_QUEUE"] == "service"
    assert desk.inputs[:2] == ["silence", "silence"]


async def test_keys_work_where_nobody_listens() -> None:
    desk, line = Desk(flow()), FakeLine(acts("11571"))
    assert (await desk.call(line)).data == {"order": "157"}


FAULTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "yes and no stand for the keys 1 and 2": lambda nodes: nodes["sure"]["choices"].pop("2"),
    "no choice is a digit": lambda nodes: nodes["sure"].update(
        speech="digits", choices={"*": "number"}
    ),
    "read them back with confirm": lambda nodes: nodes["number"].pop("confirm"),
    "a secret is never said aloud": lambda nodes: nodes["number"].update(
        masked=True, confirm=None
    ),
    "too many to be said": lambda nodes: nodes["number"].update(least=13, most=20),
    "is none of 'digits'": lambda nodes: nodes["number"].update(speech="yes_no"),
}


@pytest.mark.parametrize("reason", FAULTS)
def test_what_cannot_be_said_is_refused_with_the_place_and_reason(reason: str) -> None:
    def change(nodes: dict[str, Any]) -> None:
        FAULTS[reason](nodes)

    with pytest.raises(FlowInvalid, match=reason) as refused:
        flow_from(spoken_flow(change))
    assert refused.value.problems[0].place.startswith("nodes.")
