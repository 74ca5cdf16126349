"""EDGE Asking replicas whether they are ready, without anybody waiting for an answer. In: probe, port. Out: answers.
One question at a time to each process: eagerly while it starts, every second once it is ready.
"""

from __future__ import annotations

import asyncio

from serinus.local.lifecycle import Answer, Sight
from serinus.local.loopback import accepts, get
from serinus.local.objects import HttpGet, Probe, TcpConnect

EAGER_S, CALM_S = 0.1, 1.0
PATIENCE_S = 3.0  # a laptop under load is slow to answer, and none the worse for it


LONGEST = 200  # characters of a reason
NOTHING = Sight()


class Prober:
    """Questions under way, by process id."""

    def __init__(self) -> None:
        self._asked: dict[int, asyncio.Task[Sight]] = {}
        self._due: dict[int, float] = {}

    def look(self, pid: int, probe: Probe, port: int, now: float, *, eager: bool) -> Sight:
        """The answer that came since the last look, if any; asks anew when it is time."""
        asked = self._asked.get(pid)
        if asked is None:
            if now >= self._due.get(pid, 0.0):
                self._asked[pid] = asyncio.create_task(ask(probe, port))
            return NOTHING
        if not asked.done():
            return NOTHING
        del self._asked[pid]
        self._due[pid] = now + (EAGER_S if eager else CALM_S)
        return asked.result()

    def forget(self, pid: int) -> None:
        """The process is gone."""
        self._due.pop(pid, None)
        if asked := self._asked.pop(pid, None):
            asked.cancel()


async def ask(probe: Probe, port: int) -> Sight:
    """One question. A refused connection or no answer is SILENT; any answer but 200 is NO, and its body the reason."""
    match probe:
        case HttpGet(path):
            reply = await get(port, path, PATIENCE_S)
            if reply is None:
                return Sight(answer=Answer.SILENT)
            if reply.status != 200:
                return Sight(answer=Answer.NO, said=reply.body.decode(errors="replace").strip()[:LONGEST])
        case TcpConnect():
            if not await accepts(port, PATIENCE_S):
                return Sight(answer=Answer.SILENT)
    return Sight(answer=Answer.YES)
