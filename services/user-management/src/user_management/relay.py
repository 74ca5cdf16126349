"""EDGE. Due letters flow out of the outbox to Notification, their fates flow back; runs as long as the service does.

Wakes at once when a creation commits, and now and then for what other processes left behind.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from omnitech_chassis.alongside import first_of
from omnitech_chassis.logs import log
from omnitech_chassis.tracing import continuing
from user_management.notification_client import NotificationClient
from user_management.outbox import Again, Dead, Delivered, Fate, Letter, Patience, fate
from user_management.outbox_store import OutboxStore


class Pace(msgspec.Struct, frozen=True):
    """How many letters are in hand at once, for how long, and how often an idle relay looks; seconds."""

    concurrency: int
    lease_s: float
    poll_s: float


class Relay:
    def __init__(
        self,
        store: OutboxStore,
        notification: NotificationClient,
        patience: Patience,
        pace: Pace,
        clock: Callable[[], float],
    ) -> None:
        self._store, self._notification, self._patience, self._pace = store, notification, patience, pace
        self._clock = clock
        self._dice = random.Random()  # noqa: S311 -- spreads retries, keeps no secrets
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Tell the relay that a letter has been committed."""
        self._news.set()

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            self._news.clear()
            if await self._work() == 0:
                await first_of(self._pace.poll_s, self._news.wait, stopping.wait)

    async def _work(self) -> int:
        """Claim what is due and see to it; returns how many letters that were."""
        try:
            letters = await self._store.claim(self._pace.concurrency, self._clock(), self._pace.lease_s)
        except (SQLAlchemyError, OSError) as down:
            log("relay").warning("the outbox cannot be reached", reason=type(down).__name__)
            return 0
        await asyncio.gather(*(self._see_to(letter) for letter in letters))
        return len(letters)

    async def _see_to(self, letter: Letter) -> None:
        """Whatever goes wrong with one letter, the relay goes on; the lease brings the letter back."""
        with continuing(letter.trace):
            try:
                decided = await self._deliver(letter)
                await self._store.settle(letter, decided, self._clock())
            except Exception as trouble:  # noqa: BLE001 -- a dead relay would lose every later mail
                log("relay").error("mail left for the next claim", outbox_id=letter.id, exc_info=trouble)

    async def _deliver(self, letter: Letter) -> Fate:
        answer = await self._notification.send(letter)
        decided = fate(letter, answer, self._patience, self._clock(), self._dice.random())
        noted = log("relay").bind(outbox_id=letter.id, attempts=letter.attempts)
        match decided:
            case Dead(reason=reason):
                noted.error("mail given up", reason=reason)
            case Again(reason=reason):
                noted.warning("mail postponed", reason=reason)
            case Delivered():
                noted.info("mail handed over")
        return decided
