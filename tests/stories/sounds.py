"""A sound to play, to bring or to leave."""

import io
import math
import wave
from array import array

_RATE = 8000  # Hz


def tone(seconds: int) -> bytes:
    """Give a steady tone as wav, of the loudness of speech."""
    samples = array(
        "h",
        (round(9_000 * math.sin(at / _RATE * math.tau * 440)) for at in range(seconds * _RATE)),
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, _RATE, 0, "NONE", ""))
        sound.writeframes(samples.tobytes())
    return out.getvalue()
