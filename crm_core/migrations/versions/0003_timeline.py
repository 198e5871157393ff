"""Timeline: interactions and what they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interaction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("channel", columns.Words(length=20), nullable=False),
        sa.Column("direction", columns.Words(length=10), nullable=False),
        sa.Column("started_at", columns.UtcTime(), nullable=False),
        sa.Column("ended_at", columns.UtcTime(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("subject", columns.Words(length=200), nullable=False),
        sa.Column("summary", columns.Words(length=4000), nullable=False),
        sa.Column("status", columns.Words(length=20), nullable=False),
        sa.Column("object_kind", columns.Words(length=20), nullable=False),
        sa.Column("object_id", columns.Words(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_interaction_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_interaction_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint(
            "tenant_id",
            "object_kind",
            "object_id",
            name=op.f("uq_interaction_tenant_id_object_kind_object_id"),
        ),
    )
    op.create_index(
        op.f("ix_interaction_tenant_id_account_id_started_at"),
        "interaction",
        ["tenant_id", "account_id", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_interaction_tenant_id_account_id_status"),
        "interaction",
        ["tenant_id", "account_id", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_interaction_tenant_id_contact_id_started_at"),
        "interaction",
        ["tenant_id", "contact_id", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_interaction_tenant_id_contact_id_status"),
        "interaction",
        ["tenant_id", "contact_id", "status"],
        unique=False,
    )
    op.create_table(
        "interaction_link",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("object_kind", columns.Words(length=20), nullable=False),
        sa.Column("object_id", columns.Words(length=36), nullable=False),
        sa.Column("role", columns.Words(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.id"],
            name=op.f("fk_interaction_link_interaction_id_interaction"),
        ),
        sa.PrimaryKeyConstraint(
            "interaction_id", "object_kind", "object_id", name=op.f("pk_interaction_link")
        ),
    )
    op.create_index(
        op.f("ix_interaction_link_tenant_id_object_kind_object_id"),
        "interaction_link",
        ["tenant_id", "object_kind", "object_id"],
        unique=False,
    )
