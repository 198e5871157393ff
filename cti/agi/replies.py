"""The words of AGI: how a command is written and what an answer says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cti.errors import AgiRefused

MOST_COMMAND_BYTES = 2000  # Asterisk reads 2048 (AGI_BUF_LEN)
_ANSWER = re.compile(r"(\d{3})(?: result=(\S*)(?: \((.*)\))?)?", re.DOTALL)
_ACCEPTED = 200
_KEYS = {str(ord(key)): key for key in "0123456789*#ABCD"}
_ENDPOS = re.compile(r"endpos=(\d+)")


@dataclass(frozen=True, slots=True)
class AgiReply:
    """Asterisk's answer to a command: `200 result=49 (timeout) endpos=160`."""

    code: int
    result: str
    data: str
    line: str

    @property
    def digit(self) -> str:
        """The key whose ASCII code is the result; empty for none."""
        return _KEYS.get(self.result, "")

    @property
    def is_accepted(self) -> bool:
        """True unless Asterisk refused the command itself."""
        return self.code == _ACCEPTED

    @property
    def end_position(self) -> int:
        """Samples played until the file ended or a key cut it."""
        found = _ENDPOS.search(self.line)
        return int(found[1]) if found else 0


def reply_of(line: str) -> AgiReply:
    """Read one answer; raises `AgiRefused` when it is none."""
    return _USUAL.get(line) or _read(line)


def _read(line: str) -> AgiReply:
    found = _ANSWER.match(line)
    if found is None:
        raise AgiRefused(f"no AGI answer: {line[:80]!r}")
    return AgiReply(int(found[1]), found[2] or "", found[3] or "", line)


_USUAL = {line: _read(line) for line in (f"200 result={number}" for number in range(128))}
"""The answers nearly all commands get, a key's among them, read once."""


def command_line(verb: str, arguments: tuple[str, ...]) -> bytes:
    """Write a command; raises `AgiRefused` for what Asterisk would read as two."""
    return _repeated(verb, arguments) if verb in _REPEATED else _written(verb, arguments)


def _written(verb: str, arguments: tuple[str, ...]) -> bytes:
    words = [verb, *(_quoted(argument) for argument in arguments)]
    line = " ".join(words)
    if any(character in line for character in "\r\n\0"):
        raise AgiRefused(f"{verb}: a line end or NUL may not be sent")
    try:
        raw = line.encode()
    except UnicodeEncodeError as error:
        raise AgiRefused(f"{verb}: an argument is no Unicode text") from error
    if len(raw) > MOST_COMMAND_BYTES:
        raise AgiRefused(f"{verb}: {len(raw)} bytes are more than {MOST_COMMAND_BYTES}")
    return raw + b"\n"


_REPEATED = frozenset({"GET DATA", "STREAM FILE"})  # the same prompts again and again
_repeated = lru_cache(maxsize=2000)(_written)


def environment_of(header: bytes) -> dict[str, str]:
    """Read the `agi_name: value` lines a session opens with; of a repeated name the first."""
    environment: dict[str, str] = {}
    for line in header.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.rstrip("\r").partition(":")
        if colon and name.startswith("agi_"):
            environment.setdefault(name, value.removeprefix(" "))
    return environment


def _quoted(argument: str) -> str:
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
