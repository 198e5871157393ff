"""Runs the migrations on an open connection."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

UPGRADE_LOCK = (
    0x63616C6C  # any fixed number: who upgrades holds it until the end of the transaction
)


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration for our revisions on this connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade_connection(connection: Connection) -> None:
    """Apply what is missing, inside the transaction of the connection; others wait."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    command.upgrade(configuration(connection), "head")
