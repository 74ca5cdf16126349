"""The local overlay's database does what the services need, in their manifests' own words, and no more."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from omnitech_chassis.database import open_engine, tls
from tests.manifests import mariadb_start
from tests.manifests.conftest import Made
from tests.manifests.documents import microservices
from tests.manifests.mariadb_start import Database
from tests.manifests.services import OURS, command, environment
from tests.manifests.workloads import named
from user_management.settings import UserManagementSettings

RDS = named(microservices(), "ConfigMap", "mysql-endpoint")["data"]["tls-server-name"]


@pytest.fixture(scope="module")
def database(made: Made) -> Iterator[Database]:
    mariadb_start.require()
    outside = "omnitech-outside"
    with mariadb_start.running(made[outside, "mariadb-passwords"], made[outside, "outside-tls"]) as running:
        yield running


def _in_place(name: str, database: Database, user: str) -> dict[str, str]:
    """A workload's own environment, its mounted files and its database where this test has them."""
    (workload,) = [w for w in OURS if w.name == name]
    env = environment(workload)
    moved = {
        "db-password": str(database.folder / "passwords" / user),
        "ca.pem": str(database.folder / "tls/ca.crt"),
    }
    env = {
        key: moved.get(value.rpartition("/")[2], value) if value.startswith("/") else value
        for key, value in env.items()
    }
    env = {key: value.replace("@mysql:3306", f"@127.0.0.1:{database.port}") for key, value in env.items()}
    if "DB_HOSTNAME" in env:
        env |= {"DB_HOSTNAME": "127.0.0.1", "DB_PORT": str(database.port)}
    return env


@pytest.mark.parametrize("service", ["usermgmt", "notification"])
def test_the_migration_job_succeeds_as_its_manifest_has_it(service: str, database: Database) -> None:
    (job,) = [w for w in OURS if w.name.startswith(f"{service}-migration")]
    env = _in_place(job.name, database, f"{service}_migrator")

    done = subprocess.run(
        [sys.executable, *command(job)[1:]], env=env, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def _engine(database: Database, user: str, password: str, context: Any) -> AsyncEngine:
    settings = UserManagementSettings(
        db_hostname="127.0.0.1",
        db_port=database.port,
        db_username=user,
        db_password=SecretStr(password),
        db_name="usermgmt",
    )
    return open_engine(settings.database_url(), context)


async def _tried(engine: AsyncEngine, statement: str) -> str:
    """What the statement did: "done", or what stood against it."""
    try:
        async with asyncio.timeout(10), engine.begin() as connection:
            await connection.execute(text(statement))
    except DBAPIError as refused:
        return str(refused.orig)
    finally:
        await engine.dispose()
    return "done"


async def test_the_services_user_reads_and_writes_but_changes_no_schema(database: Database, made: Made) -> None:
    password = made["omnitech-outside", "mariadb-passwords"]["usermgmt_app"]
    context = tls("DB_TLS_CA", database.folder / "tls/ca.crt", RDS)

    assert await _tried(_engine(database, "usermgmt_app", password, context), "SELECT 1") == "done"
    created = await _tried(_engine(database, "usermgmt_app", password, context), "CREATE TABLE mine (id INT)")
    assert created.startswith("(1142")


async def test_nobody_comes_in_without_tls(database: Database, made: Made) -> None:
    password = made["omnitech-outside", "mariadb-passwords"]["usermgmt_app"]
    refused = await _tried(_engine(database, "usermgmt_app", password, None), "SELECT 1")

    assert refused.startswith("(1045")
