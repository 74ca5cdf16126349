"""EDGE. Users flow in and out of the database; a creation also puts its mail into the outbox, in the same transaction.

Uniqueness is the database's to decide: two creations at once cannot both win, whatever was looked up before.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from omnitech_chassis.database import reading, transact
from user_management.outbox import Letter
from user_management.tables import outbox, users
from user_management.users import User

_SHOWN = [users.c[name] for name in User.__struct_fields__]


class Clash(StrEnum):
    """Why a write was refused."""

    USERNAME = "username"
    EMAIL = "email"
    OTHER = "other"
    ABSENT = "absent"


class UserStore:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def clash(self, username: str, email: str) -> Clash | None:
        """Which of the two is taken already, if any."""
        async with reading(self._engine) as connection:
            if (await connection.execute(_key_of(users.c.username == username))).first() is not None:
                return Clash.USERNAME
            taken = (await connection.execute(_key_of(users.c.email == email))).first()
        return None if taken is None else Clash.EMAIL

    async def create(self, user: User, password_hash: str, letter: Letter) -> Clash | None:
        """None if both rows are committed; else neither is."""

        async def both(connection: AsyncConnection) -> None:
            await connection.execute(insert(users).values(password=password_hash, **msgspec.structs.asdict(user)))
            await connection.execute(insert(outbox).values(msgspec.structs.asdict(letter)))

        try:
            await transact(self._engine, both)
        except IntegrityError:
            return await self.clash(user.username, user.email) or Clash.OTHER
        return None

    async def change(self, username: str, email: str, firstname: str, lastname: str) -> Clash | None:
        changes = {"email": email, "firstname": firstname, "lastname": lastname}

        async def if_known(connection: AsyncConnection) -> Clash | None:
            known = await connection.execute(_key_of(users.c.username == username).with_for_update())
            if known.first() is None:
                return Clash.ABSENT
            await connection.execute(update(users).where(users.c.username == username).values(changes))
            return None

        try:
            return await transact(self._engine, if_known)
        except IntegrityError:
            return Clash.EMAIL

    async def remove(self, username: str) -> bool:
        """Whether there was such a user."""
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(users).where(users.c.username == username))).rowcount > 0

    async def find(self, username: str) -> User | None:
        async with reading(self._engine) as connection:
            row = (await connection.execute(select(*_SHOWN).where(users.c.username == username))).first()
        return None if row is None else _user(row)

    async def page(self, after: str | None, size: int) -> list[User]:
        """At most `size` users in the order of their names, from the first after `after`."""
        query = select(*_SHOWN).order_by(users.c.username).limit(size)
        async with reading(self._engine) as connection:
            rows = await connection.execute(query if after is None else query.where(users.c.username > after))
        return [_user(row) for row in rows]


def _key_of(condition: Any) -> Select[Any]:
    return select(users.c.username).where(condition)


def _user(row: Any) -> User:
    return User(*row)
