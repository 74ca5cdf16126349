"""EDGE. Claims and outcomes flow in, what is known about a delivery flows out, from a table both releases share.

A claim is one insert or one compare-and-set, so of two processes with one key at most one sends.
"""

from __future__ import annotations

from typing import Any

import msgspec
from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import Column, Double, Index, Integer, MetaData, String, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notification.deciding import Decision, InFlight, Known, Send, State, decide
from omnitech_chassis.database import reading, transact

metadata = MetaData()
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("release", String(8), nullable=False),
    Column("recipients", Integer, nullable=False),
    Column("message_id", String(400), nullable=False),
    Column("reason", String(500), nullable=False, server_default=""),
    Column("created_at", Double, nullable=False),
    Column("finished_at", Double),
    Index("ix_deliveries_created_at", "created_at"),
    mysql_engine="InnoDB",
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
)
LONGEST_REASON = 500


class Delivery(msgspec.Struct, frozen=True):
    """One line of the delivery log; times in epoch seconds."""

    id: str
    state: State
    attempts: int
    release: str
    recipients: int
    message_id: str
    reason: str
    created_at: float
    finished_at: float | None


class Order(msgspec.Struct, frozen=True):
    """What a claim records: which mail, by whom, for how long."""

    id: str
    fingerprint: str
    release: str
    recipients: int
    message_id: str
    lease_s: float


class DeliveryStore:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(self, order: Order, now: float) -> Decision:
        """`Send` means the caller has the lease; anything else means it must not send."""
        if await self._insert(order, now):
            return Send()
        return await transact(self._engine, lambda connection: _claim_known(connection, order, now))

    async def _insert(self, order: Order, now: float) -> bool:
        row = {
            "id": order.id,
            "fingerprint": order.fingerprint,
            "state": State.SENDING,
            "lease_until": now + order.lease_s,
            "attempts": 1,
            "release": order.release,
            "recipients": order.recipients,
            "message_id": order.message_id,
            "created_at": now,
        }
        return (await transact(self._engine, lambda connection: connection.execute(_unless_known(row)))).rowcount == 1

    async def finish(self, delivery: str, state: State, reason: str, now: float) -> None:
        outcome = {"state": state, "reason": reason[:LONGEST_REASON], "finished_at": now, "lease_until": now}
        statement = update(deliveries).where(deliveries.c.id == delivery).values(outcome)
        await transact(self._engine, lambda connection: connection.execute(statement))

    async def find(self, delivery: str) -> Delivery | None:
        async with reading(self._engine) as connection:
            row = (await connection.execute(select(deliveries).where(deliveries.c.id == delivery))).one_or_none()
        return None if row is None else _delivery(row)

    async def forget(self, before: float) -> int:
        """Remove what was created before `before`; returns how many. Keeps the table bounded."""
        with suppress_instrumentation():
            old = delete(deliveries).where(deliveries.c.created_at < before)
            return (await transact(self._engine, lambda connection: connection.execute(old))).rowcount


def _unless_known(row: dict[str, Any]) -> Any:
    """A known key is the ordinary case of a retry: no error in the database, none on the trace."""
    return (
        insert(deliveries).prefix_with("OR IGNORE", dialect="sqlite").prefix_with("IGNORE", dialect="mysql").values(row)
    )


async def _claim_known(connection: AsyncConnection, order: Order, now: float) -> Decision:
    row = (await connection.execute(select(deliveries).where(deliveries.c.id == order.id))).one()
    known = Known(row.fingerprint, State(row.state), row.lease_until, row.reason)
    decision = decide(known, order.fingerprint, now)
    if not isinstance(decision, Send):
        return decision
    taken = await connection.execute(_takeover(order, known, row.attempts, now))
    return decision if taken.rowcount == 1 else InFlight(order.lease_s)


def _takeover(order: Order, known: Known, attempts: int, now: float) -> Any:
    unchanged = (
        (deliveries.c.id == order.id) & (deliveries.c.attempts == attempts) & (deliveries.c.state == known.state)
    )
    claim = {"state": State.SENDING, "lease_until": now + order.lease_s, "attempts": attempts + 1}
    return (
        update(deliveries).where(unchanged).values(claim | {"release": order.release, "message_id": order.message_id})
    )


def _delivery(row: Any) -> Delivery:
    fields = {name: getattr(row, name) for name in Delivery.__struct_fields__}
    return msgspec.convert(fields, Delivery)
