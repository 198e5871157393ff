"""Queues: members, numbers, reasons, agent states."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("state", columns.Words(length=20), nullable=False),
        sa.Column("reason", columns.Words(length=40), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_state")),
        sa.UniqueConstraint(
            "tenant_id",
            "agent_id",
            "at",
            "state",
            name=op.f("uq_agent_state_tenant_id_agent_id_at_state"),
        ),
    )
    op.create_index(
        op.f("ix_agent_state_tenant_id_at"), "agent_state", ["tenant_id", "at"], unique=False
    )
    op.create_table(
        "did",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("number", columns.Words(length=32), nullable=False),
        sa.Column("title", columns.Words(length=80), nullable=False),
        sa.Column("flow", columns.Words(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_did")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_did_tenant_id_number")),
    )
    op.create_table(
        "not_ready_reason",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("code", columns.Words(length=40), nullable=False),
        sa.Column("label", columns.Words(length=80), nullable=False),
        sa.Column("label_en", columns.Words(length=80), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_ready_reason")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_not_ready_reason_tenant_id_code")),
    )
    op.create_table(
        "queue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", columns.Words(length=40), nullable=False),
        sa.Column("title", columns.Words(length=80), nullable=False),
        sa.Column("title_en", columns.Words(length=80), nullable=False),
        sa.Column("ring_seconds", sa.Integer(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Integer(), nullable=False),
        sa.Column("target_seconds", sa.Integer(), nullable=False),
        sa.Column("target_share", sa.Double(), nullable=False),
        sa.Column("zone", columns.Words(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_queue_tenant_id_name")),
    )
    op.create_table(
        "queue_member",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("queue_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("penalty", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["queue.id"], name=op.f("fk_queue_member_queue_id_queue")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_queue_member_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("queue_id", "user_id", name=op.f("pk_queue_member")),
    )
    make_append_only("agent_state")
