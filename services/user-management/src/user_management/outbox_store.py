"""EDGE. Claims and fates flow in, letters flow out of the outbox table; of two claimers each letter goes to one.

A claim is a lease: a process that dies with letters in hand only delays them. Polling makes no spans.
"""

from __future__ import annotations

from typing import Any

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from omnitech_chassis.database import transact
from user_management.outbox import Again, Dead, Delivered, Fate, Letter
from user_management.tables import outbox

_LETTER = [outbox.c[name] for name in Letter.__struct_fields__]
LONGEST_REASON = 500


class OutboxStore:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(self, most: int, now: float, lease_s: float) -> list[Letter]:
        """Up to `most` letters that are due, ours until `now + lease_s`; `attempts` already counts this one.

        SKIP LOCKED where the database has it; on SQLite the transaction holds the one write lock from its start.
        """
        due = and_(outbox.c.dead_at.is_(None), outbox.c.due_at <= now)
        query = select(*_LETTER).where(due).order_by(outbox.c.due_at).limit(most).with_for_update(skip_locked=True)

        async def take(connection: AsyncConnection) -> list[Letter]:
            letters = [_claimed(row) for row in await connection.execute(query)]
            if letters:
                mine = outbox.c.id.in_([letter.id for letter in letters])
                lease = {"due_at": now + lease_s, "attempts": outbox.c.attempts + 1}
                await connection.execute(update(outbox).where(mine).values(lease))
            return letters

        with suppress_instrumentation():
            return await transact(self._engine, take)

    async def settle(self, letter: Letter, fate: Fate, now: float) -> None:
        """Record what became of a letter; nothing happens if somebody else has claimed it since."""
        ours = and_(outbox.c.id == letter.id, outbox.c.attempts == letter.attempts)
        statement = _statement(ours, letter, fate, now)
        with suppress_instrumentation():
            await transact(self._engine, lambda connection: connection.execute(statement))

    async def counts(self) -> tuple[int, int]:
        """How many letters wait, and how many are dead."""
        dead = func.count(outbox.c.dead_at)
        with suppress_instrumentation():
            async with self._engine.begin() as connection:
                total, lost = (await connection.execute(select(func.count(), dead).select_from(outbox))).one()
        return total - lost, lost


def _claimed(row: Any) -> Letter:
    return Letter(row.id, row.body, row.trace, row.created_at, row.due_at, row.attempts + 1)


def _statement(ours: Any, letter: Letter, fate: Fate, now: float) -> Any:
    match fate:
        case Delivered():
            return delete(outbox).where(outbox.c.id == letter.id)
        case Again(due_at=due_at, reason=reason):
            return update(outbox).where(ours).values(due_at=due_at, reason=reason[:LONGEST_REASON])
        case Dead(reason=reason):
            return update(outbox).where(ours).values(dead_at=now, reason=reason[:LONGEST_REASON])
