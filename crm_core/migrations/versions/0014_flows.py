"""IVR flows: published versions, drafts, and which version callers get."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flow_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", columns.Words(length=40), nullable=False),
        sa.Column("document", columns.Json(), nullable=False),
        sa.Column("tests", columns.Words(length=100_000), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_draft")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_flow_draft_tenant_id_name")),
    )
    op.create_table(
        "flow_in_force",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", columns.Words(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("canary_version", sa.Integer(), nullable=True),
        sa.Column("canary_share", columns.Money(), nullable=False),
        sa.Column("canary_limit", columns.Money(), nullable=False),
        sa.Column("canary_since", columns.UtcTime(), nullable=True),
        sa.Column("told", columns.Words(length=400), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_in_force")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_flow_in_force_tenant_id_name")),
    )
    op.create_table(
        "flow_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", columns.Words(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", columns.Json(), nullable=False),
        sa.Column("tests", columns.Words(length=100_000), nullable=False),
        sa.Column("note", columns.Words(length=400), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_version")),
        sa.UniqueConstraint(
            "tenant_id", "name", "version", name=op.f("uq_flow_version_tenant_id_name_version")
        ),
    )
    make_append_only("flow_version")
