"""EDGE The demo's users: load through the TLS entry at a fixed rate. In: where, how fast. Out: a tally of the answers.
Open loop: a slow answer does not slow the next request down; beyond 64 at once a request is skipped, and counted.
"""

from __future__ import annotations

import asyncio
import math
import ssl
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx2
from msgspec import Struct

from serinus.local.ports import LOOPBACK
from serinus.local.requests import Ask, Meaning, ask, meaning, version

AT_ONCE = 64
TIMEOUT_S = 10.0
LATEST_S = 1.0  # so far behind its calendar the load starts a new one instead of making a burst
BIN = math.log(1.02)


class Target(Struct, frozen=True):
    """The entry on loopback: its port, the name it proves to be, and the authority that says so."""

    port: int
    host: str
    authority: Path


class Rate(Struct, frozen=True):
    """Requests and, among them, creations of users in a second. `most`: no more requests than this, 0: no limit."""

    requests: float = 40.0
    creations: float = 1.0
    most: int = 0

    @property
    def creation_every(self) -> int:
        return max(1, round(self.requests / self.creations)) if self.creations else 0


@dataclass
class Tally:
    """Counts since the start. `latency`: bin floor(log(seconds)/log(1.02)) -> requests. `created`: addresses of users
    whose creation was answered 200, so whose mail is owed. `doubtful`: of those whose creation was not; they may exist
    all the same. `skipped`: not sent, too many were waiting.
    """

    total: int = 0
    failures: int = 0
    version_faults: int = 0
    skipped: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    latency: Counter[int] = field(default_factory=Counter)
    created: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)

    def add(self, asked: Ask, status: int, body: bytes, seconds: float) -> None:
        """One answer."""
        self.total += 1
        self.statuses[str(status)] += 1
        self.latency[math.floor(math.log(max(seconds, 1e-6)) / BIN)] += 1
        if name := version(asked.path, body):
            self.versions[name] += 1
        match meaning(status, body):
            case Meaning.VERSION_FAULT:
                self.version_faults += 1
            case Meaning.FAILURE:
                self.failures += 1
            case Meaning.OK if asked.address:
                self.created.append(asked.address)
        if asked.address and status >= 400:
            self.doubtful.append(asked.address)

    def known(self, mailed: set[str]) -> set[str]:
        """Addresses of users who exist: their creation was answered, or they got the mail of it."""
        return {*self.created, *mailed.intersection(self.doubtful)}

    def add_error(self, asked: Ask, error: Exception) -> None:
        """No answer at all."""
        if asked.address:
            self.doubtful.append(asked.address)
        self.total += 1
        self.failures += 1
        self.statuses[type(error).__name__] += 1

    def quantile(self, share: float) -> float | None:
        """Seconds within which this share of the answers came, to 2 %; None without any."""
        left = share * self.latency.total()
        for place, count in sorted(self.latency.items()):
            left -= count
            if left <= 0:
                return math.exp((place + 1) * BIN)
        return None


class Traffic:
    """`async with Traffic(target, rate, run)`: load until the end; `tally` is the count so far."""

    def __init__(self, target: Target, rate: Rate, run: str) -> None:
        self.tally = Tally()
        self._rate = rate
        self._run = run
        self._ended = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._host = target.host
        self._client = client(target)

    async def __aenter__(self) -> Self:
        self._pace = asyncio.create_task(self._send_on_time(), name="traffic")
        return self

    async def __aexit__(self, *_: object) -> None:
        """No new requests; those under way get their answers."""
        self._ended.set()
        try:
            await self._pace
            await asyncio.gather(*self._under_way)
        finally:
            await self._client.aclose()

    async def _send_on_time(self) -> None:
        start, number = time.monotonic(), 0
        while not self._ended.is_set() and (not self._rate.most or number < self._rate.most):
            early = start + number / self._rate.requests - time.monotonic()
            if early < -LATEST_S:
                start -= early
            if early > 0 and await self._ended_within(early):
                return
            self._launch(ask(number, self._rate.creation_every, self._run))
            number += 1
            await asyncio.sleep(0)

    async def _ended_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._ended.wait()
        except TimeoutError:
            return False

    def _launch(self, asked: Ask) -> None:
        if len(self._under_way) >= AT_ONCE:
            self.tally.skipped += 1
            return
        task = asyncio.create_task(self._send(asked))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _send(self, asked: Ask) -> None:
        began = time.monotonic()
        try:
            answer = await self._client.request(
                asked.method, asked.path, content=asked.body or None, extensions={"sni_hostname": self._host}
            )
        except (httpx2.HTTPError, OSError) as error:
            self.tally.add_error(asked, error)
            return
        self.tally.add(asked, answer.status_code, answer.content, time.monotonic() - began)


def client(target: Target) -> httpx2.AsyncClient:
    """Connects to loopback, and accepts nobody who cannot prove to be the target's host."""
    return httpx2.AsyncClient(
        base_url=f"https://{LOOPBACK}:{target.port}",
        headers={"Host": f"{target.host}:{target.port}", "Content-Type": "application/json"},
        verify=ssl.create_default_context(cafile=str(target.authority)),
        timeout=TIMEOUT_S,
        limits=httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
        trust_env=False,
    )
