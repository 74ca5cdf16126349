"""EDGE. A service's packaged migrations flow in, a database at their newest revision flows out.

Only one process migrates at a time; the others wait and find nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from omnitech_chassis.database import reading

LOCK_TIMEOUT_S = 60


async def upgrade(engine: AsyncEngine, package: str, version_table: str, head: str) -> None:
    """Bring the schema to `head`, the newest of `package`'s migrations; safe to repeat and to run twice at once."""
    if await revision(engine, version_table) == head:
        return  # without loading Alembic: a replica that starts on a migrated schema starts sooner
    with suppress_instrumentation():
        async with engine.begin() as connection:
            await connection.run_sync(_locked, package, version_table)


def _locked(connection: Connection, package: str, version_table: str) -> None:
    mysql = connection.dialect.name == "mysql"  # SQLite's BEGIN IMMEDIATE is the lock already
    if mysql and connection.scalar(text("SELECT GET_LOCK(:name, :wait)"), _lock(version_table)) != 1:
        raise TimeoutError(f"another process has been migrating for {LOCK_TIMEOUT_S} s")
    try:
        _run(connection, package, version_table)
    finally:
        if mysql:
            connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": version_table})


def _lock(version_table: str) -> dict[str, Any]:
    return {"name": version_table, "wait": LOCK_TIMEOUT_S}


def configuration(package: str) -> Any:
    """Alembic's configuration for the migrations packaged as `package`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", f"{package}:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _run(connection: Connection, package: str, version_table: str) -> None:
    from alembic import command

    config = configuration(package)
    config.attributes.update(connection=connection, version_table=version_table)
    command.upgrade(config, "head")


def run_environment() -> None:
    """What a service's `migrations/env.py` calls: run the revisions on the connection `upgrade` handed over."""
    from alembic import context

    attributes = context.config.attributes
    context.configure(connection=attributes["connection"], version_table=attributes["version_table"])
    with context.begin_transaction():
        context.run_migrations()


def schema_check(engine: AsyncEngine, version_table: str, head: str, command: str) -> Callable[[], Any]:
    """A readiness check: None if the schema is at `head`, else what it is at and which command mends it."""

    async def check() -> str | None:
        found = await revision(engine, version_table)
        return None if found == head else f"the schema is at {found}, expected {head}: run `{command}`"

    return check


async def revision(engine: AsyncEngine, version_table: str) -> str:
    """The revision the database is at; "nothing" before the first migration or when it does not answer."""
    try:
        with suppress_instrumentation():
            async with reading(engine) as connection:
                found = await connection.scalar(text(f"SELECT version_num FROM {version_table}"))  # noqa: S608
    except (SQLAlchemyError, OSError):
        return "nothing"
    return str(found)
