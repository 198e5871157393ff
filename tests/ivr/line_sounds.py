"""Sounds on a telephone line as raw samples: a voice's tone, a hiss, cut into frames."""

import math
from array import array
from random import Random

RATE = 8000  # Hz
FRAME_BYTES = 320  # 20 ms


def tone(seconds: float, size: int = 6000) -> bytes:
    """Give a steady tone of this loudness."""
    waves = (math.sin(2 * math.pi * 300 * n / RATE) for n in range(round(seconds * RATE)))
    return array("h", [round(size * wave) for wave in waves]).tobytes()


def hiss(seconds: float, size: int, seed: int = 1) -> bytes:
    """Give a noise of this loudness, the same for the same seed."""
    random = Random(seed)  # noqa: S311 - noise
    return array(
        "h", [random.randint(-size, size) for _ in range(round(seconds * RATE))]
    ).tobytes()


def frames(sound: bytes) -> list[bytes]:
    """Cut a sound as it comes from the line."""
    return [sound[at : at + FRAME_BYTES] for at in range(0, len(sound), FRAME_BYTES)]
