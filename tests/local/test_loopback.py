"""A neighbour's answer is read whole; whatever is no answer is None."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from serinus.local.loopback import Reply, accepts, as_reply, get
from serinus.local.ports import LOOPBACK, free_ports


@pytest.fixture
async def silent_port() -> AsyncIterator[int]:
    """Takes connections and never says a word."""
    ended = asyncio.Event()

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    server = await asyncio.start_server(hold, LOOPBACK, 0)
    yield server.sockets[0].getsockname()[1]
    ended.set()
    server.close()


def test_an_answer_is_status_and_body() -> None:
    assert as_reply(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nyes") == Reply(200, b"yes")
    assert as_reply(b"HTTP/1.0 503 Service Unavailable\r\n\r\n") == Reply(503, b"")


@pytest.mark.parametrize("noise", [b"", b"220 smtp-service ESMTP\r\n", b"HTTP/1.1", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_not_http_is_no_answer(noise: bytes) -> None:
    assert as_reply(noise) is None


async def test_a_port_without_a_server_and_one_without_an_answer_give_none(silent_port: int) -> None:
    assert await get(silent_port, "/", timeout_s=0.05) is None
    assert await get(next(free_ports(11000)), "/") is None
    assert await accepts(silent_port)
    assert not await accepts(next(free_ports(11000)))
