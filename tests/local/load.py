"""A keep-alive client that counts: every request over the same few connections, each answer by name, each failure kept.
Written on asyncio streams so that nothing retries behind the test's back.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Self

from serinus.local.ports import LOOPBACK


class Connection:
    """One keep-alive connection; reopened, like any client's, when the server closed it between two requests."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, method: str = "GET", path: str = "/", host: str = "test") -> tuple[int, str]:
        reader, writer = await self._open()
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line[16:]) for line in head.split("\r\n") if line.lower().startswith("content-length: "))
        body = (await reader.readexactly(length)).decode()
        if "connection: close" in head.lower():
            self.close()
        return int(head.split(" ", 2)[1]), body

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self._streams = await asyncio.open_connection(LOOPBACK, self._port)
        return self._streams

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
        self._streams = None


async def ask(port: int, requests: int) -> Counter[str]:
    """So many requests over one connection: answers by name. Any status but 200 counts under its number."""
    connection = Connection(port)
    answers = [await connection.get() for _ in range(requests)]
    connection.close()
    return Counter(body if status == 200 else str(status) for status, body in answers)


class Load:
    """`async with Load(port, n)`: n connections ask without a pause, alternating GET and POST, until it ends."""

    def __init__(self, port: int, connections: int = 4) -> None:
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []
        self._port = port
        self._count = connections
        self._ended = False
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._ask()) for _ in range(self._count)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ended = True
        await asyncio.gather(*self._tasks)

    @property
    def total(self) -> int:
        return sum(self.answers.values())

    async def _ask(self) -> None:
        connection = Connection(self._port)
        while not self._ended:
            try:
                status, body = await connection.get("POST" if self.total % 2 else "GET")
            except (OSError, asyncio.IncompleteReadError) as error:
                self.failures.append(repr(error))
                connection.close()
                continue
            if status != 200:
                self.failures.append(f"{status} {body}")
            self.answers[body if status == 200 else str(status)] += 1
            await asyncio.sleep(0.002)
        connection.close()
