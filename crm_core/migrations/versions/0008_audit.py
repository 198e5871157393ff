"""Audit entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("action", columns.Words(length=80), nullable=False),
        sa.Column("object_kind", columns.Words(length=40), nullable=False),
        sa.Column("object_id", columns.Words(length=80), nullable=False),
        sa.Column("before", columns.Json(), nullable=True),
        sa.Column("after", columns.Json(), nullable=True),
        sa.Column("request_id", columns.Words(length=64), nullable=False),
        sa.Column("address", columns.Words(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(
        op.f("ix_audit_entry_tenant_id_at"), "audit_entry", ["tenant_id", "at"], unique=False
    )
    op.create_index(
        op.f("ix_audit_entry_tenant_id_object_kind_object_id"),
        "audit_entry",
        ["tenant_id", "object_kind", "object_id"],
        unique=False,
    )
    make_append_only("audit_entry")
