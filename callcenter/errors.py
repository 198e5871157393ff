"""What a person reads when a command cannot do its work: one line that says what to do."""

from __future__ import annotations


class CommandFailed(Exception):  # noqa: N818 - reads as what happened
    """The command cannot go on; the message says why and what to do about it."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


EXIT_CODE = 2
