"""What each call brought to its queue: priority, steps of its own, owner, last agent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue_visit", sa.Column("brought", columns.Json(), nullable=True))
