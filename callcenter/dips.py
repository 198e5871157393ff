"""HTTP data dips: only to listed hosts, in bounded time and size, never through a redirect."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from typing_extensions import override

from ivr.flow import Answer, Dip
from ivr.flow.paths import value_at

log = structlog.get_logger(__name__)

MOST_BYTES = 65_536
_AT_ONCE = 50
_HTTP_OK = 200
_PAUSE = 0.1  # seconds before another try


class DipRefused(Exception):  # noqa: N818 - reads as the fact it tells
    """The dip may not be made, or its answer is none."""


class _CarefulResolver(AbstractResolver):
    """Resolves names, but not to this machine or the link: those are listed as addresses."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        good = [one for one in found if host == "localhost" or not _is_inward(one["host"])]
        if not good:
            raise OSError(f"{host} has no address that may be asked")
        return good

    @override
    async def close(self) -> None:
        await self._inner.close()


def _is_inward(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    return ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified


class HttpDips:
    """Asks HTTP services for flows; `hosts` are those that may be asked, as host or host:port."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._session: ClientSession | None = None

    async def close(self) -> None:
        """Close what is open."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def ask(self, dip: Dip) -> Answer:
        """Ask, again after a failure as often as the dip says; give its values or `failed`."""
        for left in range(dip.retries, -1, -1):
            try:
                return Answer("next", await self._ask_once(dip))
            except (DipRefused, ClientError, TimeoutError, OSError, ValueError) as error:
                # the URL holds values of the caller: it is not written down
                log.warning("dip_failed", node=dip.node, reason=type(error).__name__, left=left)
            if left:
                await asyncio.sleep(_PAUSE)
        return Answer("failed")

    async def _ask_once(self, dip: Dip) -> dict[str, str]:
        self._require_listed(dip.url)
        async with (
            asyncio.timeout(dip.seconds),
            self._opened().request(
                dip.method, dip.url, json=dip.body, allow_redirects=False
            ) as answer,
        ):
            if answer.status != _HTTP_OK:
                raise DipRefused(f"status {answer.status}")
            raw = await answer.content.read(MOST_BYTES + 1)
            while len(raw) <= MOST_BYTES and (more := await answer.content.read(MOST_BYTES)):
                raw += more
        if len(raw) > MOST_BYTES:
            raise DipRefused(f"more than {MOST_BYTES} bytes")
        return _values(raw, dip)

    def _require_listed(self, url: str) -> None:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if not self._hosts & {host, f"{host}:{parts.port}"}:
            raise DipRefused(f"{host} is not on the list CALLCENTER_DIP_HOSTS")

    def _opened(self) -> ClientSession:
        if self._session is None:
            connector = TCPConnector(limit=_AT_ONCE, resolver=_CarefulResolver())
            self._session = ClientSession(
                connector=connector, timeout=ClientTimeout(total=None), auto_decompress=False
            )
        return self._session


def _values(raw: bytes, dip: Dip) -> dict[str, str]:
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise DipRefused("the answer is no JSON") from error
    return {key: value_at(data, path) for key, path in dip.keep.items()}
