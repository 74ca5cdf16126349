"""EDGE. An address of a database flows in, a pooled async engine flows out: SQLite embedded, MySQL or MariaDB beyond.

Engines never show parameters in errors, time out, and verify the server's name when TLS is asked for.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from omnitech_chassis.errors import ConfigurationError

BUSY_TIMEOUT_S = 10
CONNECT_TIMEOUT_S = 5
DEADLOCK, DEADLOCK_RETRIES = 1213, 3  # ER_LOCK_DEADLOCK
T = TypeVar("T")
READS_ONLY = {"reads_only": True}
MYSQL, SQLITE = "mysql+asyncmy", "sqlite+aiosqlite"


def sqlite_url(file: Path) -> URL:
    return URL.create(SQLITE, database=str(file))


def parse_url(variable: str, address: str) -> URL:
    """Raises ConfigurationError unless it is of one of the two kinds; never shows it, for it may hold a password."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise ConfigurationError(variable, f"must look like {SQLITE}:///FILE or {MYSQL}://USER@HOST/NAME") from None
    if url.drivername not in {MYSQL, SQLITE}:
        raise ConfigurationError(variable, f"must begin with {SQLITE} or {MYSQL}", url.drivername)
    return url


class NamedServerContext(ssl.SSLContext):
    """Expects `server_name` in the certificate, whatever name was connected to (an ExternalName Service)."""

    server_name: str | None = None

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        if self.server_name is not None:
            kwargs["server_hostname"] = self.server_name
            args = args[:3]
        return super().wrap_bio(*args, **kwargs)


def tls(variable: str, ca: Path, server_name: str | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, verified against `ca` alone. Raises ConfigurationError if the file holds no certificate."""
    context = NamedServerContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.server_name = server_name
    try:
        context.load_verify_locations(cafile=ca)
    except (OSError, ssl.SSLError) as unreadable:
        raise ConfigurationError(variable, f"must be a file of PEM certificates ({unreadable})", str(ca)) from None
    return context


def open_engine(url: URL, context: ssl.SSLContext | None = None) -> AsyncEngine:
    """A pool of at most fifteen connections. Nothing is connected yet."""
    if url.drivername == SQLITE:
        return _open_sqlite(url)
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S, "charset": "utf8mb4"}
    return create_async_engine(
        url,
        connect_args=arguments | ({"ssl": context} if context else {}),
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_recycle=280,
        pool_timeout=10,
    )


def _open_sqlite(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_S}, pool_timeout=10)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT_S * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """Writers queue at the start: a read that turns into a write would fail at once instead of waiting."""
    reads_only = connection.get_execution_options().get("reads_only", False)
    with suppress_instrumentation():
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection for queries that change nothing; it makes no writer wait."""
    async with engine.connect() as connection:
        yield await connection.execution_options(**READS_ONLY)


async def transact(engine: AsyncEngine, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """Run `work` in a transaction and commit. A deadlock's victim (MySQL 1213) tries again, as InnoDB asks."""
    for _ in range(DEADLOCK_RETRIES):
        try:
            async with engine.begin() as connection:
                return await work(connection)
        except OperationalError as failed:
            if not is_deadlock(failed):
                raise
    async with engine.begin() as connection:
        return await work(connection)


def is_deadlock(failed: OperationalError) -> bool:
    arguments: tuple[object, ...] = getattr(failed.orig, "args", ())
    return arguments[:1] == (DEADLOCK,)


def slow_down(engine: AsyncEngine, latency_s: Callable[[], float]) -> None:
    """Make every traced statement wait as long as `latency_s` says at that moment (faults on demand)."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def wait(*_: object) -> None:
        if (seconds := latency_s()) > 0:
            await_only(asyncio.sleep(seconds))


async def answers(engine: AsyncEngine) -> str | None:
    """None if the database answers, else why not."""
    try:
        with suppress_instrumentation():
            async with asyncio.timeout(2), reading(engine) as connection:
                await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError) as down:
        return f"the database does not answer: {type(down).__name__}"
    return None
