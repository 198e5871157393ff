"""Fills an empty installation with the demo: a house, its customers and a month of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.demo.customers import add_customers
from crm_core.demo.history import write_calls, write_cases
from crm_core.demo.house import USERS, build_house
from crm_core.demo.numbers import route_numbers
from crm_core.demo.story import past
from crm_core.people.users import user_named
from crm_core.tenancy import Scope

DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoAccount:
    """An account one can log in with."""

    username: str
    display_name: str
    role: str
    extension: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Seeded:
    """What the seed made; with `created` false nothing changed, the password included."""

    created: bool
    accounts: tuple[DemoAccount, ...]


async def seed(
    session: AsyncSession,
    scope: Scope,
    hashed: str,
    *,
    now: datetime | None = None,
    days: int = DAYS,
) -> Seeded:
    """Write the demo once, all with the password that was `hashed`; again changes nothing."""
    accounts = tuple(
        DemoAccount(
            username=demo.username,
            display_name=demo.display_name,
            role=demo.role,
            extension=demo.extension,
        )
        for demo in USERS
    )
    if await user_named(session, scope, USERS[0].username) is not None:
        return Seeded(created=False, accounts=accounts)
    people = await build_house(session, scope, hashed)
    customers = await add_customers(session, scope)
    agents = [person for person in people if person.is_agent]
    queues = [demo.queues for demo in USERS if demo.extension is not None]
    at = in_utc(now)
    await route_numbers(session, scope, people, now=at)
    story = past(at, days=days, agents=queues, customers=len(customers))
    await write_calls(session, scope, story, agents=agents, customers=customers)
    await write_cases(session, scope, now=at, agents=agents, customers=customers)
    return Seeded(created=True, accounts=accounts)
