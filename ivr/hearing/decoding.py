"""The process that hears: reads sounds and grammars on its input, writes the words it understood.

A request is one line of JSON, `{"grammar": JSGF, "bytes": n}`, and n bytes of 16-bit mono sound
of 8,000 Hz; the answer is one line of JSON, `{"words": text}`.
"""

from __future__ import annotations

import json
import random
import sys
from array import array
from typing import Any

from pocketsphinx import Config, Decoder, get_model_path

_RATE = 16_000
_LOUD = 16_000  # peak that every sound is brought to
_HISS = 400  # the model was made of sounds with some noise in them; silence confuses it
_SECOND = [round(random.Random(1).gauss(0, _HISS)) for _ in range(_RATE)]  # noqa: S311 - noise


def widened(sound: bytes) -> bytes:
    """Bring 8 kHz to the model's 16 kHz, to one loudness, with a soft hiss beneath."""
    narrow = array("h", sound[: len(sound) & ~1])
    if sys.byteorder == "big":
        narrow.byteswap()
    gain = _LOUD / max(max(narrow, default=1), -min(narrow, default=-1), 1)
    wide = array("h", bytes(4 * len(narrow)))
    last = 0
    for at, sample in enumerate(narrow):
        now = int(sample * gain)
        place = 2 * at
        wide[place] = _clipped((last + now) // 2 + _SECOND[place % _RATE])
        wide[place + 1] = _clipped(now + _SECOND[(place + 1) % _RATE])
        last = now
    return wide.tobytes()


def _clipped(sample: int) -> int:
    return max(-32768, min(32767, sample))


class Listener:
    """pocketsphinx with the English model of its wheel; a grammar is built once."""

    def __init__(self) -> None:
        model = get_model_path("en-us/en-us")
        words = get_model_path("en-us/cmudict-en-us.dict")
        self._decoder: Any = Decoder(Config(hmm=model, dict=words, lm=None, loglevel="FATAL"))
        self._grammars: dict[str, str] = {}

    def understand(self, sound: bytes, grammar: str) -> str:
        """Give the words of the grammar that were said; empty when it was something else."""
        name = self._grammars.get(grammar)
        if name is None:
            name = self._grammars[grammar] = f"grammar-{len(self._grammars)}"
            self._decoder.add_jsgf_string(name, grammar)
        self._decoder.activate_search(name)
        self._decoder.start_utt()
        self._decoder.process_raw(widened(sound), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return str(found.hypstr) if found else ""


def serve() -> None:
    """Answer requests until the input ends."""
    listener = Listener()
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline():
        request = json.loads(line)
        words = listener.understand(source.read(request["bytes"]), request["grammar"])
        answers.write(json.dumps({"words": words}).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    serve()
