"""EDGE Asking replicas whether they are ready, without anybody waiting for an answer. In: probe, port. Out: answers.
One question at a time to each process: eagerly while it starts, every second once it is ready.
"""

from __future__ import annotations

import asyncio

from serinus.local.lifecycle import Answer
from serinus.local.loopback import accepts, get
from serinus.local.objects import HttpGet, Probe, TcpConnect

EAGER_S, CALM_S = 0.1, 1.0
PATIENCE_S = 3.0  # a laptop under load is slow to answer, and none the worse for it


class Prober:
    """Questions under way, by process id."""

    def __init__(self) -> None:
        self._asked: dict[int, asyncio.Task[Answer]] = {}
        self._due: dict[int, float] = {}

    def answer(self, pid: int, probe: Probe, port: int, now: float, *, eager: bool) -> Answer | None:
        """The answer that came since the last call, if any; asks anew when it is time."""
        asked = self._asked.get(pid)
        if asked is None:
            if now >= self._due.get(pid, 0.0):
                self._asked[pid] = asyncio.create_task(ask(probe, port))
            return None
        if not asked.done():
            return None
        del self._asked[pid]
        self._due[pid] = now + (EAGER_S if eager else CALM_S)
        return asked.result()

    def forget(self, pid: int) -> None:
        """The process is gone."""
        self._due.pop(pid, None)
        if asked := self._asked.pop(pid, None):
            asked.cancel()


async def ask(probe: Probe, port: int) -> Answer:
    """One question. A refused connection or no answer is SILENT; any answer but 200 is NO."""
    match probe:
        case HttpGet(path):
            reply = await get(port, path, PATIENCE_S)
            if reply is None:
                return Answer.SILENT
            return Answer.YES if reply.status == 200 else Answer.NO
        case TcpConnect():
            return Answer.YES if await accepts(port, PATIENCE_S) else Answer.SILENT
    return Answer.YES
