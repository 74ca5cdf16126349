"""A probe's answer comes with a later look, and nobody waits for it."""

from __future__ import annotations

import asyncio

from serinus.local.lifecycle import Answer, Sight
from serinus.local.objects import HttpGet, Running, TcpConnect
from serinus.local.ports import LOOPBACK, free_ports
from serinus.local.probes import Prober, ask
from tests.local.replicas import until


async def test_each_probe_asks_in_its_own_way() -> None:
    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 503 Busy\r\n\r\nno database\n")
        writer.close()

    server = await asyncio.start_server(busy, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    assert await ask(HttpGet("/readyz"), port) == Sight(answer=Answer.NO, said="no database")
    assert await ask(TcpConnect(), port) == Sight(answer=Answer.YES)
    server.close()
    nobody = next(free_ports(11500))
    assert await ask(HttpGet("/readyz"), nobody) == Sight(answer=Answer.SILENT)
    assert await ask(TcpConnect(), nobody) == Sight(answer=Answer.SILENT)
    assert await ask(Running(), 0) == Sight(answer=Answer.YES)


async def test_an_answer_is_given_once_and_asked_for_again_when_due() -> None:
    prober = Prober()

    def look(now: float) -> bool:
        return prober.look(7, Running(), 0, now, eager=False).answer is Answer.YES

    await until(lambda: look(1.0))
    assert not look(1.5)  # the next question is due a second later
    await asyncio.sleep(0)
    assert not look(1.9)
    await until(lambda: look(2.1))
    prober.forget(7)
