"""Where the browser's built files lie, by the names their sources have."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
_MANIFEST = STATIC / "build" / "manifest.json"


@lru_cache(maxsize=1)
def _files(_changed_ns: int) -> dict[str, str]:
    files: dict[str, str] = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    return files


def asset_url(name: str) -> str:
    """Return the address of a built file, e.g. `app.css`; its name changes with its content."""
    try:
        built = _files(_MANIFEST.stat().st_mtime_ns)[name]
    except (FileNotFoundError, KeyError):
        built = name  # not built yet: the page says so by its missing look
    return f"/static/build/{built}"
