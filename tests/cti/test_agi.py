import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from cti.agi import AgiHangup, AgiLimits, AgiRefused, AgiServer, AgiSession, AgiTimedOut
from cti.agi.replies import command_line, environment_of, reply_of
from cti.agi.wire import AgiWire, TooLong

HEADER = (
    b"agi_network: yes\nagi_network_script: inbound\nagi_uniqueid: 1.2\nagi_extension: 4000\n\n"
)
QUICK = AgiLimits(header_bytes=4096, header_seconds=0.2, answer_bytes=4096, answer_seconds=0.3)
Handler = Callable[[AgiSession], Awaitable[None]]


@asynccontextmanager
async def served(handler: Handler, limits: AgiLimits = QUICK) -> AsyncIterator[AgiServer]:
    server = AgiServer("127.0.0.1", 0, handler, limits)
    await server.start()
    try:
        yield server
    finally:
        await server.close()
        assert server.sessions == 0


class Caller:
    """Asterisk's end of one session, played by a test."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def hears(self) -> str:
        async with asyncio.timeout(3):
            return (await self.reader.readline()).decode().rstrip("\n")

    def says(self, text: str) -> None:
        self.writer.write(text.encode() + b"\n")

    async def is_let_go(self) -> bool:
        try:
            async with asyncio.timeout(3):
                while await self.reader.read(65_536):
                    pass
        except ConnectionError:
            pass
        return True


@asynccontextmanager
async def calling(server: AgiServer, first: bytes = HEADER) -> AsyncIterator[Caller]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(first)
        yield Caller(reader, writer)
    finally:
        writer.transport.abort()


async def outcome(does: Handler, *answers: str) -> tuple[list[str], BaseException | None]:
    """Run one session with these answers; return what it said and how it ended."""
    ended: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

    async def handler(session: AgiSession) -> None:
        try:
            await does(session)
            ended.set_result(None)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            ended.set_result(error)

    said: list[str] = []
    async with served(handler) as server, calling(server) as caller:
        for answer in answers:
            said.append(await caller.hears())
            caller.says(answer)
        async with asyncio.timeout(3):
            return said, await ended


async def test_a_session_knows_its_call_and_its_verbs_read_the_answers() -> None:
    got: list[object] = []

    async def play(agi: AgiSession) -> None:
        got.extend((agi.script, agi.environment["agi_extension"]))
        await agi.answer()
        got.append(await agi.stream_file("menu", "12"))
        got.append(await agi.wait_for_digit(500))
        got.append(await agi.get_data("enter", 3000, 4))
        await agi.set_variable("__CC_CALL_ID", 'a "b" \\c')
        got.append(await agi.get_variable("CC_QUEUE"))
        got.append(await agi.get_variable("CC_NOTHING"))
        await agi.exec("Wait", "1")
        await agi.answer_at_once()
        await agi.set_music(on=True)
        await agi.say_digits("12", "#")
        await agi.say_number(12)
        await agi.verbose("two\nlines")
        await agi.hang_up()

    said, error = await outcome(
        play,
        "200 result=0",
        "200 result=50 endpos=160",
        "200 result=0",
        "200 result=1234 (timeout)",
        "200 result=1",
        "200 result=1 (sales (a) b\nand more)",
        "200 result=0",
        *["200 result=0"] * 6,
        "200 result=1",
    )
    assert error is None
    assert got == ["inbound", "4000", "2", "", "1234", "sales (a) b\nand more", None]
    assert said[:5] == [
        "ANSWER",
        'STREAM FILE "menu" "12"',
        'WAIT FOR DIGIT "500"',
        'GET DATA "enter" "3000" "4"',
        r'SET VARIABLE "__CC_CALL_ID" "a \"b\" \\c"',
    ]
    assert said[7:] == [
        'EXEC "Wait" "1"',
        'EXEC "Answer" ",i"',
        'SET MUSIC "on" "default"',
        'SAY DIGITS "12" "#"',
        'SAY NUMBER "12" ""',
        'VERBOSE "two lines" "3"',
        "HANGUP",
    ]


@pytest.mark.parametrize(
    "answers",
    [
        ("HANGUP",),
        ("HANGUP\n200 result=-1",),
        ("200 result=-1", "200 result=-1"),
        ("200 result=-1", "511 Command Not Permitted on a dead channel"),
        ("200 result=-1\nHANGUP", "200 result=6"),
        ("511 Command Not Permitted on a dead channel or intercept routine",),
    ],
)
async def test_a_caller_who_leaves_during_a_prompt_ends_the_session(
    answers: tuple[str, ...],
) -> None:
    async def play(agi: AgiSession) -> None:
        try:
            await agi.stream_file("menu")
        except AgiHangup:
            with pytest.raises(AgiHangup):
                await agi.answer()
            raise

    _, error = await outcome(play, *answers)
    assert isinstance(error, AgiHangup)


async def test_a_sound_that_cannot_be_played_is_no_hang_up() -> None:
    async def play(agi: AgiSession) -> None:
        with pytest.raises(AgiRefused):
            await agi.stream_file("missing")
        await agi.answer()

    said, error = await outcome(play, "200 result=-1", "200 result=6", "200 result=0")
    assert error is None
    assert said == ['STREAM FILE "missing" ""', "CHANNEL STATUS", "ANSWER"]


async def test_a_closed_connection_is_a_hang_up() -> None:
    ended = asyncio.Event()

    async def handler(agi: AgiSession) -> None:
        with pytest.raises(AgiHangup):
            await agi.answer()
        ended.set()

    async with served(handler) as server, calling(server) as caller:
        await caller.hears()
        caller.writer.close()
        async with asyncio.timeout(3):
            await ended.wait()


async def test_wrong_commands_say_why() -> None:
    async def play(agi: AgiSession) -> None:
        with pytest.raises(AgiRefused, match="510 Invalid"):
            await agi.command("NO SUCH")
        with pytest.raises(AgiRefused, match="Usage: WAIT"):
            await agi.wait_for_digit(1)
        await agi.answer()

    usage = "520-Invalid command syntax.  Proper usage follows:\nUsage: WAIT\n520 End of usage."
    _, error = await outcome(play, "510 Invalid or unknown command", usage, "200 result=0")
    assert error is None


async def test_what_would_be_a_second_command_is_refused_unsent() -> None:
    async def play(agi: AgiSession) -> None:
        for bad in ("x\nHANGUP", "x\r", "x\0", "\ud800", "x" * 2000):
            with pytest.raises(AgiRefused):
                await agi.stream_file(bad)
        for name in ("PATH", "SHELL(id)", "CC_X\n"):
            with pytest.raises(AgiRefused):
                await agi.set_variable(name, "1")
        for application, option in (("System", "id"), ("Wait", "${SHELL(id)}")):
            with pytest.raises(AgiRefused):
                await agi.exec(application, option)
        await agi.answer()

    said, error = await outcome(play, "200 result=0")
    assert (said, error) == (["ANSWER"], None)


async def test_the_sound_goes_to_this_machine_and_a_missing_module_is_told() -> None:
    call_id = UUID(int=7)

    async def play(agi: AgiSession) -> None:
        await agi.audio_socket(call_id, 4711)
        with pytest.raises(AgiRefused, match="does not know it"):
            await agi.audio_socket(call_id, 4711)
        with pytest.raises(AgiHangup):
            await agi.audio_socket(call_id, 4711)

    gone = "511 Command Not Permitted on a dead channel or intercept routine"
    said, error = await outcome(play, "200 result=0", "200 result=-2", "200 result=-1", gone)
    assert error is None
    assert said[0] == f'EXEC "AudioSocket" "{call_id},127.0.0.1:4711"'


async def test_a_caller_who_leaves_is_noticed_while_nothing_is_asked() -> None:
    async def play(agi: AgiSession) -> None:
        await agi.answer()
        await agi.gone()

    _, error = await outcome(play, "200 result=0\nHANGUP")
    assert isinstance(error, AgiHangup)


async def test_no_answer_in_time_ends_the_session() -> None:
    async def play(agi: AgiSession) -> None:
        await agi.answer()
        with pytest.raises(AgiTimedOut):
            await agi.wait_for_digit(1)
        await agi.answer()

    _, error = await outcome(play, "200 result=0")
    assert isinstance(error, AgiHangup)


@pytest.mark.parametrize("answer", ["x" * 9000, "200 result=1 (" + "x\n" * 5000, "hello", "520-a"])
async def test_an_answer_without_end_or_sense_costs_that_session_alone(answer: str) -> None:
    async def play(agi: AgiSession) -> None:
        await agi.get_variable("CC_X")

    _, error = await outcome(play, answer)
    assert isinstance(error, AgiRefused | AgiTimedOut)


@pytest.mark.parametrize(
    "first",
    [b"", b"agi_network: yes\n", b"x" * 100_000, b"GET / HTTP/1.1\n\n", b"\n\n", b"a\n" * 50_000],
    ids=["silence", "half", "flood", "other", "empty", "lines"],
)
async def test_a_client_that_is_no_asterisk_is_let_go_and_others_are_served(first: bytes) -> None:
    served_calls: list[str] = []

    async def handler(agi: AgiSession) -> None:
        await agi.answer()
        served_calls.append(agi.environment["agi_uniqueid"])

    async with served(handler) as server, calling(server, first) as odd:
        async with calling(server) as caller:
            assert await caller.hears() == "ANSWER"
            caller.says("200 result=0")
            assert await caller.is_let_go()
        assert served_calls == ["1.2"]
        assert await odd.is_let_go()


async def test_connect_and_close_leaves_the_loop_free() -> None:
    async def handler(_: AgiSession) -> None:
        raise AssertionError

    async with served(handler) as server:
        for _ in range(20):
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.close()
        async with asyncio.timeout(1):
            for _ in range(1000):
                await asyncio.sleep(0)


class Deaf(asyncio.Transport):
    """A transport that says whether it still reads."""

    reads = True

    def pause_reading(self) -> None:
        self.reads = False


async def test_who_sends_without_being_asked_is_heard_no_more() -> None:
    wire, transport = AgiWire(100, lambda _: None), Deaf()
    wire.connection_made(transport)
    wire.data_received(b"200 result=0\n")
    assert await wire.line(wire.after(1)) == b"200 result=0\n"
    wire.data_received(b"200 result=0\n" * 10)
    assert not transport.reads
    with pytest.raises(TooLong):
        await wire.line(wire.after(1))


async def test_lines_are_whole_however_they_were_cut() -> None:
    wire = AgiWire(100, lambda _: None)
    wire.connection_made(Deaf())
    for at, piece in enumerate((b"one", b" and\ntw", b"o\n", b"three\nfour\nfi", b"ve\n")):
        asyncio.get_running_loop().call_later(0.01 * at, wire.data_received, piece)
    lines = [await wire.line(wire.after(3)) for _ in range(5)]
    assert lines == [b"one and\n", b"two\n", b"three\n", b"four\n", b"five\n"]


async def test_the_time_of_one_answer_does_not_shorten_the_next() -> None:
    wire = AgiWire(100, lambda _: None)
    wire.connection_made(Deaf())
    with pytest.raises(TimeoutError):
        await wire.line(wire.after(0.05))
    later = wire.line(wire.after(3))
    await asyncio.sleep(0.1)  # longer than the first might take
    wire.data_received(b"here\n")
    assert await later == b"here\n"
    with pytest.raises(TimeoutError):  # though the timer still stands at three seconds
        await wire.line(wire.after(0.05))


async def test_a_handler_that_fails_costs_its_own_caller_alone() -> None:
    async def handler(agi: AgiSession) -> None:
        if agi.environment["agi_uniqueid"] == "bad":
            raise ValueError
        await agi.answer()

    async with served(handler) as server:
        async with calling(server, HEADER.replace(b"1.2", b"bad")) as caller:
            assert await caller.is_let_go()
        async with calling(server) as caller:
            assert await caller.hears() == "ANSWER"


async def test_no_more_sessions_than_the_limit() -> None:
    async def handler(agi: AgiSession) -> None:
        await agi.answer()

    async with served(handler, AgiLimits(sessions=2)) as server:
        async with calling(server) as one, calling(server) as two:
            assert [await one.hears(), await two.hears()] == ["ANSWER"] * 2
            async with calling(server) as three:
                assert await three.is_let_go()
            one.says("200 result=0")
            assert await one.is_let_go()
        async with calling(server) as four:
            assert await four.hears() == "ANSWER"


def test_words_of_agi() -> None:
    assert reply_of("200 result= (timeout)").data == "timeout"
    assert reply_of("200 result=0 endpos=1600").end_position == 1600
    assert [reply_of(f"200 result={n}").digit for n in (0, 35, 42, 49, -1, 9999)] == [
        "",
        "#",
        "*",
        "1",
        "",
        "",
    ]
    assert environment_of("agi_callerid: 张: 三\nother: x\nagi_empty:\n".encode()) == {
        "agi_callerid": "张: 三",
        "agi_empty": "",
    }
    assert command_line("A", ("b c",)) == b'A "b c"\n'
