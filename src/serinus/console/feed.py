"""EDGE News for every open page. In: documents that changed. Out: server-sent events, replayable by id for a while.
Silence is never health: a beat comes every few seconds, so that a page can tell a quiet release from a lost line.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec

KEPT = 512
BEAT_S = 5.0
MOST_LISTENERS = 64


class News(msgspec.Struct, frozen=True):
    """One event: its place in the order, its kind, its JSON; for those who may see the namespace, "" for everybody."""

    number: int
    kind: str
    data: bytes
    namespace: str = ""


class Audience(msgspec.Struct, frozen=True):
    """A listener: which namespaces they see, and whether they are still let in."""

    sees: Callable[[str], Awaitable[bool]]
    present: Callable[[], bool]


async def _all(_: str) -> bool:
    return True


EVERYBODY = Audience(_all, lambda: True)


class Feed:
    """Numbers are this process's own: an id of another process is answered with `reset`."""

    def __init__(self) -> None:
        self.boot = secrets.token_hex(4)
        self.listeners = 0
        self._number = 0
        self._kept: deque[News] = deque(maxlen=KEPT)
        self._wake = asyncio.Event()

    def push(self, kind: str, document: object, namespace: str = "") -> None:
        """Tell everybody who may see this namespace."""
        self._number += 1
        self._kept.append(News(self._number, kind, msgspec.json.encode(document), namespace))
        self._wake.set()
        self._wake = asyncio.Event()

    def after(self, number: int) -> tuple[News, ...] | None:
        """What came after this number; None when that is no longer known."""
        if number > self._number or (self._kept and number < self._kept[0].number - 1):
            return None
        return tuple(news for news in self._kept if news.number > number)

    async def listen(
        self, last_id: str, clock: Callable[[], float], audience: Audience = EVERYBODY, beat_s: float = BEAT_S
    ) -> AsyncIterator[bytes]:
        """Events as the wire wants them, until the listener goes or may no longer listen."""
        self.listeners += 1
        try:
            seen = self._resumed(last_id)
            if seen is None:
                seen = self._number
                yield self._event(seen, "reset", b"{}")
            while audience.present():
                wake, last = self._wake, self._number
                news = self.after(seen)
                for one in news or ():
                    if await audience.sees(one.namespace):
                        yield self._event(one.number, one.kind, one.data)
                if not audience.present():
                    return
                if news is None:
                    yield self._event(last, "reset", b"{}")
                seen = last  # what is pushed while this is told is told in the next round
                if wake is not self._wake:
                    continue
                try:
                    await asyncio.wait_for(wake.wait(), beat_s)
                except TimeoutError:
                    yield self._event(seen, "beat", msgspec.json.encode({"now": clock()}))
        finally:
            self.listeners -= 1

    def _resumed(self, last_id: str) -> int | None:
        """The number in an id of ours; None: begin anew."""
        boot, _, number = last_id.partition("-")
        if boot != self.boot or not number.isdecimal() or len(number) > 18:
            return None
        return int(number) if self.after(int(number)) is not None else None

    def _event(self, number: int, kind: str, data: bytes) -> bytes:
        return f"id: {self.boot}-{number}\nevent: {kind}\ndata: ".encode() + data + b"\n\n"
