"""The caller's sound: steady frames, keys as RFC 4733 says, and an honest count."""

import asyncio
import struct

import pytest

from callcenter.demo.media import FRAME_SECONDS, Media, check_keys


class Ear(asyncio.DatagramProtocol):
    """Takes RTP apart."""

    def __init__(self) -> None:
        self.packets: list[tuple[int, bool, int, int, bytes]] = []

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        _, kind, sequence, timestamp, _source = struct.unpack("!BBHII", data[:12])
        packet = (kind & 0x7F, bool(kind & 0x80), sequence, timestamp, data[12:])
        self.packets.append(packet)


async def heard(keys: str, seconds: float = 0.0) -> tuple[Ear, Media]:
    """Send for so long, with these keys; give all that arrived."""
    loop = asyncio.get_running_loop()
    transport, ear = await loop.create_datagram_endpoint(Ear, local_addr=("127.0.0.1", 0))
    media = Media()
    await media.open()
    try:
        media.start(transport.get_extra_info("sockname"))
        await media.press(keys)
        await asyncio.sleep(seconds)
    finally:
        await media.close()
        async with asyncio.timeout(5):
            while len(ear.packets) < media.sent:  # noqa: ASYNC110 - a list has no event
                await asyncio.sleep(0.01)
        transport.close()
    return ear, media


async def test_every_packet_sent_is_counted_and_numbered_without_a_gap() -> None:
    start = asyncio.get_running_loop().time()
    ear, media = await heard("", 0.3)
    took = asyncio.get_running_loop().time() - start
    assert len(ear.packets) == media.sent
    assert 10 <= media.sent <= took / FRAME_SECONDS + 2
    sequences = [sequence for _, _, sequence, _, _ in ear.packets]
    assert sequences == [(sequences[0] + n) & 0xFFFF for n in range(len(sequences))]
    assert {len(payload) for *_, payload in ear.packets} == {160}


async def test_keys_are_events_with_one_timestamp_growing_duration_and_three_ends() -> None:
    ear, _ = await heard("2#", 0.4)
    events = [packet for packet in ear.packets if packet[0] == 101]
    stamps = list(dict.fromkeys(timestamp for _, _, _, timestamp, _ in events))
    assert len(stamps) == 2
    for stamp, code in zip(stamps, (2, 11), strict=True):
        press = [packet for packet in events if packet[3] == stamp]
        parts = [struct.unpack("!BBH", payload) for *_, payload in press]
        assert {part[0] for part in parts} == {code}
        assert [packet[1] for packet in press] == [True] + [False] * (len(press) - 1)
        assert [bool(part[1] & 0x80) for part in parts][-3:] == [True] * 3
        durations = [part[2] for part in parts]
        assert durations == sorted(durations)
        assert durations[-1] >= 640  # 80 ms


async def test_a_pause_between_keys_is_a_second() -> None:
    start = asyncio.get_running_loop().time()
    await heard(",")
    assert asyncio.get_running_loop().time() - start >= 1


async def test_no_key_can_be_pressed_before_the_answer() -> None:
    with pytest.raises(RuntimeError):
        await Media().press("1")


@pytest.mark.parametrize("keys", ["a", "1 2", "1\n", "٢"])
def test_a_key_no_telephone_has_is_refused(keys: str) -> None:
    with pytest.raises(ValueError, match="no telephone has the key"):
        check_keys(keys)
