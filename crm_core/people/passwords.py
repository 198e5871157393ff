"""Passwords and secrets: hashed slowly, compared in equal time, never kept."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crm_core.errors import InvalidValue
from crm_core.sentences import sentence

MIN_LENGTH = 8
MAX_LENGTH = 256  # longer input only costs time

_HASHER = PasswordHasher()  # argon2id with the library's current parameters (RFC 9106)


async def hash_password(password: str) -> str:
    """Return the argon2id hash; raises InvalidValue for a password that is too short or long.

    It takes long: to be done outside a transaction.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidValue(
            sentence(
                "password_length",
                "a password has {least} to {most} characters",
                least=MIN_LENGTH,
                most=MAX_LENGTH,
            ),
            field="password",
        )
    return await asyncio.to_thread(_HASHER.hash, password.encode("utf-8", "replace"))


async def hashed_pin(pin: str) -> str:
    """Return the argon2id hash of a PIN, whose form was checked where it came in."""
    return await asyncio.to_thread(_HASHER.hash, pin.encode("utf-8", "replace"))


async def matches(password: str, password_hash: str) -> bool:
    """Tell whether the password fits; takes as long for an empty hash (nobody)."""
    return await asyncio.to_thread(_matches, password[: MAX_LENGTH + 1], password_hash)


@cache
def _nobody() -> str:
    """Return what an unknown user's password is checked against, so that it takes as long."""
    return _HASHER.hash(secrets.token_urlsafe(16))


def needs_new_hash(password_hash: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def new_secret() -> str:
    """Return a secret of 256 random bits for a session or token."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what is stored of a random secret; quick, since it cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _matches(password: str, password_hash: str) -> bool:
    try:
        _HASHER.verify(password_hash or _nobody(), password.encode("utf-8", "replace"))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)
