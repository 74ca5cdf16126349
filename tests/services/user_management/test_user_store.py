"""A user and its letter are committed together or not at all; clashes are named whatever was looked up before."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.services.conftest import Database
from user_management.outbox import Letter
from user_management.outbox_store import OutboxStore
from user_management.service import migrate, open_database
from user_management.settings import UserManagementSettings
from user_management.user_store import Clash, UserStore
from user_management.users import User

ANN = User("ann", "ann@example.com", "ROLE_USER", True, "Ann", "Lee")


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    settings = UserManagementSettings(**database.usermgmt)
    await migrate(settings)
    opened = open_database(settings)
    yield opened
    await opened.dispose()


def letter(name: str) -> Letter:
    return Letter(name, b"{}", "", 0.0, 0.0)


async def test_user_and_letter_are_there_together(engine: AsyncEngine) -> None:
    store = UserStore(engine)

    assert await store.create(ANN, "hash", letter("a")) is None
    assert (await store.find("ann"), await OutboxStore(engine).counts()) == (ANN, (1, 0))


@pytest.mark.parametrize(
    ("changes", "clash"),
    [({}, Clash.USERNAME), ({"username": "ANN", "email": "b@c.d"}, Clash.USERNAME), ({"username": "bob"}, Clash.EMAIL)],
)
async def test_a_clash_the_database_finds_is_named_and_leaves_no_letter(
    engine: AsyncEngine, changes: dict[str, str], clash: Clash
) -> None:
    store = UserStore(engine)
    await store.create(ANN, "hash", letter("a"))

    assert await store.create(msgspec.structs.replace(ANN, **changes), "hash", letter("b")) is clash
    assert await OutboxStore(engine).counts() == (1, 0)


async def test_any_other_constraint_leaves_neither_row(engine: AsyncEngine) -> None:
    store = UserStore(engine)
    await store.create(ANN, "hash", letter("same"))
    bob = msgspec.structs.replace(ANN, username="bob", email="bob@example.com")

    assert await store.create(bob, "hash", letter("same")) is Clash.OTHER
    assert await store.find("bob") is None


async def test_pages_follow_each_other(engine: AsyncEngine) -> None:
    store = UserStore(engine)
    for name in ("carl", "ann", "Bob"):
        user = msgspec.structs.replace(ANN, username=name, email=f"{name}@example.com")
        await store.create(user, "hash", letter(name))

    assert [user.username for user in await store.page(None, 2)] == ["ann", "Bob"]
    assert [user.username for user in await store.page("Bob", 2)] == ["carl"]
