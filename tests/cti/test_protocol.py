import asyncio
from dataclasses import dataclass
from typing import ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from cti.actions import AmiAction, Headers, Key
from cti.errors import UnsafeAction
from cti.inquiries import QueueStatus
from cti.messages import AmiMessage
from cti.protocol import MOST_HEADERS, MOST_LINE_BYTES, AmiProtocol


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    @override
    def abort(self) -> None:
        pass

    @override
    def is_closing(self) -> bool:
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class AnyAction(AmiAction):
    """An action without any check of its own."""

    action: ClassVar[str] = "Any"
    values: tuple[str, ...]

    @override
    def headers(self) -> Headers:
        return [(Key.VARIABLE, value) for value in self.values]


def opened() -> tuple[AmiProtocol, Wire, list[AmiMessage]]:
    heard: list[AmiMessage] = []
    protocol, wire = AmiProtocol(on_message=heard.append, on_lost=lambda: None), Wire()
    protocol.connection_made(wire)
    return protocol, wire, heard


@given(st.lists(st.text(max_size=1100), max_size=130))
def test_whatever_is_asked_no_value_becomes_a_header(values: list[str]) -> None:
    async def send() -> None:
        protocol, wire, _ = opened()
        try:
            protocol.send(AnyAction(values=tuple(values)))
        except UnsafeAction:
            assert wire.written == b""
            assert protocol.responses == {}
            return
        lines = wire.written.split(b"\r\n")
        assert lines[-2:] == [b"", b""]
        assert len(lines) - 2 == len(values) + 2 <= MOST_HEADERS
        assert all(len(line) + 2 <= MOST_LINE_BYTES for line in lines)
        assert wire.written.count(b"\n") == len(lines) - 1

    asyncio.run(send())


_PIECES = st.sampled_from(
    [
        *(b"Response: Success\r\n", b"Response: Error\r\n", b"Event: QueueStatusComplete\r\n"),
        *(b"EventList: start\r\n", b"EventList: Complete\r\n", b"EventList: cancelled\r\n"),
        *(b"ActionID: @\r\n", b"\r\n", b"\r\n\r\n", b"\n", b"\xff\xfe", b": \r\n", b"Event:"),
    ]
)


@settings(max_examples=300)
@given(st.lists(_PIECES | st.binary(max_size=20), max_size=30))
def test_no_bytes_at_all_break_the_link_or_answer_twice(pieces: list[bytes]) -> None:
    async def receive() -> None:
        protocol, _, _ = opened()
        pending = protocol.send(QueueStatus())
        for piece in pieces:
            protocol.data_received(piece.replace(b"@", str(pending.id).encode()))
        answered = pending.reply.done()
        assert answered == (str(pending.id) not in protocol.responses)
        protocol.close()
        assert pending.reply.done()
        assert protocol.responses == {}
        pending.reply.exception()

    asyncio.run(receive())


async def test_what_comes_after_a_reader_cut_the_link_is_not_delivered() -> None:
    heard: list[str] = []

    def hear(message: AmiMessage) -> None:
        heard.append(message.event)
        protocol.close()

    protocol = AmiProtocol(on_message=hear, on_lost=lambda: None)
    protocol.connection_made(Wire())
    protocol.data_received(b"Event: A\r\nX: 1\r\n\r\nEvent: B\r\nX: 1\r\n\r\n")
    protocol.data_received(b"Event: C\r\nX: 1\r\n\r\n")
    assert heard == ["A"]
