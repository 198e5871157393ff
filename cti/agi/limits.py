"""How much and how long a FastAGI client may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class AgiLimits:
    """Limits of one server; a client that passes one is disconnected alone."""

    header_bytes: int = 65_536
    header_seconds: float = 2.0
    answer_bytes: int = 65_536
    answer_seconds: float = 300.0  # the longest prompt or wait one command may take
    sessions: int = 500  # at once; further callers go to the dialplan's fallback
