"""A probe's answer comes with a later look, and nobody waits for it."""

from __future__ import annotations

import asyncio

from serinus.local.lifecycle import Answer
from serinus.local.objects import HttpGet, Running, TcpConnect
from serinus.local.ports import LOOPBACK, free_ports
from serinus.local.probes import Prober, ask
from tests.local.replicas import until


async def test_each_probe_asks_in_its_own_way() -> None:
    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 503 Busy\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(busy, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    assert await ask(HttpGet("/readyz"), port) is Answer.NO
    assert await ask(TcpConnect(), port) is Answer.YES
    server.close()
    nobody = next(free_ports(11500))
    assert await ask(HttpGet("/readyz"), nobody) is Answer.SILENT
    assert await ask(TcpConnect(), nobody) is Answer.SILENT
    assert await ask(Running(), 0) is Answer.YES


async def test_an_answer_is_given_once_and_asked_for_again_when_due() -> None:
    prober = Prober()
    seen: list[Answer | None] = []

    def look(now: float) -> bool:
        seen.append(prober.answer(7, Running(), 0, now, eager=False))
        return seen[-1] is Answer.YES

    await until(lambda: look(1.0))
    assert not look(1.5)  # the next question is due a second later
    await asyncio.sleep(0)
    assert not look(1.9)
    await until(lambda: look(2.1))
    prober.forget(7)
