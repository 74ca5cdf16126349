"""The relay hands letters over at once, tries again, gives up with a reason, and survives everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select, text

from omnitech_chassis.database import reading
from tests.services.conftest import Database
from tests.services.serving import Running, eventually, serving
from tests.services.user_management.api.test_users import post, settings
from tests.services.user_management.upstream import Saying, Upstream
from user_management.service import SERVICE, open_database
from user_management.tables import outbox


@asynccontextmanager
async def relaying(database: Database, told: Upstream, **more: Any) -> AsyncIterator[Running]:
    quick = {"outbox_backoff_seconds": 0.01, "outbox_poll_seconds": 0.05, "outbox_max_backoff_seconds": 0.1}
    async with serving(
        SERVICE, settings(database, **{"notification_service_port": told.port, **quick, **more})
    ) as running:
        yield running


async def rows(database: Database) -> list[Any]:
    engine = open_database(settings(database))
    async with reading(engine) as connection:
        found = list(await connection.execute(select(outbox)))
    await engine.dispose()
    return found


async def test_a_commit_wakes_an_idle_relay_at_once(sqlite: Database, told: Upstream) -> None:
    async with relaying(sqlite, told, outbox_poll_seconds=60) as running:
        await post(running)
        await eventually(lambda: len(told.bodies) == 1)

    assert await rows(sqlite) == []


async def test_what_fails_is_tried_again_under_the_same_key_until_it_is_taken(
    database: Database, told: Upstream
) -> None:
    told.sayings.extend([Saying(503), Saying(hang_up=True), Saying(429), Saying(409)])
    async with relaying(database, told) as running:
        await post(running)

        async def empty() -> bool:
            return await rows(database) == []

        await eventually(empty)

    keys = {line for head in told.requests for line in head.split("\r\n") if line.startswith("idempotency-key")}
    assert (len(told.requests), len(keys)) == (5, 1)


async def test_every_attempt_is_in_the_trace_of_the_creation(sqlite: Database, told: Upstream) -> None:
    told.sayings.append(Saying(503))
    async with relaying(sqlite, told) as running:
        reply = await post(running)
        await eventually(lambda: len(told.requests) == 2)

    root = reply.headers["x-amzn-trace-id"].partition(";")[0].lower()
    assert all(root in head for head in told.requests)


async def test_a_refused_mail_is_kept_as_dead_with_the_reason(database: Database, told: Upstream) -> None:
    told.sayings.append(Saying(422, b'{"detail": "The mail server rejected the mail"}'))
    async with relaying(database, told) as running:
        await post(running)

        async def dead() -> bool:
            return [row.dead_at is not None for row in await rows(database)] == [True]

        await eventually(dead)

    (row,) = await rows(database)
    assert row.reason == "422: The mail server rejected the mail"


async def test_the_relay_outlives_a_lost_outbox(
    sqlite: Database, told: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    async with relaying(sqlite, told) as running:
        engine = open_database(settings(sqlite))
        async with engine.begin() as connection:
            await connection.execute(text("ALTER TABLE outbox RENAME TO hidden"))
        await eventually(lambda: "the outbox cannot be reached" in capsys.readouterr().out)
        async with engine.begin() as connection:
            await connection.execute(text("ALTER TABLE hidden RENAME TO outbox"))
        await engine.dispose()
        await post(running)
        await eventually(lambda: len(told.bodies) == 1)


async def test_polling_leaves_no_spans(sqlite: Database, told: Upstream) -> None:
    async with relaying(sqlite, told) as running:
        await running.client.get("/readyz")

        assert running.spans() == []
