"""Calls carry the trace on, reuse connections unless told not to, and fail as values with their cause."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from opentelemetry.sdk.trace import TracerProvider

from tests.services.process import free_port
from tests.services.serving import recording
from tests.services.user_management.upstream import Saying, Upstream
from user_management.notification_client import NotificationClient, Reply, Unreachable
from user_management.outbox import Answer, Letter

LETTER = Letter("3f0c2a52", b'{"subject": "x"}', "", 0.0, 0.0)


@asynccontextmanager
async def client_of(
    port: int, *, keep_alive: bool = True, provider: TracerProvider | None = None, read_s: float = 10
) -> AsyncIterator[NotificationClient]:
    timeout = httpx2.Timeout(read_s, connect=2)
    client = NotificationClient(f"http://127.0.0.1:{port}", timeout, provider or recording()[0], keep_alive=keep_alive)
    yield client
    await client.close()


async def test_a_reply_keeps_body_and_media_type(told: Upstream) -> None:
    told.sayings.append(Saying(200, b"{}", ("Content-Type: application/json",)))
    async with client_of(told.port) as client:
        assert await client.get("/notification/xray") == Reply(b"{}", "application/json")


@pytest.mark.parametrize(("keep_alive", "connections"), [(True, 1), (False, 3)])
async def test_connections_are_reused_unless_told_not_to(told: Upstream, keep_alive: bool, connections: int) -> None:
    async with client_of(told.port, keep_alive=keep_alive) as client:
        for _ in range(3):
            await client.get("/notification/xray")

    assert told.connections == connections


async def test_a_kept_connection_that_was_closed_is_replaced(told: Upstream) -> None:
    told.sayings.extend([Saying(), Saying(hang_up=True), Saying(200, b"again")])
    async with client_of(told.port) as client:
        await client.get("/notification/xray")
        assert await client.get("/notification/xray") == Reply(b"again", "text/plain")


async def test_an_error_status_is_a_failure_that_names_it(told: Upstream) -> None:
    told.sayings.append(Saying(503))
    async with client_of(told.port) as client:
        assert await client.get("/notification/info") == Unreachable(
            "Notification answered 503 to GET /notification/info"
        )


async def test_nobody_there_is_a_failure_that_says_so() -> None:
    async with client_of(free_port()) as client:
        failed = await client.get("/notification/info")
        answer = await client.send(LETTER)

    assert isinstance(failed, Unreachable)
    assert failed.cause.startswith("Notification is unreachable: ConnectError")
    assert (answer.status, answer.words) == (0, failed.cause)


async def test_sending_carries_key_body_and_trace(told: Upstream) -> None:
    provider, exporter = recording()
    tracer = provider.get_tracer("test")
    async with client_of(told.port, provider=provider) as client:
        with tracer.start_as_current_span("request"):
            assert await client.send(LETTER) == Answer(200)

    call = next(span for span in exporter.get_finished_spans() if span.name == "POST")
    assert 'idempotency-key: "3f0c2a52"' in told.requests[0]
    assert f"parent={call.context.span_id:016x};sampled=1" in told.requests[0]
    assert told.bodies == [LETTER.body]


async def test_a_refusal_brings_its_detail_and_the_wished_pause(told: Upstream) -> None:
    told.sayings.append(Saying(429, b'{"detail": "throttling"}', ("Retry-After: 10",)))
    told.sayings.append(Saying(502, b"<html>"))
    async with client_of(told.port) as client:
        assert await client.send(LETTER) == Answer(429, "throttling", 10.0)
        assert await client.send(LETTER) == Answer(502, "<html>")
