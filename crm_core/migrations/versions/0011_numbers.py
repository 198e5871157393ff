"""Number routing: versions, drafts, closings, block list, sites, split counters, led calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocked_number",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("number", columns.Words(length=32), nullable=False),
        sa.Column("reason", columns.Words(length=200), nullable=False),
        sa.Column("until", columns.UtcTime(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("since", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_number")),
        sa.UniqueConstraint(
            "tenant_id", "number", name=op.f("uq_blocked_number_tenant_id_number")
        ),
    )
    op.create_table(
        "number_closing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("number", columns.Words(length=32), nullable=False),
        sa.Column("note", columns.Words(length=200), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("since", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "number", name=op.f("pk_number_closing")),
    )
    op.create_table(
        "number_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", columns.Words(length=20), nullable=False),
        sa.Column("key", columns.Words(length=40), nullable=False),
        sa.Column("document", columns.Json(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_draft")),
        sa.UniqueConstraint(
            "tenant_id", "kind", "key", name=op.f("uq_number_draft_tenant_id_kind_key")
        ),
    )
    op.create_table(
        "number_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", columns.Words(length=20), nullable=False),
        sa.Column("key", columns.Words(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", columns.Json(), nullable=False),
        sa.Column("note", columns.Words(length=400), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_version")),
        sa.UniqueConstraint(
            "tenant_id",
            "kind",
            "key",
            "version",
            name=op.f("uq_number_version_tenant_id_kind_key_version"),
        ),
    )
    op.create_table(
        "routed_call",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("caller", columns.Words(length=64), nullable=False),
        sa.Column("number", columns.Words(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("why", columns.Words(length=20), nullable=False),
        sa.Column("rule", columns.Words(length=40), nullable=False),
        sa.Column("place", columns.Words(length=120), nullable=False),
        sa.Column("target_kind", columns.Words(length=20), nullable=False),
        sa.Column("target", columns.Words(length=80), nullable=False),
        sa.Column("split_key", columns.Words(length=100), nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("booked", sa.Integer(), nullable=True),
        sa.Column("trace", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "call_id", name=op.f("pk_routed_call")),
    )
    op.create_index(
        op.f("ix_routed_call_tenant_id_at"), "routed_call", ["tenant_id", "at"], unique=False
    )
    op.create_index(
        op.f("ix_routed_call_tenant_id_caller_at"),
        "routed_call",
        ["tenant_id", "caller", "at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_routed_call_tenant_id_number_at"),
        "routed_call",
        ["tenant_id", "number", "at"],
        unique=False,
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", columns.Words(length=40), nullable=False),
        sa.Column("title", columns.Words(length=80), nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("note", columns.Words(length=200), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("since", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_site_tenant_id_name")),
    )
    op.create_table(
        "split_counter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key", columns.Words(length=100), nullable=False),
        sa.Column("state", columns.Json(), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_split_counter")),
    )
    make_append_only("number_version")
    make_append_only("routed_call")
