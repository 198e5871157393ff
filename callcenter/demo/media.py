"""One side of a telephone's sound: sends a tone, words and key presses as RTP, counts the rest."""

from __future__ import annotations

import asyncio
import math
import random
import struct
from dataclasses import dataclass, field

from typing_extensions import override

FRAME_SECONDS = 0.02
_SAMPLES = 160  # of 8 kHz in one frame
_ULAW = 0
_EVENT = 101
_MARKER = 0x80
_KEYS = "0123456789*#"
_KEY_FRAMES = 8  # 160 ms, well above the 80 ms Asterisk asks for
_END_REPEATS = 3  # RFC 4733 2.5.1.4: the end is sent three times
_END_BIT = 0x80
_VOLUME = 10
_FRAMES_BETWEEN_KEYS = 10
_TONE_HERTZ = 400  # a whole number of waves in each frame
_LOUDNESS = 4000


def _ulaw(sample: int) -> int:
    """Return the G.711 byte of a 16-bit sample."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> (exponent + 3) & 0x0F) & 0xFF


_TONE = bytes(
    _ulaw(round(_LOUDNESS * math.sin(2 * math.pi * _TONE_HERTZ * n / 8000)))
    for n in range(_SAMPLES)
)


_SILENCE = b"\xff" * _SAMPLES


def check_keys(keys: str) -> None:
    """Raise ValueError unless `keys` holds nothing but digits, `*`, `#` and `,` (a pause)."""
    if strange := set(keys) - set(_KEYS + ","):
        raise ValueError(f"no telephone has the key {min(strange)!r}")


@dataclass(slots=True)
class _Stream:
    """Numbers of the packets sent so far."""

    source: int = field(default_factory=lambda: random.getrandbits(32))
    sequence: int = field(default_factory=lambda: random.getrandbits(15))
    timestamp: int = 0

    def packet(self, kind: int, payload: bytes, *, marker: bool = False) -> bytes:
        self.sequence = (self.sequence + 1) & 0xFFFF
        second = kind | (_MARKER if marker else 0)
        head = struct.pack("!BBHII", 0x80, second, self.sequence, self.timestamp, self.source)
        return head + payload


class Media(asyncio.DatagramProtocol):
    """The RTP socket of one call, on 127.0.0.1."""

    def __init__(self) -> None:
        self.sent = 0
        self.received = 0
        self._stream = _Stream()
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._words: asyncio.Queue[bytes] = asyncio.Queue()
        self._background = _TONE
        self._transport: asyncio.DatagramTransport | None = None
        self._sender: asyncio.Task[None] | None = None

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        """Count it; the sound itself is not kept."""
        self.received += 1

    @property
    def port(self) -> int:
        """The local port, to be told in SDP."""
        if self._transport is None:
            raise RuntimeError("open the media first")
        return int(self._transport.get_extra_info("sockname")[1])

    async def open(self) -> None:
        """Bind a free port."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )

    def start(self, address: tuple[str, int]) -> None:
        """Begin to send to the other side."""
        self._sender = asyncio.create_task(self._send(address), name="demo-call-media")

    async def press(self, keys: str) -> None:
        """Press each key (`,` waits one second) and return when the last one is sent."""
        check_keys(keys)
        if self._sender is None:
            raise RuntimeError("no key can be pressed before the answer")
        for key in keys:
            if key == ",":
                await asyncio.sleep(1)
            else:
                self._keys.put_nowait(key)
                await self._keys.join()

    def hush(self) -> None:
        """Send silence instead of the tone."""
        self._background = _SILENCE

    async def say(self, sound: bytes) -> None:
        """Send a sound (G.711 mu-law, 8,000 Hz) and return when the last of it is sent."""
        for at in range(0, len(sound), _SAMPLES):
            self._words.put_nowait(sound[at : at + _SAMPLES].ljust(_SAMPLES, b"\xff"))
        await self._words.join()

    async def close(self) -> None:
        """Stop sending and free the port."""
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
        if self._transport is not None:
            self._transport.close()

    async def _send(self, address: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for packets in self._next_frames():
                for packet in packets:
                    self._put(packet, address)
                due += FRAME_SECONDS
                await asyncio.sleep(max(0, due - loop.time()))

    def _put(self, packet: bytes, address: tuple[str, int]) -> None:
        if self._transport is not None:
            self._transport.sendto(packet, address)
            self.sent += 1

    def _next_frames(self) -> list[list[bytes]]:
        """Return what to send in the frames to come: a key press, or one frame of sound."""
        if self._keys.empty():
            return [[self._tone()]]
        frames = self._key_press(self._keys.get_nowait())
        frames += [[self._tone()] for _ in range(_FRAMES_BETWEEN_KEYS)]
        self._keys.task_done()
        return frames

    def _tone(self) -> bytes:
        self._stream.timestamp += _SAMPLES
        if self._words.empty():
            return self._stream.packet(_ULAW, self._background)
        sound = self._words.get_nowait()
        self._words.task_done()
        return self._stream.packet(_ULAW, sound)

    def _key_press(self, key: str) -> list[list[bytes]]:
        """One timestamp for the whole event, its duration growing (RFC 4733 2.5.1.2)."""
        self._stream.timestamp += _SAMPLES
        frames = []
        for number in range(1, _KEY_FRAMES + 1):
            last = number == _KEY_FRAMES
            ended = _END_BIT if last else 0
            payload = struct.pack("!BBH", _KEYS.index(key), ended | _VOLUME, number * _SAMPLES)
            frames.append(
                [
                    self._stream.packet(_EVENT, payload, marker=number == 1)
                    for _ in range(_END_REPEATS if last else 1)
                ]
            )
        self._stream.timestamp += _KEY_FRAMES * _SAMPLES
        return frames
