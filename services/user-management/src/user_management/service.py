"""Settings flow in, the whole User Management service flows out, wired. The only place where its edges are built."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import time

import httpx2
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy.ext.asyncio import AsyncEngine

from omnitech_chassis import database, migrating
from omnitech_chassis.alongside import alongside
from omnitech_chassis.faults_file import Faults
from omnitech_chassis.health import PROBES, Readiness
from omnitech_chassis.service import Parts, Service
from omnitech_chassis.sql_spans import trace_engine
from user_management.accounts import Accounts
from user_management.api import notification, status, users
from user_management.notification_client import NotificationClient
from user_management.outbox import Patience
from user_management.outbox_store import OutboxStore
from user_management.passwords import Hasher
from user_management.relay import Pace, Relay
from user_management.settings import UserManagementSettings
from user_management.user_store import UserStore

SCHEMA_HEAD = "0001"
VERSION_TABLE = "usermgmt_schema"


def open_database(settings: UserManagementSettings) -> AsyncEngine:
    return database.open_engine(settings.database_url(), settings.database_tls())


def build(settings: UserManagementSettings, provider: TracerProvider) -> Parts:
    engine = open_database(settings)
    faults = Faults(settings.faults_file, settings.faults_seed)
    trace_engine(engine, provider)
    database.slow_down(engine, lambda: faults.plan().db_latency_s)
    client = _client(settings, provider)
    relay = _relay(settings, engine, client)
    accounts = _accounts(settings, engine, relay)
    return Parts(
        title="User Management",
        version=settings.app_version,
        routers=(status.router(settings.app_version), users.router(accounts), notification.router(client)),
        faults=faults,
        readiness=_readiness(engine),
        provider=provider,
        running=lambda: _running(relay, client, accounts, engine),
        probes=PROBES | {status.PATH},
    )


@asynccontextmanager
async def _running(
    relay: Relay, client: NotificationClient, accounts: Accounts, engine: AsyncEngine
) -> AsyncIterator[None]:
    try:
        async with alongside(relay.run):
            yield
    finally:
        await client.close()
        accounts.hasher.close()
        await engine.dispose()


def _client(settings: UserManagementSettings, provider: TracerProvider) -> NotificationClient:
    timeout = httpx2.Timeout(settings.notification_read_timeout, connect=settings.notification_connect_timeout)
    return NotificationClient(
        settings.notification_url(), timeout, provider, keep_alive=settings.notification_keep_alive
    )


def _relay(settings: UserManagementSettings, engine: AsyncEngine, client: NotificationClient) -> Relay:
    patience = Patience(settings.outbox_backoff_seconds, settings.outbox_max_backoff_seconds, settings.outbox_max_age)
    pace = Pace(settings.outbox_concurrency, settings.outbox_lease_seconds, settings.outbox_poll_seconds)
    return Relay(OutboxStore(engine), client, patience, pace, time)


def _accounts(settings: UserManagementSettings, engine: AsyncEngine, relay: Relay) -> Accounts:
    return Accounts(
        version=settings.app_version,
        token=settings.api_token(),
        users=UserStore(engine),
        hasher=Hasher(settings.argon2_memory_kib, settings.argon2_time_cost, settings.argon2_parallelism),
        clock=time,
        wake=relay.wake,
    )


def _readiness(engine: AsyncEngine) -> Readiness:
    async def answers() -> str | None:
        return await database.answers(engine)

    schema = migrating.schema_check(engine, VERSION_TABLE, SCHEMA_HEAD, "python -m user_management migrate")
    return Readiness({"database": answers, "schema": schema})


async def migrate(settings: UserManagementSettings) -> None:
    engine = open_database(settings)
    try:
        await migrating.upgrade(engine, "user_management", VERSION_TABLE, SCHEMA_HEAD)
    finally:
        await engine.dispose()


SERVICE = Service("user_management", UserManagementSettings, build, migrate)
