import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.framing import FrameDecoder
from cti.messages import AmiMessage

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
STREAM = (
    BANNER
    + b"Response: Success\r\nActionID: a/1\r\nMessage: Authentication accepted\r\n\r\n"
    + "Event: Newchannel\r\nCallerIDName: 张三李四\r\nUniqueid: 1.2\r\n\r\n".encode()
    + b"Event: VarSet\r\nVariable: A\r\nValue: \r\n\r\n"
    + b"Event: Hangup\r\nUniqueid: 1.2\r\n\r\n"
)


def summary(messages: list[AmiMessage]) -> list[tuple[str, str, str]]:
    return [(m.event, m.response, m.get("CallerIDName")) for m in messages]


WHOLE = [
    ("", "Success", ""),
    ("Newchannel", "", "张三李四"),
    ("VarSet", "", ""),
    ("Hangup", "", ""),
]


def test_a_stream_split_at_every_byte_reads_the_same() -> None:
    for cut in range(len(STREAM) + 1):
        decoder = FrameDecoder()
        messages = decoder.feed(STREAM[:cut]) + decoder.feed(STREAM[cut:])
        assert summary(messages) == WHOLE
        assert decoder.version == "11.0.0"


def test_a_stream_in_single_bytes_reads_the_same() -> None:
    for stream in (STREAM, STREAM.replace(b"\r\n", b"\n"), STREAM.replace(b": ", b":")):
        decoder = FrameDecoder()
        messages = [m for byte in stream for m in decoder.feed(bytes([byte]))]
        assert summary(messages) == WHOLE


def test_line_ends_may_be_mixed() -> None:
    decoder = FrameDecoder()
    stream = b"Event: A\nX: 1\r\n\nEvent: B\r\nX: 2\n\r\nEvent: C\r\nX: 3\r\n\r\n\r\nEvent: D\n\n"
    assert [(m.event, m.get("X")) for m in decoder.feed(stream)] == [
        ("A", "1"),
        ("B", "2"),
        ("C", "3"),
        ("D", ""),
    ]


def test_unwanted_events_are_counted_and_responses_always_come_out() -> None:
    decoder = FrameDecoder(wanted={"Hangup"})
    assert summary(decoder.feed(STREAM)) == [WHOLE[0], WHOLE[3]]
    assert decoder.counts.by_event == {"Newchannel": 1, "VarSet": 1, "Hangup": 1}
    assert (decoder.counts.events, decoder.counts.responses) == (3, 1)


def test_an_event_whose_name_comes_late_is_still_found() -> None:
    decoder = FrameDecoder(wanted={"Hangup"})
    messages = decoder.feed(b"Privilege: call\r\nEvent: Hangup\r\n\r\nA: b\r\nEvent: No\r\n\r\n")
    assert [m.event for m in messages] == ["Hangup"]
    assert decoder.counts.events == 2


def test_a_flood_without_end_is_dropped_and_the_link_goes_on() -> None:
    decoder = FrameDecoder(max_message=1000)
    for _ in range(5000):
        assert decoder.feed(b"x" * 999) == []
        assert len(decoder._tail) <= 2000
    messages = decoder.feed(b"\r\n\r\nEvent: Hangup\r\n\r\n")
    assert [m.event for m in messages] == ["Hangup"]
    assert decoder.counts.too_long == 1


def test_a_long_message_or_line_is_dropped_even_when_it_comes_whole() -> None:
    decoder = FrameDecoder(max_message=1000, max_line=500)
    long_line = b"Event: A\r\nX: " + b"x" * 600 + b"\r\n\r\n"
    long_message = b"Event: B\r\n" + b"X: y\r\n" * 300 + b"\r\n"
    many_lines = b"Event: C\r\n" + b"X: y\r\n" * 120 + b"\r\n"
    messages = decoder.feed(long_line + long_message + many_lines)
    assert [m.event for m in messages] == ["C"]
    assert decoder.counts.too_long == 2


def test_what_is_no_message_is_counted() -> None:
    decoder = FrameDecoder()
    assert decoder.feed(b"hello\r\n\r\nA: b\r\n\r\n\r\n\r\n") == []
    assert decoder.counts.not_understood == 2


def test_endless_new_names_do_not_fill_memory() -> None:
    decoder = FrameDecoder(wanted=())
    for n in range(5000):
        decoder.feed(b"Event: E%d\r\nA: b\r\n\r\n" % n)
    assert len(decoder.counts.by_event) <= 1030
    assert decoder.counts.events == 5000


_PIECES = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"Event: A", b"X:1", b"\xff", b"abc"]))


@settings(max_examples=300)
@given(_PIECES, st.lists(st.integers(0, 60)))
def test_any_bytes_cut_anywhere_read_the_same(pieces: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(pieces)
    whole, cut_up = FrameDecoder(), FrameDecoder()
    expected = whole.feed(stream + b"\r\n\r\n")
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[a:b] for a, b in itertools.pairwise(places)]
    found = [m for chunk in [*chunks, b"\r\n\r\n"] for m in cut_up.feed(chunk)]
    assert [m.pairs for m in found] == [m.pairs for m in expected]
