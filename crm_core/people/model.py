"""Users and what they may do, as pure values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Reach(StrEnum):
    """How far a permission goes."""

    OWN = "own"  # records the user owns or took part in
    UNIT = "unit"  # records of the user's unit
    ALL = "all"  # every record of the tenant


@dataclass(frozen=True, slots=True)
class Permission:
    """The right to do `action` on `object`, as far as `reach` goes."""

    object: str
    action: str
    reach: Reach = Reach.ALL


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Someone who may ask for things: a person, or a program by its token."""

    id: UUID
    username: str
    display_name: str
    extension: str | None = None
    language: str = "zh_CN"
    unit_id: UUID | None = None
    position: str = ""
    status: str = "active"
    roles: tuple[str, ...] = ()
    permissions: frozenset[Permission] = frozenset()
    is_token: bool = False

    @property
    def agent_id(self) -> str:
        """The id the board knows the agent by."""
        return str(self.id)

    @property
    def is_agent(self) -> bool:
        """Whether the user takes calls."""
        return self.extension is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedSession:
    """A new log-in; `secret` is told once and never stored."""

    session_id: UUID
    secret: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """The user behind a session's secret."""

    user: User
    session_id: UUID
    opened_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """A program's token without its secret."""

    id: UUID
    name: str
    role: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def reach_of(user: User, object: str, action: str) -> Reach | None:  # noqa: A002 - the trade's word
    """Return the widest reach the user has for `action` on `object`, or None."""
    held = {
        permission.reach
        for permission in user.permissions
        if permission.object in {object, "*"} and permission.action in {action, "*"}
    }
    return next((reach for reach in (Reach.ALL, Reach.UNIT, Reach.OWN) if reach in held), None)


def can(
    user: User,
    object: str,  # noqa: A002 - the trade's word
    action: str,
    *,
    owners: Iterable[UUID | None] | None = None,
    unit_id: UUID | None = None,
) -> bool:
    """Tell whether the user may do `action` on `object`.

    Without `owners` and `unit_id` the question is whether he may at all; with them, whether his
    reach covers that record. Unknown objects and actions are refused.
    """
    if user.status != "active":
        return False
    reach = reach_of(user, object, action)
    if reach is None or reach is Reach.ALL or (owners is None and unit_id is None):
        return reach is not None
    if owners is not None and user.id in set(owners):
        return True
    return reach is Reach.UNIT and unit_id is not None and unit_id == user.unit_id
