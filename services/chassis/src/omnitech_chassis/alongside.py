"""EDGE. Work that goes on beside the requests flows in; it is told to stop and may finish what it has in hand.

Cutting it off at any point would be safe too (leases end), but would leave that work to be done twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

FINISH_WITHIN_S = 10.0
Work = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


@asynccontextmanager
async def alongside(work: Work, finish_within_s: float = FINISH_WITHIN_S) -> AsyncIterator[None]:
    """Run `work(stopping)` while the block is open, then set `stopping` and wait for the work to end."""
    stopping = asyncio.Event()
    task = asyncio.create_task(work(stopping))
    try:
        yield
    finally:
        stopping.set()
        await asyncio.wait({task}, timeout=finish_within_s)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def first_of(seconds: float, *waits: Callable[[], Awaitable[object]]) -> None:
    """Return as soon as one of `waits` does, after `seconds` at the latest."""
    tasks = [asyncio.ensure_future(wait()) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
