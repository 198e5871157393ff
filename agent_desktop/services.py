"""What the desktop's handlers work with: the database, the bus and the settings' plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from aiohttp import web

from acd.bus import Bus
from agent_desktop.workshop import FlowWorkshop
from crm_core.database import Database
from crm_core.tenancy import DEFAULT_TENANT, Scope
from ivr.shelf import PromptShelf


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything one web process needs; built by the front door, by tests with fakes."""

    database: Database
    bus: Bus
    session_key: bytes = field(repr=False)  # random per installation, at least 32 bytes
    tenant_id: UUID = DEFAULT_TENANT
    origins: frozenset[str]  # pages of ours, e.g. {"http://127.0.0.1:8080"}
    push_url: str  # ws://127.0.0.1:8081/feed
    phone_url: str  # ws://127.0.0.1:8088/ws, Asterisk's websocket
    demo: bool = False
    secure: bool = False  # pages are reached by https alone
    clock: Callable[[], datetime] = utc_now
    workshop: FlowWorkshop | None = None
    shelf: PromptShelf | None = None  # prompts people bring; None: not kept here
    recordings: Path | None = None  # what callers say; None: on another machine
    prompts: Callable[[], frozenset[str] | None] = lambda: None  # names; None: not known here

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Return the Host headers that are answered: those of our own pages."""
        return frozenset(urlsplit(origin).netloc for origin in self.origins)

    @property
    def scope(self) -> Scope:
        """Act for the system in this process's tenant, before anyone is signed in."""
        return Scope(tenant_id=self.tenant_id, user_id=None)


SERVICES: web.AppKey[Services] = web.AppKey("services", Services)
