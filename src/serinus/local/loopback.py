"""EDGE One GET to a neighbour on loopback, as cheap as can be. In: port and path. Out: status and body, or None.
HTTP/1.0, so the answer is neither chunked nor kept alive; probes ask like this many times a second.
"""

from __future__ import annotations

import asyncio

from msgspec import Struct

from serinus.local.ports import LOOPBACK

LIMIT = 4 * 1024 * 1024


class Reply(Struct, frozen=True):
    """An answer; `body` is at most 4 MiB."""

    status: int
    body: bytes


async def get(port: int, path: str, timeout_s: float = 1.0) -> Reply | None:
    """None: refused, broken off, not HTTP, or later than `timeout_s`."""
    try:
        async with asyncio.timeout(timeout_s):
            return as_reply(await _exchange(port, f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()))
    except (OSError, TimeoutError):
        return None


async def accepts(port: int, timeout_s: float = 1.0) -> bool:
    """True if the port takes a connection in time."""
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(LOOPBACK, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def as_reply(answer: bytes) -> Reply | None:
    """Read a whole HTTP/1.x answer; None if it is none."""
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n", 1)[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        return None
    return Reply(int(words[1]), body)


async def _exchange(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(request)
        answer = bytearray()
        while len(answer) < LIMIT and (piece := await reader.read(65536)):
            answer += piece
        return bytes(answer)
    finally:
        writer.close()
