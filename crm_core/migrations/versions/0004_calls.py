"""Calls: legs, queue visits, events, data, dispositions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("state", columns.Words(length=10), nullable=False),
        sa.Column("direction", columns.Words(length=10), nullable=False),
        sa.Column("caller_number", columns.Words(length=64), nullable=False),
        sa.Column("caller_e164", columns.Words(length=20), nullable=True),
        sa.Column("caller_name", columns.Words(length=120), nullable=False),
        sa.Column("dialled_number", columns.Words(length=64), nullable=False),
        sa.Column("dialled_e164", columns.Words(length=20), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("agent_device", columns.Words(length=80), nullable=False),
        sa.Column("queue", columns.Words(length=40), nullable=False),
        sa.Column("queues", columns.Json(), nullable=False),
        sa.Column("started_at", columns.UtcTime(), nullable=False),
        sa.Column("queued_at", columns.UtcTime(), nullable=True),
        sa.Column("answered_at", columns.UtcTime(), nullable=True),
        sa.Column("ended_at", columns.UtcTime(), nullable=True),
        sa.Column("zone", columns.Words(length=40), nullable=False),
        sa.Column("waited_seconds", sa.Double(), nullable=False),
        sa.Column("talked_seconds", sa.Double(), nullable=False),
        sa.Column("held_seconds", sa.Double(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Double(), nullable=False),
        sa.Column("outcome", columns.Words(length=30), nullable=False),
        sa.Column("hung_up_by", columns.Words(length=10), nullable=False),
        sa.Column("cause", sa.Integer(), nullable=False),
        sa.Column("agents_rang", columns.Json(), nullable=False),
        sa.Column("transfers", columns.Json(), nullable=False),
        sa.Column("unique_ids", columns.Json(), nullable=False),
        sa.Column("linked_ids", columns.Json(), nullable=False),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        sa.Column("disposition", columns.Words(length=40), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "call_id", name=op.f("pk_call")),
    )
    op.create_index(
        op.f("ix_call_tenant_id_account_id_started_at"),
        "call",
        ["tenant_id", "account_id", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_call_tenant_id_agent_id_started_at"),
        "call",
        ["tenant_id", "agent_id", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_call_tenant_id_caller_e164"), "call", ["tenant_id", "caller_e164"], unique=False
    )
    op.create_index(
        op.f("ix_call_tenant_id_contact_id_started_at"),
        "call",
        ["tenant_id", "contact_id", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_call_tenant_id_queue_started_at"),
        "call",
        ["tenant_id", "queue", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_call_tenant_id_started_at_call_id"),
        "call",
        ["tenant_id", "started_at", "call_id"],
        unique=False,
    )
    op.create_index(op.f("ix_call_tenant_id_state"), "call", ["tenant_id", "state"], unique=False)
    op.create_table(
        "call_data",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("key", columns.Words(length=80), nullable=False),
        sa.Column("value", columns.Words(length=4000), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "call_id", "key", name=op.f("pk_call_data")),
    )
    op.create_table(
        "call_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("kind", columns.Words(length=40), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("payload", columns.Json(), nullable=False),
        sa.Column("recorded_at", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_event")),
        sa.UniqueConstraint(
            "tenant_id",
            "call_id",
            "kind",
            "at",
            name=op.f("uq_call_event_tenant_id_call_id_kind_at"),
        ),
    )
    op.create_table(
        "disposition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("code", columns.Words(length=40), nullable=False),
        sa.Column("label", columns.Words(length=80), nullable=False),
        sa.Column("label_en", columns.Words(length=80), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_disposition_tenant_id_code")),
    )
    op.create_table(
        "call_disposition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("code", columns.Words(length=40), nullable=False),
        sa.Column("note", columns.Words(length=4000), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "call_id"],
            ["call.tenant_id", "call.call_id"],
            name=op.f("fk_call_disposition_tenant_id_call_id_call"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_disposition")),
    )
    op.create_index(
        op.f("ix_call_disposition_tenant_id_call_id"),
        "call_disposition",
        ["tenant_id", "call_id"],
        unique=False,
    )
    op.create_table(
        "call_leg",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("channel", columns.Words(length=120), nullable=False),
        sa.Column("uniqueid", columns.Words(length=120), nullable=False),
        sa.Column("device", columns.Words(length=80), nullable=False),
        sa.Column("role", columns.Words(length=10), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", columns.UtcTime(), nullable=False),
        sa.Column("answered_at", columns.UtcTime(), nullable=True),
        sa.Column("ended_at", columns.UtcTime(), nullable=True),
        sa.Column("cause", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "call_id"],
            ["call.tenant_id", "call.call_id"],
            name=op.f("fk_call_leg_tenant_id_call_id_call"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_leg")),
        sa.UniqueConstraint(
            "tenant_id", "call_id", "uniqueid", name=op.f("uq_call_leg_tenant_id_call_id_uniqueid")
        ),
    )
    op.create_table(
        "queue_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("queue", columns.Words(length=40), nullable=False),
        sa.Column("entered_at", columns.UtcTime(), nullable=False),
        sa.Column("left_at", columns.UtcTime(), nullable=False),
        sa.Column("waited_seconds", sa.Double(), nullable=False),
        sa.Column("outcome", columns.Words(length=20), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("talked_seconds", sa.Double(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "call_id"],
            ["call.tenant_id", "call.call_id"],
            name=op.f("fk_queue_visit_tenant_id_call_id_call"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_visit")),
        sa.UniqueConstraint(
            "tenant_id",
            "call_id",
            "position",
            name=op.f("uq_queue_visit_tenant_id_call_id_position"),
        ),
    )
    op.create_index(
        op.f("ix_queue_visit_tenant_id_entered_at"),
        "queue_visit",
        ["tenant_id", "entered_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_queue_visit_tenant_id_queue_entered_at"),
        "queue_visit",
        ["tenant_id", "queue", "entered_at"],
        unique=False,
    )
    make_append_only("call_disposition")
    make_append_only("call_event")
