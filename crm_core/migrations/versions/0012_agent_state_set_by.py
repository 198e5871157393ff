"""Who set an agent's state for him."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent_state", sa.Column("set_by", sa.Uuid(), nullable=True))
