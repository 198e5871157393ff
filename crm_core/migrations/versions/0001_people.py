"""People: units, users, roles, sessions, tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "org_unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", columns.Words(length=80), nullable=False),
        sa.Column("path", columns.Words(length=1000), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["org_unit.id"], name=op.f("fk_org_unit_parent_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit")),
    )
    op.create_index(
        op.f("ix_org_unit_tenant_id_path"), "org_unit", ["tenant_id", "path"], unique=False
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("code", columns.Words(length=40), nullable=False),
        sa.Column("name", columns.Words(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_role_tenant_id_code")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", columns.Words(length=80), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", columns.Words(length=64), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", columns.UtcTime(), nullable=True),
        sa.Column("revoked_at", columns.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_api_token_role_id_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint(
            "tenant_id", "secret_hash", name=op.f("uq_api_token_tenant_id_secret_hash")
        ),
    )
    op.create_table(
        "role_permission",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("object", columns.Words(length=40), nullable=False),
        sa.Column("action", columns.Words(length=40), nullable=False),
        sa.Column("reach", columns.Words(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_role_permission_role_id_role")
        ),
        sa.PrimaryKeyConstraint("role_id", "object", "action", name=op.f("pk_role_permission")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("username", columns.Words(length=80), nullable=False),
        sa.Column("display_name", columns.Words(length=80), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("position", columns.Words(length=80), nullable=False),
        sa.Column("extension", columns.Words(length=8), nullable=True),
        sa.Column("language", columns.Words(length=10), nullable=False),
        sa.Column("status", columns.Words(length=10), nullable=False),
        sa.Column("password_hash", columns.Words(length=200), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("updated_at", columns.UtcTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["org_unit.id"], name=op.f("fk_user_account_unit_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint(
            "tenant_id", "extension", name=op.f("uq_user_account_tenant_id_extension")
        ),
        sa.UniqueConstraint(
            "tenant_id", "username", name=op.f("uq_user_account_tenant_id_username")
        ),
    )
    op.create_table(
        "login_attempts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", columns.UtcTime(), nullable=True),
        sa.Column("last_login_at", columns.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_login_attempts_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_login_attempts")),
    )
    op.create_table(
        "user_role",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_user_role_role_id_role")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_role")),
    )
    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", columns.Words(length=64), nullable=False),
        sa.Column("opened_at", columns.UtcTime(), nullable=False),
        sa.Column("last_seen_at", columns.UtcTime(), nullable=False),
        sa.Column("expires_at", columns.UtcTime(), nullable=False),
        sa.Column("closed_at", columns.UtcTime(), nullable=True),
        sa.Column("address", columns.Words(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint(
            "tenant_id", "secret_hash", name=op.f("uq_user_session_tenant_id_secret_hash")
        ),
    )
    op.create_index(
        op.f("ix_user_session_tenant_id_user_id"),
        "user_session",
        ["tenant_id", "user_id"],
        unique=False,
    )
