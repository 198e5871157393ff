"""Short-lived passwords for phones in browsers; the engine is told their digest alone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REALM = "callcenter"
CREDENTIAL_LIFE = timedelta(hours=12)
DEMO_ENDPOINT = "demo-caller"


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneCredential:
    """A fresh password of one SIP endpoint, for the one browser that asked."""

    endpoint: str
    password: str = field(repr=False)
    ha1: str = field(repr=False)  # MD5(endpoint:realm:password), what SIP digest needs
    expires_at: datetime


def new_credential(endpoint: str, *, now: datetime) -> PhoneCredential:
    """Make a credential of 256 random bits that ends after 12 hours."""
    password = secrets.token_urlsafe(32)
    digest = hashlib.md5(f"{endpoint}:{REALM}:{password}".encode(), usedforsecurity=False)
    return PhoneCredential(
        endpoint=endpoint,
        password=password,
        ha1=digest.hexdigest(),
        expires_at=now + CREDENTIAL_LIFE,
    )
