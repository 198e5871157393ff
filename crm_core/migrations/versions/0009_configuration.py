"""Versions of the configuration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "configuration_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", columns.Words(length=10), nullable=False),
        sa.Column("object_key", columns.Words(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", columns.Json(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("note", columns.Words(length=500), nullable=False),
        sa.Column("changed_at", columns.UtcTime(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configuration_version")),
        sa.UniqueConstraint(
            "tenant_id",
            "kind",
            "object_key",
            "version",
            name=op.f("uq_configuration_version_tenant_id_kind_object_key_version"),
        ),
    )
    op.create_index(
        op.f("ix_configuration_version_tenant_id_changed_at"),
        "configuration_version",
        ["tenant_id", "changed_at"],
        unique=False,
    )
    make_append_only("configuration_version")
