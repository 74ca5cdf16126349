"""The HTTP room: refusals as boto3 reads them, failures of the store as 500, never a stack trace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from serinus.errors import StoreError
from serinus.tracestore.api import Throttle, app
from serinus.tracestore.operations import Operation
from serinus.tracestore.telemetry import Telemetry
from serinus.tracestore.wire import Refused


@asynccontextmanager
async def nothing(_: Starlette) -> AsyncIterator[None]:
    yield


def serving(
    answer: Callable[[bytes], Any], settled: list[str], every: int = 0, *, settles: bool = False
) -> httpx2.AsyncClient:
    """One reading operation at /Ask."""
    health = lambda: Telemetry().health(dropped=0, queued=0, receive_buffer=1)  # noqa: E731
    asked = {"/Ask": Operation("Ask", answer, settles=settles)}
    room = app(asked, bytes, lambda: settled.append("x"), health, Throttle(every), nothing)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=room), base_url="http://x-ray")


async def test_a_read_that_settles_itself_is_left_alone() -> None:
    settled: list[str] = []
    async with serving(len, settled, settles=True) as client:
        assert (await client.post("/Ask", content=b"abc")).json() == 3
    assert settled == []


async def test_a_read_settles_first() -> None:
    settled: list[str] = []
    async with serving(lambda body: {"size": len(body), "settled": len(settled)}, settled) as client:
        assert (await client.post("/Ask", content=b"abc")).json() == {"size": 3, "settled": 1}


async def test_a_store_that_fails_is_a_500_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: bytes) -> None:
        raise StoreError("disk gone")

    async with serving(broken, []) as client:
        answer = await client.post("/Ask")
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (500, "InternalFailure")
    assert answer.json() == {"Message": "disk gone"}
    assert "Ask failed" in caplog.text


async def test_each_nth_read_is_throttled() -> None:
    async with serving(lambda _: {}, [], every=3) as client:
        answers = [(await client.post("/Ask")).status_code for _ in range(6)]
    assert answers == [200, 200, 429, 200, 200, 429]


async def test_an_unknown_path_is_named() -> None:
    async with serving(lambda _: {}, []) as client:
        answer = await client.get("/Elsewhere")
    assert (answer.status_code, answer.json()) == (404, {"Message": "this X-Ray does not know GET /Elsewhere"})


def test_zero_never_throttles() -> None:
    throttle = Throttle(0)
    for _ in range(10):
        throttle.check()
    with pytest.raises(Refused, match="Rate exceeded"):
        Throttle(1).check()
