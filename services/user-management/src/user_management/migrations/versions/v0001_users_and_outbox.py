"""The users of the original, with a unique e-mail, and the outbox of mails to send."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLE_OPTIONS: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_ci",
}


def without_case(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="NOCASE"), "sqlite")


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("username", without_case(20), primary_key=True),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("enabled", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("role", sa.String(50), nullable=False),
        sa.Column("email", without_case(254), nullable=False),
        sa.Column("firstname", sa.String(20), nullable=False),
        sa.Column("lastname", sa.String(20), nullable=False),
        sa.UniqueConstraint("email", name="uq_users_email"),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("trace", sa.String(200), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("dead_at", sa.Double),
        sa.Column("reason", sa.String(500), nullable=False, server_default=""),
        **TABLE_OPTIONS,
    )
    op.create_index("ix_outbox_due", "outbox", ["dead_at", "due_at"])


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("users")
