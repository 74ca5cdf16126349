"""The two tables, written down once for queries; the migrations build them.

`users` is the original's, with the unique e-mail it lacked. An outbox row is due at `due_at`; claiming it moves that
moment to the end of a lease, so one column is schedule and lease.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Double, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

TEXT_COMPARED_WITHOUT_CASE: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_ci",
}

metadata = MetaData()


def _key(length: int) -> String:
    """Text compared without case on either kind of database."""
    return String(length).with_variant(String(length, collation="NOCASE"), "sqlite")


users = Table(
    "users",
    metadata,
    Column("username", _key(20), primary_key=True),
    Column("password", String(255), nullable=False),
    Column("enabled", Boolean(create_constraint=False), nullable=False),
    Column("role", String(50), nullable=False),
    Column("email", _key(254), nullable=False),
    Column("firstname", String(20), nullable=False),
    Column("lastname", String(20), nullable=False),
    UniqueConstraint("email", name="uq_users_email"),
    **TEXT_COMPARED_WITHOUT_CASE,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("trace", String(200), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("dead_at", Double),
    Column("reason", String(500), nullable=False, server_default=""),
    Index("ix_outbox_due", "dead_at", "due_at"),
    **TEXT_COMPARED_WITHOUT_CASE,
)
