"""Which engine decides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lead",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("holder", columns.Words(length=80), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("beaten_at", columns.UtcTime(), nullable=True),
        sa.Column("standby", columns.Words(length=80), nullable=False),
        sa.Column("standby_at", columns.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_lead")),
    )
