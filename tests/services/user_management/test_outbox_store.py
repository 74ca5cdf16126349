"""The outbox on both kinds of database: leases are exclusive, end, and letters leave only when settled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.services.conftest import Database
from user_management.outbox import Again, Dead, Delivered, Letter
from user_management.outbox_store import OutboxStore
from user_management.service import migrate, open_database
from user_management.settings import UserManagementSettings
from user_management.tables import outbox


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    settings = UserManagementSettings(**database.usermgmt)
    await migrate(settings)
    opened = open_database(settings)
    yield opened
    await opened.dispose()


async def put(engine: AsyncEngine, *names: str, due_at: float = 0.0) -> None:
    rows = [
        {"id": name, "body": b"{}", "trace": "Root=1", "created_at": 0.0, "due_at": due_at, "attempts": 0}
        for name in names
    ]
    async with engine.begin() as connection:
        await connection.execute(insert(outbox), rows)


def ids(letters: list[Letter]) -> list[str]:
    return sorted(letter.id for letter in letters)


async def test_a_claimed_letter_is_out_of_reach_until_its_lease_ends(engine: AsyncEngine) -> None:
    await put(engine, "a")
    store = OutboxStore(engine)

    first = await store.claim(10, now=1.0, lease_s=30.0)
    during = await store.claim(10, now=30.9, lease_s=30.0)
    after = await store.claim(10, now=31.0, lease_s=30.0)

    assert [(letter.id, letter.attempts) for letter in first] == [("a", 1)]
    assert during == []
    assert [(letter.id, letter.attempts) for letter in after] == [("a", 2)]


async def test_many_claimers_share_the_letters_without_overlap(engine: AsyncEngine) -> None:
    names = [f"letter{n:02}" for n in range(20)]
    await put(engine, *names)
    store = OutboxStore(engine)

    claims = await asyncio.gather(*(store.claim(3, now=1.0, lease_s=30.0) for _ in range(10)))
    while more := await store.claim(3, now=1.0, lease_s=30.0):
        claims.append(more)

    assert ids([letter for claim in claims for letter in claim]) == names


async def test_a_letter_that_is_not_due_waits(engine: AsyncEngine) -> None:
    await put(engine, "later", due_at=100.0)

    assert await OutboxStore(engine).claim(10, now=99.0, lease_s=30.0) == []


async def test_a_delivered_letter_is_gone(engine: AsyncEngine) -> None:
    await put(engine, "a")
    store = OutboxStore(engine)
    (letter,) = await store.claim(1, 1.0, 30.0)

    await store.settle(letter, Delivered(), 2.0)

    assert await store.counts() == (0, 0)


async def test_a_postponed_letter_comes_back_at_its_time(engine: AsyncEngine) -> None:
    await put(engine, "a")
    store = OutboxStore(engine)
    (letter,) = await store.claim(1, 1.0, 30.0)

    await store.settle(letter, Again(5.0, "503"), 2.0)

    assert await store.claim(1, 4.9, 30.0) == []
    assert ids(await store.claim(1, 5.0, 30.0)) == ["a"]


async def test_a_dead_letter_stays_with_its_reason_and_is_not_claimed(engine: AsyncEngine) -> None:
    await put(engine, "a")
    store = OutboxStore(engine)
    (letter,) = await store.claim(1, 1.0, 30.0)

    await store.settle(letter, Dead("422: " + "x" * 1000), 2.0)

    async with engine.connect() as connection:
        reason = await connection.scalar(select(outbox.c.reason))
    assert (await store.counts(), await store.claim(1, 1e9, 30.0)) == ((0, 1), [])
    assert reason == ("422: " + "x" * 1000)[:500]


async def test_who_has_lost_the_lease_cannot_postpone_what_another_holds(engine: AsyncEngine) -> None:
    await put(engine, "a")
    store = OutboxStore(engine)
    (late,) = await store.claim(1, 1.0, 30.0)
    await store.claim(1, 40.0, 30.0)

    await store.settle(late, Again(0.0, "late"), 41.0)

    assert await store.claim(1, 69.0, 30.0) == []
