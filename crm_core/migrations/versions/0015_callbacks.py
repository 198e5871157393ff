"""Callbacks and their attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("queue", columns.Words(length=40), nullable=False),
        sa.Column("number", columns.Words(length=40), nullable=False),
        sa.Column("caller_name", columns.Words(length=200), nullable=False),
        sa.Column("origin_call_id", sa.Uuid(), nullable=True),
        sa.Column("waits_since", columns.UtcTime(), nullable=False),
        sa.Column("requested_at", columns.UtcTime(), nullable=False),
        sa.Column("expires_at", columns.UtcTime(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", columns.Words(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", columns.UtcTime(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", columns.UtcTime(), nullable=False),
        sa.Column("ended_at", columns.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    op.create_index(
        op.f("ix_callback_tenant_id_state_waits_since"),
        "callback",
        ["tenant_id", "state", "waits_since"],
        unique=False,
    )
    op.create_index(
        op.f("ix_callback_tenant_id_requested_at"),
        "callback",
        ["tenant_id", "requested_at"],
        unique=False,
    )
    op.create_table(
        "callback_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("callback_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("uniqueid", columns.Words(length=120), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("reserved_at", columns.UtcTime(), nullable=False),
        sa.Column("ended_at", columns.UtcTime(), nullable=True),
        sa.Column("outcome", columns.Words(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["callback.id"], name=op.f("fk_callback_attempt_callback_id_callback")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_attempt")),
        sa.UniqueConstraint(
            "tenant_id",
            "callback_id",
            "number",
            name=op.f("uq_callback_attempt_tenant_id_callback_id_number"),
        ),
    )
