"""The web role: pages, API and push, built from the settings."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from functools import partial

from acd.bus import Bus
from agent_desktop.server import run_desktop
from agent_desktop.services import Services
from callcenter.errors import CommandFailed
from callcenter.secrets import Secrets
from callcenter.settings import Settings
from callcenter.waiting import known_prompts, shelf_of
from callcenter.workshop import IvrWorkshop
from crm_core.database import Database

HOST = "127.0.0.1"


def bound_socket(port: int, setting: str) -> socket.socket:
    """Return a socket bound to the port on loopback; CommandFailed when it is taken."""
    # Named TCP: asyncio turns Nagle's delay off only for sockets that say their protocol, and a
    # screen pop must not wait for the other side to acknowledge the notice before it.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
    except OSError as error:
        sock.close()
        if error.errno != errno.EADDRINUSE:
            raise
        raise CommandFailed(
            f"port {port} is in use by another program: "
            f"stop that one or set {setting} to a free port"
        ) from error
    sock.setblocking(False)
    return sock


def services_of(settings: Settings, database: Database, bus: Bus) -> Services:
    """Return what the web process works with."""
    names = (HOST, "localhost")
    return Services(
        database=database,
        bus=bus,
        session_key=Secrets(settings.home).session_key.encode(),
        origins=frozenset(f"http://{name}:{settings.http_port}" for name in names),
        push_url=f"ws://{HOST}:{settings.push_port}/feed",
        phone_url=f"ws://{HOST}:{settings.asterisk_http_port}/ws",
        demo=settings.demo,
        prompts=partial(known_prompts, settings),
        workshop=IvrWorkshop(),
        shelf=shelf_of(settings),
        recordings=settings.home / "asterisk" / "spool",
    )


async def run_web(
    settings: Settings, database: Database, bus: Bus, ready: Callable[[], None]
) -> None:
    """Serve until cancelled."""
    http = bound_socket(settings.http_port, "CALLCENTER_HTTP_PORT")
    push = bound_socket(settings.push_port, "CALLCENTER_PUSH_PORT")
    with http, push:
        services = services_of(settings, database, bus)
        await run_desktop(services, http=http, push=push, ready=ready)
