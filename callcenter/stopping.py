"""Wait for the person to say stop."""

from __future__ import annotations

import asyncio
import signal


async def asked_to_stop() -> None:
    """Return at Ctrl-C or a TERM signal; the old handlers are back afterwards."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, asked.set)
    try:
        await asked.wait()
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
