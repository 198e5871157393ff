"""What keeps foreign pages out: hosts, origins, the CSRF token and the security headers."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit
from uuid import UUID

from aiohttp import web
from aiohttp.typedefs import Handler

from agent_desktop.errors import TRACE_ID, CsrfFailed, Invalid, OriginNotAllowed
from agent_desktop.policy import policy_of
from agent_desktop.services import SERVICES, Services
from agent_desktop.sessions import visitor

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "X-CSRF-Token"


def csrf_token(request: web.Request) -> str:
    """Return the token which this session's unsafe requests carry; "" when not signed in."""
    who = visitor(request)
    if who is None or who.session_id is None:
        return ""
    return csrf_token_of(request.app[SERVICES].session_key, who.session_id)


def csrf_token_of(key: bytes, session_id: UUID) -> str:
    """Derive the token from the session, so that nothing has to be stored."""
    return hmac.new(key, f"csrf|{session_id}".encode(), hashlib.sha256).hexdigest()


@web.middleware
async def check_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a Host that is not ours, so that a rebound DNS name reads nothing."""
    if request.host not in request.app[SERVICES].hosts:
        raise Invalid("This server does not answer to that Host.", field="Host")
    return await handler(request)


@web.middleware
async def check_origin_and_csrf(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let an unsafe request pass only from our own pages and with the session's token."""
    if request.method not in SAFE_METHODS:
        _check_origin(request)
        _check_token(request)
    return await handler(request)


def _check_origin(request: web.Request) -> None:
    origin = request.headers.get("Origin")
    if origin is not None and origin not in request.app[SERVICES].origins:
        raise OriginNotAllowed
    if origin is None and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise OriginNotAllowed


def _check_token(request: web.Request) -> None:
    who = visitor(request)
    policy = policy_of(request)
    if who is None or who.session_id is None or (policy is not None and policy.public):
        return  # nobody's cookie is spent: a bearer token or a public route
    sent = request.headers.get(CSRF_HEADER, "").encode()
    if not hmac.compare_digest(sent, csrf_token(request).encode()):
        raise CsrfFailed


def content_security_policy(services: Services) -> str:
    """Allow our own files, our push and Asterisk's websocket, and nothing inline."""
    sockets = " ".join(_socket_origin(url) for url in (services.push_url, services.phone_url))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "media-src 'self' blob:",
            f"connect-src 'self' {sockets}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _socket_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def set_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on every answer, errors and files too."""
    services = request.app[SERVICES]
    headers = response.headers
    headers["Content-Security-Policy"] = content_security_policy(services)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Trace-Id"] = request.get(TRACE_ID, "")
    headers.pop("Server", None)
    if request.path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
    if services.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
