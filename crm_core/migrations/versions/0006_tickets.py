"""Tickets: events, calls, running numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "running_number",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("series", columns.Words(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "series", name=op.f("pk_running_number")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", columns.Words(length=200), nullable=False),
        sa.Column("body", columns.Words(length=20000), nullable=False),
        sa.Column("type", columns.Words(length=40), nullable=False),
        sa.Column("status", columns.Words(length=20), nullable=False),
        sa.Column("priority", columns.Words(length=10), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", columns.UtcTime(), nullable=False),
        sa.Column("closed_at", columns.UtcTime(), nullable=True),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_ticket_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_ticket_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_ticket_tenant_id_number")),
    )
    op.create_index(
        op.f("ix_ticket_tenant_id_account_id_status"),
        "ticket",
        ["tenant_id", "account_id", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ticket_tenant_id_contact_id_status"),
        "ticket",
        ["tenant_id", "contact_id", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ticket_tenant_id_status_opened_at"),
        "ticket",
        ["tenant_id", "status", "opened_at"],
        unique=False,
    )
    op.create_table(
        "ticket_call",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_call_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "call_id", name=op.f("pk_ticket_call")),
    )
    op.create_index(
        op.f("ix_ticket_call_tenant_id_call_id"),
        "ticket_call",
        ["tenant_id", "call_id"],
        unique=False,
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", columns.Words(length=20), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("body", columns.Words(length=20000), nullable=False),
        sa.Column("changes", columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
        sa.UniqueConstraint(
            "tenant_id",
            "ticket_id",
            "position",
            name=op.f("uq_ticket_event_tenant_id_ticket_id_position"),
        ),
    )
    make_append_only("ticket_event")
