"""When the work a voice message asks for was done, and by whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("voice_message", sa.Column("done_at", columns.UtcTime(), nullable=True))
    op.add_column("voice_message", sa.Column("done_by", sa.Uuid(), nullable=True))
    op.create_index(
        op.f("ix_voice_message_tenant_id_done_at_at"),
        "voice_message",
        ["tenant_id", "done_at", "at"],
        unique=False,
    )
