"""Loggers for the HTTP and websocket libraries: what strangers send is one line, not a trace."""

from __future__ import annotations

import logging

from aiohttp.http_exceptions import HttpProcessingError
from typing_extensions import override
from websockets.exceptions import WebSocketException

_STRANGERS = (HttpProcessingError, WebSocketException, ConnectionError, EOFError, TimeoutError)


class _OneLine(logging.Filter):
    """Tells a client's broken protocol at INFO without its traceback; our own faults in full."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, _STRANGERS):
            record.levelno, record.levelname = logging.INFO, "INFO"
            record.msg, record.args = f"{record.getMessage()}: {type(error).__name__}", ()
            record.exc_info = record.exc_text = None
        return True


def wire_logger(name: str) -> logging.Logger:
    """Return the logger `agent_desktop.<name>` for a library's server."""
    logger = logging.getLogger(f"agent_desktop.{name}")
    if not logger.filters:
        logger.addFilter(_OneLine())
    return logger
