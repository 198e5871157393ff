"""Directory: accounts, contacts, their numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", columns.Words(length=20), nullable=False),
        sa.Column("name", columns.Words(length=200), nullable=False),
        sa.Column("status", columns.Words(length=20), nullable=False),
        sa.Column("grade", columns.Words(length=20), nullable=False),
        sa.Column("vip_level", sa.Integer(), nullable=False),
        sa.Column("source", columns.Words(length=40), nullable=False),
        sa.Column("industry", columns.Words(length=40), nullable=False),
        sa.Column("size", columns.Words(length=20), nullable=False),
        sa.Column("region", columns.Words(length=80), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("credit_limit", columns.Money(), nullable=True),
        sa.Column("tariff_id", sa.Uuid(), nullable=True),
        sa.Column("tags", columns.Json(), nullable=False),
        sa.Column("attributes", columns.Json(), nullable=False),
        sa.Column("deleted_at", columns.UtcTime(), nullable=True),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(
        op.f("ix_account_tenant_id_name"), "account", ["tenant_id", "name"], unique=False
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", columns.Words(length=120), nullable=False),
        sa.Column("role", columns.Words(length=80), nullable=False),
        sa.Column("language", columns.Words(length=10), nullable=False),
        sa.Column("preferred_channel", columns.Words(length=20), nullable=False),
        sa.Column("vip", sa.Boolean(), nullable=False),
        sa.Column("note", columns.Words(length=4000), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("tags", columns.Json(), nullable=False),
        sa.Column("attributes", columns.Json(), nullable=False),
        sa.Column("deleted_at", columns.UtcTime(), nullable=True),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_contact_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(
        op.f("ix_contact_tenant_id_account_id"),
        "contact",
        ["tenant_id", "account_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_contact_tenant_id_name"), "contact", ["tenant_id", "name"], unique=False
    )
    op.create_table(
        "caller_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("e164", columns.Words(length=20), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("level", columns.Words(length=10), nullable=False),
        sa.Column("source", columns.Words(length=40), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_caller_match_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_match")),
        sa.UniqueConstraint(
            "tenant_id",
            "e164",
            "contact_id",
            name=op.f("uq_caller_match_tenant_id_e164_contact_id"),
        ),
    )
    op.create_table(
        "contact_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", columns.Words(length=10), nullable=False),
        sa.Column("value", columns.Words(length=200), nullable=False),
        sa.Column("e164", columns.Words(length=20), nullable=True),
        sa.Column("raw", columns.Words(length=200), nullable=False),
        sa.Column("extension", columns.Words(length=12), nullable=False),
        sa.Column("tail", columns.Words(length=8), nullable=True),
        sa.Column("label", columns.Words(length=40), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("verified_at", columns.UtcTime(), nullable=True),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_point_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint(
            "contact_id",
            "kind",
            "value",
            "extension",
            name=op.f("uq_contact_point_contact_id_kind_value_extension"),
        ),
    )
    op.create_index(
        op.f("ix_contact_point_tenant_id_e164"),
        "contact_point",
        ["tenant_id", "e164"],
        unique=False,
    )
    op.create_index(
        op.f("ix_contact_point_tenant_id_tail"),
        "contact_point",
        ["tenant_id", "tail"],
        unique=False,
    )
    op.create_index(
        op.f("ix_contact_point_tenant_id_value"),
        "contact_point",
        ["tenant_id", "value"],
        unique=False,
    )
