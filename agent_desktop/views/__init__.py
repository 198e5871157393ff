"""The pages people see; the one door is `setup`."""

from __future__ import annotations

from agent_desktop.views.routes import setup

__all__ = ["setup"]
