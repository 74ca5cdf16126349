"""Settings flow in, the whole Notification service flows out, wired. The only place where its edges are built."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import time

from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from notification.api import deliveries, info, send
from notification.releases import writer
from notification.sending import Desk
from notification.settings import NotificationSettings
from notification.smtp import MailServer, Postman, verifying
from notification.store import DeliveryStore
from notification.transport import Transport
from notification.writing import Letterhead
from omnitech_chassis import database, migrating
from omnitech_chassis.alongside import alongside, first_of
from omnitech_chassis.errors import ConfigurationError
from omnitech_chassis.faults_file import Faults
from omnitech_chassis.health import Readiness
from omnitech_chassis.logs import log
from omnitech_chassis.service import Parts, Service
from omnitech_chassis.sql_spans import trace_engine

SCHEMA_HEAD = "0001"
VERSION_TABLE = "notification_schema"
FORGET_EVERY_S = 3600
DAY_S = 86400


def open_database(settings: NotificationSettings) -> AsyncEngine:
    ca, name = settings.notification_database_ca, settings.notification_database_tls_server_name
    context = None if ca is None else database.tls("NOTIFICATION_DATABASE_CA", ca, name)
    return database.open_engine(settings.database_url(), context)


def build(settings: NotificationSettings, provider: TracerProvider) -> Parts:
    engine = open_database(settings)
    trace_engine(engine, provider)
    desk = _desk(settings, provider, DeliveryStore(engine))
    version = settings.app_version

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        keep_s = settings.notification_retention_days * DAY_S
        try:
            async with alongside(lambda stopping: _forget(desk.store, keep_s, stopping)):
                yield
        finally:
            await desk.transport.close()
            await engine.dispose()

    return Parts(
        title="Notification",
        version=version,
        routers=(send.router(desk), info.router(version), deliveries.router(version, desk.store)),
        faults=desk.faults,
        readiness=_readiness(engine),
        provider=provider,
        running=running,
    )


def _desk(settings: NotificationSettings, provider: TracerProvider, store: DeliveryStore) -> Desk:
    sender = settings.aws_mail_server_from_address
    return Desk(
        release=settings.app_version,
        sender=sender,
        lease_s=settings.notification_lease_seconds,
        write=writer(settings.app_version, Letterhead(sender, settings.notification_unsubscribe_url)),
        transport=transport(settings),
        store=store,
        faults=Faults(settings.faults_file, settings.faults_seed),
        tracer=provider.get_tracer("notification"),
        clock=time,
    )


def transport(settings: NotificationSettings) -> Transport:
    """Who sends by SMTP never loads boto3. Raises ConfigurationError."""
    if settings.mail_transport == "smtp":
        return Postman(mail_server(settings), verifying(settings.aws_mail_server_ca))
    from notification.ses import SesApi

    if settings.aws_region is None:
        raise ConfigurationError("AWS_REGION", "is needed where MAIL_TRANSPORT is ses")
    return SesApi(settings.aws_region, settings.mail_timeout_seconds, settings.mail_connections)


def mail_server(settings: NotificationSettings) -> MailServer:
    return MailServer(
        host=settings.aws_mail_server_host,
        port=settings.aws_mail_server_port,
        tls_name=settings.aws_mail_server_tls_name or settings.aws_mail_server_host,
        username=settings.aws_mail_server_username,
        password=settings.mail_password(),
        timeout_s=settings.mail_timeout_seconds,
        connections=settings.mail_connections,
    )


def _readiness(engine: AsyncEngine) -> Readiness:
    async def answers() -> str | None:
        return await database.answers(engine)

    schema = migrating.schema_check(engine, VERSION_TABLE, SCHEMA_HEAD, "python -m notification migrate")
    return Readiness({"database": answers, "schema": schema})


async def _forget(store: DeliveryStore, keep_s: float, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await store.forget(time() - keep_s)
        except (SQLAlchemyError, OSError) as down:
            log("deliveries").warning("old deliveries not removed", reason=type(down).__name__)
        await first_of(FORGET_EVERY_S, stopping.wait)


async def migrate(settings: NotificationSettings) -> None:
    engine = open_database(settings)
    try:
        await migrating.upgrade(engine, "notification", VERSION_TABLE, SCHEMA_HEAD)
    finally:
        await engine.dispose()


SERVICE = Service("notification", NotificationSettings, build, migrate)
