"""The delivery store on both kinds of database: one claim wins, an outcome is kept, the old is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from notification.deciding import InFlight, OtherBody, Refused, Replay, Send, State
from notification.service import migrate, open_database
from notification.settings import NotificationSettings
from notification.store import DeliveryStore, Order
from tests.services.conftest import Database

ORDER = Order("key-1", "f" * 64, "V1", 1, "<key-1@omnitechsol.com>", lease_s=30.0)


@pytest.fixture
async def store(database: Database) -> AsyncIterator[DeliveryStore]:
    settings = NotificationSettings(**database.notification)
    await migrate(settings)
    engine = open_database(settings)
    yield DeliveryStore(engine)
    await engine.dispose()


async def test_of_many_claims_at_once_one_may_send(store: DeliveryStore) -> None:
    decisions = await asyncio.gather(*(store.claim(ORDER, 100.0) for _ in range(8)))

    assert sum(isinstance(decision, Send) for decision in decisions) == 1
    assert [d for d in decisions if not isinstance(d, Send)] == [InFlight(30.0)] * 7


async def test_after_a_crash_one_of_many_takes_over_when_the_lease_ends(store: DeliveryStore) -> None:
    await store.claim(ORDER, 100.0)

    assert await store.claim(ORDER, 129.0) == InFlight(1.0)
    decisions = await asyncio.gather(*(store.claim(ORDER, 130.0) for _ in range(8)))
    assert sum(isinstance(decision, Send) for decision in decisions) == 1


@pytest.mark.parametrize(
    ("state", "decision"),
    [(State.ACCEPTED, Replay()), (State.REJECTED, Refused("554 no")), (State.FAILED, Send())],
)
async def test_an_outcome_decides_the_next_claim(store: DeliveryStore, state: State, decision: object) -> None:
    await store.claim(ORDER, 100.0)
    await store.finish("key-1", state, "554 no", 101.0)

    assert await store.claim(ORDER, 102.0) == decision


async def test_the_other_release_finds_the_claim_and_another_body_is_seen(store: DeliveryStore) -> None:
    await store.claim(ORDER, 100.0)
    await store.finish("key-1", State.ACCEPTED, "ok", 101.0)

    assert await store.claim(msgspec.structs.replace(ORDER, release="V2"), 102.0) == Replay()
    assert await store.claim(msgspec.structs.replace(ORDER, fingerprint="0" * 64), 102.0) == OtherBody()


async def test_a_delivery_is_found_as_it_ended(store: DeliveryStore) -> None:
    await store.claim(ORDER, 100.0)
    await store.finish("key-1", State.FAILED, "x" * 1000, 101.0)
    await store.claim(msgspec.structs.replace(ORDER, release="V2"), 102.0)
    await store.finish("key-1", State.ACCEPTED, "250 ok", 103.0)

    found = await store.find("key-1")

    assert found is not None
    assert (found.state, found.attempts, found.release, found.reason) == (State.ACCEPTED, 2, "V2", "250 ok")
    assert (found.created_at, found.finished_at) == (100.0, 103.0)
    assert await store.find("key-2") is None


async def test_keys_differ_by_case_on_either_database(store: DeliveryStore) -> None:
    await store.claim(ORDER, 100.0)

    assert await store.claim(msgspec.structs.replace(ORDER, id="KEY-1"), 100.0) == Send()


async def test_the_old_is_forgotten(store: DeliveryStore) -> None:
    await store.claim(ORDER, 100.0)
    await store.claim(msgspec.structs.replace(ORDER, id="key-2"), 200.0)

    assert await store.forget(150.0) == 1
    assert (await store.find("key-1"), (await store.find("key-2")) is None) == (None, False)
