"""Engines of both kinds connect, report, wait, and verify whom they speak to."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import trustme
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from omnitech_chassis import database as databases
from omnitech_chassis.errors import ConfigurationError
from tests.services import mariadb
from tests.services.conftest import Database, mariadb_database
from tests.services.mariadb import MariaDB
from user_management.service import open_database
from user_management.settings import UserManagementSettings


async def test_a_database_that_answers_is_well(database: Database) -> None:
    engine = open_database(UserManagementSettings(**database.usermgmt))

    assert await answers_and_dispose(engine) is None


async def answers_and_dispose(engine: AsyncEngine) -> str | None:
    try:
        return await databases.answers(engine)
    finally:
        await engine.dispose()


async def test_one_that_is_away_is_named_as_the_reason() -> None:
    engine = open_database(UserManagementSettings(db_hostname="127.0.0.1", db_port=9))

    assert await answers_and_dispose(engine) == "the database does not answer: OperationalError"


async def test_the_connection_to_mariadb_is_encrypted(mariadb_server: MariaDB) -> None:
    engine = open_database(UserManagementSettings(**mariadb_database(mariadb_server).usermgmt))
    async with databases.reading(engine) as connection:
        cipher = (await connection.execute(text("SHOW STATUS LIKE 'Ssl_version'"))).one()
    await engine.dispose()

    assert cipher[1] in {"TLSv1.2", "TLSv1.3"}


@pytest.mark.parametrize("name", [None, "other.test.internal"])
async def test_a_server_with_another_name_is_refused(mariadb_server: MariaDB, name: str | None) -> None:
    settings = mariadb_database(mariadb_server).usermgmt | {"db_tls_server_name": name}
    engine = open_database(UserManagementSettings(**settings))
    with pytest.raises(OperationalError, match=r"certificate verify failed: (Hostname|IP address) mismatch"):
        async with engine.connect():
            pass
    await engine.dispose()


async def test_a_server_of_another_authority_is_refused(mariadb_server: MariaDB, tmp_path: Path) -> None:

    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    settings = mariadb_database(mariadb_server).usermgmt | {"db_tls_ca": tmp_path / "other.pem"}
    engine = open_database(UserManagementSettings(**settings))
    with pytest.raises(OperationalError, match="certificate verify failed"):
        async with engine.connect():
            pass
    await engine.dispose()


def test_a_wrong_ca_file_and_a_wrong_address_are_refused_by_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="DB_TLS_CA: must be a file of PEM certificates"):
        databases.tls("DB_TLS_CA", tmp_path / "absent", mariadb.SERVER_NAME)
    with pytest.raises(ConfigurationError, match="X_URL: must look like") as refused:
        databases.parse_url("X_URL", "user:hunter2@host")
    assert "hunter2" not in str(refused.value)


async def test_sqlite_writers_wait_for_each_other_and_readers_wait_for_nobody(tmp_path: Path) -> None:
    engine = databases.open_engine(databases.sqlite_url(tmp_path / "x.db"))
    async with engine.begin() as writer:
        await writer.execute(text("CREATE TABLE t (n INTEGER)"))
    async with engine.begin() as writer:
        await writer.execute(text("INSERT INTO t VALUES (1)"))
        async with databases.reading(engine) as reader:
            assert await reader.scalar(text("SELECT count(*) FROM t")) == 0
    async with databases.reading(engine) as reader:
        assert await reader.scalar(text("SELECT count(*) FROM t")) == 1
    await engine.dispose()


async def test_a_latency_on_demand_slows_each_statement(tmp_path: Path) -> None:
    engine = databases.open_engine(databases.sqlite_url(tmp_path / "x.db"))
    latency = [0.0]
    databases.slow_down(engine, lambda: latency[0])
    async with engine.connect() as connection:
        latency[0] = 0.05
        began = time.perf_counter()
        await connection.execute(text("SELECT 1"))
    await engine.dispose()

    assert time.perf_counter() - began >= 0.05


async def test_a_deadlocks_victim_tries_again_and_any_other_failure_does_not(tmp_path: Path) -> None:
    engine = databases.open_engine(databases.sqlite_url(tmp_path / "x.db"))
    codes = [databases.DEADLOCK, databases.DEADLOCK]

    async def unlucky(_connection: AsyncConnection) -> str:
        if codes:
            raise OperationalError("UPDATE", None, Exception(codes.pop(), "Deadlock found"))
        return "done"

    assert await databases.transact(engine, unlucky) == "done"
    codes.append(1205)
    with pytest.raises(OperationalError):
        await databases.transact(engine, unlucky)
    await engine.dispose()
