"""Programs of the system, played by small shell scripts on a PATH of their own."""

from pathlib import Path

import pytest


class Programs:
    """A directory that is the whole PATH, beside what a shell script needs."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        folder.mkdir()
        monkeypatch.setenv("PATH", str(folder))

    def add(self, name: str, body: str = "") -> None:
        script = f'#!/bin/sh\necho "{name} $*" >> "{self.calls}"\nPATH=/usr/bin:/bin\n{body}\n'
        path = self.folder / name
        path.write_text(script)
        path.chmod(0o755)

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []
