"""Billing: tariffs, rates, charges, statements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rated_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", columns.Words(length=10), nullable=False),
        sa.Column("amount", columns.Money(), nullable=False),
        sa.Column("currency", columns.Words(length=3), nullable=False),
        sa.Column("answered_seconds", columns.Money(), nullable=False),
        sa.Column("billed_seconds", sa.Integer(), nullable=False),
        sa.Column("tariff_id", sa.Uuid(), nullable=True),
        sa.Column("rate_id", sa.Uuid(), nullable=True),
        sa.Column("steps", columns.Json(), nullable=False),
        sa.Column("reason", columns.Words(length=200), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("called_at", columns.UtcTime(), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["rated_call.id"], name=op.f("fk_rated_call_replaces_id_rated_call")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rated_call")),
        sa.UniqueConstraint(
            "tenant_id",
            "call_id",
            "sequence",
            name=op.f("uq_rated_call_tenant_id_call_id_sequence"),
        ),
    )
    op.create_index(
        op.f("ix_rated_call_tenant_id_at"), "rated_call", ["tenant_id", "at"], unique=False
    )
    op.create_table(
        "tariff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("code", columns.Words(length=40), nullable=False),
        sa.Column("name", columns.Words(length=80), nullable=False),
        sa.Column("direction", columns.Words(length=10), nullable=False),
        sa.Column("currency", columns.Words(length=3), nullable=False),
        sa.Column("zone", columns.Words(length=40), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_tariff_tenant_id_code")),
    )
    op.create_table(
        "rate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("tariff_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", columns.Words(length=20), nullable=False),
        sa.Column("label", columns.Words(length=80), nullable=False),
        sa.Column("connect_fee", columns.Money(), nullable=False),
        sa.Column("price_per_minute", columns.Money(), nullable=False),
        sa.Column("initial_block", sa.Integer(), nullable=False),
        sa.Column("increment", sa.Integer(), nullable=False),
        sa.Column("minimum", columns.Money(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("rounding", columns.Words(length=10), nullable=False),
        sa.Column("valid_from", columns.UtcTime(), nullable=True),
        sa.Column("valid_to", columns.UtcTime(), nullable=True),
        sa.Column("weekdays", columns.Words(length=7), nullable=False),
        sa.Column("starts", columns.Words(length=5), nullable=False),
        sa.Column("ends", columns.Words(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["tariff_id"], ["tariff.id"], name=op.f("fk_rate_tariff_id_tariff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate")),
    )
    op.create_index(
        op.f("ix_rate_tenant_id_tariff_id_prefix"),
        "rate",
        ["tenant_id", "tariff_id", "prefix"],
        unique=False,
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("party", columns.Words(length=36), nullable=False),
        sa.Column("month", columns.Words(length=7), nullable=False),
        sa.Column("zone", columns.Words(length=40), nullable=False),
        sa.Column("currency", columns.Words(length=3), nullable=False),
        sa.Column("state", columns.Words(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("total", columns.Money(), nullable=False),
        sa.Column("issued_at", columns.UtcTime(), nullable=True),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_statement_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint(
            "tenant_id",
            "party",
            "month",
            "currency",
            name=op.f("uq_statement_tenant_id_party_month_currency"),
        ),
    )
    op.create_index(
        op.f("ix_statement_tenant_id_month"), "statement", ["tenant_id", "month"], unique=False
    )
    op.create_table(
        "statement_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rated_call_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", columns.UtcTime(), nullable=False),
        sa.Column("direction", columns.Words(length=10), nullable=False),
        sa.Column("number", columns.Words(length=64), nullable=False),
        sa.Column("contact_name", columns.Words(length=120), nullable=False),
        sa.Column("kind", columns.Words(length=10), nullable=False),
        sa.Column("answered_seconds", columns.Money(), nullable=False),
        sa.Column("billed_seconds", sa.Integer(), nullable=False),
        sa.Column("amount", columns.Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rated_call_id"],
            ["rated_call.id"],
            name=op.f("fk_statement_line_rated_call_id_rated_call"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_statement_line_statement_id_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_line")),
        sa.UniqueConstraint(
            "tenant_id", "rated_call_id", name=op.f("uq_statement_line_tenant_id_rated_call_id")
        ),
    )
    op.create_index(
        op.f("ix_statement_line_tenant_id_statement_id_position"),
        "statement_line",
        ["tenant_id", "statement_id", "position"],
        unique=False,
    )
    make_append_only("rated_call")
    make_append_only("statement_line")
