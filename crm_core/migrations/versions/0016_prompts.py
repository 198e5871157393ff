"""Prompts that people bring or record, with their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prompt_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", columns.Words(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", columns.Words(length=80), nullable=False),
        sa.Column("digest", columns.Words(length=64), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("source", columns.Words(length=20), nullable=False),
        sa.Column("note", columns.Words(length=200), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_version")),
        sa.UniqueConstraint(
            "tenant_id", "name", "version", name=op.f("uq_prompt_version_tenant_id_name_version")
        ),
    )
    make_append_only("prompt_version")
