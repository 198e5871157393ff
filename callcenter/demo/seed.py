"""Fill an empty database with the demo, and know its accounts."""

from __future__ import annotations

from callcenter.home import make_home
from callcenter.secrets import Secrets
from callcenter.settings import Settings
from crm_core.database import Database, Session
from crm_core.demo import Seeded, seed
from crm_core.people import users
from crm_core.tenancy import Scope


async def seed_when_empty(settings: Settings, password: str = "") -> Seeded | None:
    """Bring the tables to this version and write the demo; None when the people are others'.

    Everybody in it logs in with `password`, or with the installation's own random one.
    """
    make_home(settings)
    secrets = Secrets(settings.home)
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.transaction() as session:
            seeded = await _seed(session, password or secrets.demo_password)
    except _NotEmpty:
        return None
    finally:
        await database.close()
    if password and seeded.created:
        secrets.keep_demo_password(password)
    return seeded


async def _seed(session: Session, password: str) -> Seeded:
    strangers = await users(session, Scope())
    seeded = await seed(session, Scope(), password)
    if strangers and seeded.created:
        raise _NotEmpty
    return seeded


class _NotEmpty(Exception):  # noqa: N818 - undoes the transaction, reaches nobody
    pass
