"""A small Notification for tests: a real HTTP server on loopback that says what it is told to and keeps what it got.

It counts connections, so that keep-alive can be seen, and can drop a connection instead of answering.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Saying:
    status: int = 200
    body: bytes = b""
    headers: tuple[str, ...] = ()
    hang_up: bool = False


@dataclass
class Upstream:
    port: int = 0
    sayings: deque[Saying] = field(default_factory=deque)
    requests: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await self._head(reader):
                saying = self.sayings.popleft() if self.sayings else Saying()
                length = next((int(line[16:]) for line in head.split("\r\n") if line.startswith("content-length: ")), 0)
                self.requests.append(head)
                self.bodies.append(await reader.readexactly(length))
                if saying.hang_up:
                    break
                writer.write(reply(saying))
                await writer.drain()
        finally:
            writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> str:
        try:
            return (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        except (asyncio.IncompleteReadError, ConnectionError):
            return ""


def reply(saying: Saying) -> bytes:
    lines = [f"HTTP/1.1 {saying.status} X", f"Content-Length: {len(saying.body)}", *saying.headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + saying.body


@asynccontextmanager
async def upstream() -> AsyncIterator[Upstream]:
    told = Upstream()
    server = await asyncio.start_server(told.converse, "127.0.0.1", 0)
    told.port = server.sockets[0].getsockname()[1]
    async with server:
        yield told
