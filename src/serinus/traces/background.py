"""EDGE Questions to X-Ray beside the passes. In: calls that block. Out: their answers, later; one job a key at a time.
Threads of its own: an X-Ray that hangs holds up nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
AT_ONCE: Final = 2


class Background:
    """Everything but `call`'s argument runs in the event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="x-ray-background")
        self._jobs: dict[Hashable, asyncio.Task[None]] = {}

    def busy(self, key: Hashable) -> bool:
        """Whether a job of this key is under way."""
        return key in self._jobs

    def begin(self, key: Hashable, job: Coroutine[Any, Any, None]) -> None:
        """There must be none of this key; it handles its own errors."""
        self._jobs[key] = task = asyncio.create_task(job)
        task.add_done_callback(partial(self._ended, key))

    def _ended(self, key: Hashable, job: asyncio.Task[None]) -> None:
        del self._jobs[key]
        if not job.cancelled() and (error := job.exception()) is not None:
            log.error("%s: %r", key, error, exc_info=error)

    async def call(self, blocking: Callable[[], T]) -> T:
        """On a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, blocking)

    async def finished(self, key: Hashable) -> None:
        """Returns when no job of this key is under way."""
        if (job := self._jobs.get(key)) is not None:
            await asyncio.wait({job})

    async def idle(self) -> None:
        """Returns when nothing is under way."""
        while self._jobs:
            await asyncio.wait(self._jobs.values())
            await asyncio.sleep(0)
