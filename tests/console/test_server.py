from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import httpx2
import pytest

from serinus.console.server import opened, serve
from serinus.errors import PortTaken
from tests.console.builders import a_desk


async def test_it_listens_on_loopback_only_and_ends_with_its_listeners_open() -> None:
    desk, stop = a_desk(), asyncio.Event()
    where: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.ensure_future(serve(desk, 0, where.set_result, stop, signals=False))
    url = await asyncio.wait_for(where, 20)
    async with httpx2.AsyncClient(base_url=url) as client:
        await client.post("/api/v1/session", json={"token": desk.sessions.token()})
        async with client.stream("GET", "/api/v1/stream") as stream:
            lines = stream.aiter_lines()
            heard = [await anext(lines) for _ in range(2)]
            stop.set()
            with suppress(httpx2.HTTPError):
                async for _ in lines:
                    pass
    await asyncio.wait_for(serving, 20)

    assert url.startswith("http://127.0.0.1:")
    assert heard[1].startswith("event: ")


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortTaken, match="the console"):  # noqa: SIM117
        with opened(other.getsockname()[1]):
            pass
