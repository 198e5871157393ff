"""Fill an empty database with the demo, and know its accounts."""

from __future__ import annotations

from callcenter.home import make_home
from callcenter.secrets import Secrets
from callcenter.settings import Settings
from crm_core.database import Database, Session
from crm_core.demo import Seeded, seed
from crm_core.demo.house import USERS
from crm_core.people import hash_password, users
from crm_core.tenancy import Scope


async def seed_when_empty(settings: Settings, password: str = "") -> Seeded | None:
    """Bring the tables to this version and write the demo; None when the people are others'.

    Everybody in it logs in with `password`, or with the installation's own random one.
    """
    make_home(settings)
    secrets = Secrets(settings.home)
    hashed = await hash_password(password or secrets.demo_password)
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.transaction() as session:
            if await _belongs_to_others(session):
                return None
            seeded = await seed(session, Scope(), hashed)
    finally:
        await database.close()
    if password and seeded.created:
        secrets.keep_demo_password(password)
    return seeded


async def _belongs_to_others(session: Session) -> bool:
    names = {user.username for user in await users(session, Scope())}
    return bool(names) and USERS[0].username not in names
