"""Asterisk's own reading of a configuration file, as far as our files need it."""

import re
from dataclasses import dataclass, field

_SECTION = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\))?$")


@dataclass
class Section:
    name: str
    inherits: list[str]
    template: bool
    items: list[tuple[str, str]] = field(default_factory=list)

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.items if name == key]

    def one(self, key: str) -> str:
        (value,) = self.all(key)
        return value


def parse(text: str) -> list[Section]:
    """Split a file as `config.c` does: comments, sections, `key = value`, `key => value`."""
    sections: list[Section] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = re.sub(r"(?<!\\);.*", "", raw).strip()
        if not line:
            continue
        if found := _SECTION.match(line):
            marks = [mark.strip() for mark in (found[2] or "").split(",") if mark.strip()]
            inherits = [mark for mark in marks if mark != "!"]
            sections.append(Section(found[1], inherits, "!" in marks))
            continue
        key, sign, value = line.partition("=")
        assert sign, f"line {number} is neither section nor setting: {raw!r}"
        assert sections, f"line {number} stands before any section: {raw!r}"
        sections[-1].items.append((key.strip(), value.removeprefix(">").strip()))
    return sections


def section(sections: list[Section], name: str, **having: str) -> Section:
    """Return the one section of this name that has these settings."""
    found = [
        one
        for one in sections
        if one.name == name and all(value in one.all(key) for key, value in having.items())
    ]
    assert len(found) == 1, f"{len(found)} sections [{name}] with {having}"
    return found[0]
