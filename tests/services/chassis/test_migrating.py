"""Migrations reach the head once, however many processes run them, and readiness knows the difference."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

import notification.service
import user_management.service
from notification.settings import NotificationSettings
from notification.store import metadata as notification_metadata
from omnitech_chassis.database import reading
from omnitech_chassis.migrating import configuration, revision, schema_check
from omnitech_chassis.service import Service
from tests.services.conftest import Database
from user_management.settings import UserManagementSettings
from user_management.tables import metadata as usermgmt_metadata

SERVICES = [notification.service, user_management.service]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.__name__)
def test_the_head_a_service_expects_is_that_of_its_packaged_migrations(service: Any) -> None:
    scripts = ScriptDirectory.from_config(configuration(service.__name__.partition(".")[0]))

    assert scripts.get_current_head() == service.SCHEMA_HEAD


async def test_many_at_once_migrate_once(database: Database) -> None:
    settings = UserManagementSettings(**database.usermgmt)

    await asyncio.gather(*(user_management.service.migrate(settings) for _ in range(3)))

    engine = user_management.service.open_database(settings)
    check = schema_check(engine, user_management.service.VERSION_TABLE, "0001", "migrate")
    newer = schema_check(engine, user_management.service.VERSION_TABLE, "0002", "migrate")
    assert await check() is None
    assert await newer() == "the schema is at 0001, expected 0002: run `migrate`"
    await engine.dispose()


async def test_an_empty_database_is_at_nothing(database: Database) -> None:
    engine = user_management.service.open_database(UserManagementSettings(**database.usermgmt))

    assert await revision(engine, user_management.service.VERSION_TABLE) == "nothing"
    await engine.dispose()


def differences(connection: Connection, metadata: MetaData, version_table: str) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"version_table": version_table})
    found: list[Any] = compare_metadata(context, metadata)
    return found


async def drift(service: Service[Any], module: Any, settings: Any, metadata: MetaData) -> list[Any]:
    await service.migrate(settings)
    engine = module.open_database(settings)
    async with reading(engine) as connection:
        found = await connection.run_sync(differences, metadata, module.VERSION_TABLE)
    await engine.dispose()
    return found


async def test_the_migrated_users_are_the_tables_the_queries_are_written_for(database: Database) -> None:
    module, settings = user_management.service, UserManagementSettings(**database.usermgmt)

    assert await drift(module.SERVICE, module, settings, usermgmt_metadata) == []


async def test_the_migrated_deliveries_are_the_table_the_queries_are_written_for(database: Database) -> None:
    module, settings = notification.service, NotificationSettings(**database.notification)

    assert await drift(module.SERVICE, module, settings, notification_metadata) == []
