"""PINs of customers, scores of surveys, voice messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns
from crm_core.migrations.append_only import make_append_only

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_pin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("customer_number", columns.Words(length=20), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("pin_hash", columns.Words(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", columns.UtcTime(), nullable=True),
        sa.Column("changed_at", columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_customer_pin_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_pin")),
        sa.UniqueConstraint(
            "tenant_id", "contact_id", name=op.f("uq_customer_pin_tenant_id_contact_id")
        ),
        sa.UniqueConstraint(
            "tenant_id", "customer_number", name=op.f("uq_customer_pin_tenant_id_customer_number")
        ),
    )
    op.create_table(
        "survey_score",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("flow", columns.Words(length=40), nullable=False),
        sa.Column("question", columns.Words(length=40), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_survey_score_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_score")),
        sa.UniqueConstraint(
            "tenant_id",
            "call_id",
            "question",
            "at",
            name=op.f("uq_survey_score_tenant_id_call_id_question_at"),
        ),
    )
    op.create_index(
        op.f("ix_survey_score_tenant_id_at"), "survey_score", ["tenant_id", "at"], unique=False
    )
    op.create_table(
        "voice_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("queue", columns.Words(length=40), nullable=False),
        sa.Column("number", columns.Words(length=64), nullable=False),
        sa.Column("language", columns.Words(length=10), nullable=False),
        sa.Column("file", columns.Words(length=200), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("heard_at", columns.UtcTime(), nullable=True),
        sa.Column("heard_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_voice_message_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_message")),
        sa.UniqueConstraint("tenant_id", "file", name=op.f("uq_voice_message_tenant_id_file")),
    )
    op.create_index(
        op.f("ix_voice_message_tenant_id_heard_at_at"),
        "voice_message",
        ["tenant_id", "heard_at", "at"],
        unique=False,
    )
    make_append_only("survey_score")
