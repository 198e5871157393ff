"""Whether callers may answer aloud here: where pocketsphinx is installed."""

from __future__ import annotations

import structlog

from cti.audiosocket import AudioDoor
from ivr.hearing.ears import Ears
from ivr.hearing.recogniser import Pocketsphinx

log = structlog.get_logger(__name__)


async def open_ears() -> Ears | None:
    """Return what listens to callers; None without an engine: they have their keys."""
    recogniser = Pocketsphinx.find()
    if recogniser is None:
        log.info("speech_input_off", reason="pocketsphinx is not installed")
        return None
    door = AudioDoor()
    await door.start()
    log.info("speech_input_on", languages=sorted(recogniser.languages))
    return Ears(door, recogniser)
