"""Tells Alembic our tables and hands it the connection it was called with."""

from __future__ import annotations

from alembic import context

from crm_core.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_type=True,
    render_as_batch=True,  # SQLite changes a column by copying its table
)
with context.begin_transaction():
    context.run_migrations()
