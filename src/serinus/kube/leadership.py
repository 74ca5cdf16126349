"""EDGE Leadership by a Lease. In: the API, our name. Out: whether we may act now, and a fence around writes.
A leader that cannot renew stops acting before any other may begin: it gives up after 5 s, the Lease lasts 12.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping

from serinus.errors import ClusterError
from serinus.kube.api import Api, Subresource
from serinus.kube.kinds import LEASE, Json, Kind
from serinus.kube.lease import GIVE_UP_S, NAME, RENEW_S, TRY_S, Sighted, free, given_up, sighted, taken

log = logging.getLogger(__name__)


class Leadership:
    """One candidate. `heard`: when Kubernetes last answered, s on the steady clock."""

    def __init__(self, api: Api, namespace: str, me: str) -> None:
        self._api = api
        self._namespace = namespace
        self._me = me
        self._seen = Sighted()
        self._renewed = -GIVE_UP_S
        self.heard = -GIVE_UP_S

    def holds(self) -> bool:
        """Whether we may act at this moment."""
        return time.monotonic() - self._renewed < GIVE_UP_S

    async def acquire(self) -> None:
        """Returns once we lead."""
        while not await self._take():
            await asyncio.sleep(TRY_S)
        log.info("%s leads", self._me)

    async def keep(self) -> None:
        """Returns once leadership is lost."""
        while self.holds():
            await asyncio.sleep(RENEW_S)
            await self._take()
        log.error("%s could not renew its lease and stops", self._me)

    async def release(self) -> None:
        """Let a standby begin at once."""
        self._renewed = -GIVE_UP_S
        try:
            lease = await self._api.get(LEASE, self._namespace, NAME)
            if lease and lease["spec"].get("holderIdentity") == self._me:
                await self._api.replace(LEASE, self._namespace, given_up(lease))
        except ClusterError as error:
            log.warning("the lease runs out by itself: %s", error)

    async def _take(self) -> bool:
        """One try; what counts is when it began."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(GIVE_UP_S):
                done = await self._write()
        except (ClusterError, TimeoutError) as error:
            log.warning("lease: %s %s", type(error).__name__, error)
            return False
        if done:
            self._renewed = began
        return done

    async def _write(self) -> bool:
        lease = await self._api.get(LEASE, self._namespace, NAME)
        self.heard = time.monotonic()
        self._seen = sighted(self._seen, lease, self.heard)
        if not free(self._seen, self._me, self.heard):
            return False
        document = taken(lease, self._me, self._namespace, time.time())
        write = self._api.replace if lease else self._api.create
        return await write(LEASE, self._namespace, document)


class Alone:
    """Without election: whoever starts one operator only leads at once."""

    heard = float("inf")

    def holds(self) -> bool:
        return True

    async def acquire(self) -> None:
        """At once."""

    async def keep(self) -> None:
        """For ever."""
        await asyncio.Event().wait()

    async def release(self) -> None:
        """Nobody waits."""


class Fenced:
    """An API that writes nothing once leadership is gone."""

    def __init__(self, api: Api, leadership: Leadership | Alone) -> None:
        self._api = api
        self._leadership = leadership

    async def get(self, kind: Kind, namespace: str, name: str) -> Json | None:
        return await self._api.get(kind, namespace, name)

    async def find(self, kind: Kind, namespace: str, labels: Mapping[str, str]) -> list[Json]:
        return await self._api.find(kind, namespace, labels)

    async def apply(self, kind: Kind, namespace: str, name: str, fields: Json, subresource: Subresource = "") -> bool:
        self._check()
        return await self._api.apply(kind, namespace, name, fields, subresource)

    async def edit(self, kind: Kind, namespace: str, name: str, operations: list[Json]) -> bool:
        self._check()
        return await self._api.edit(kind, namespace, name, operations)

    async def create(self, kind: Kind, namespace: str, document: Json) -> bool:
        self._check()
        return await self._api.create(kind, namespace, document)

    async def replace(self, kind: Kind, namespace: str, document: Json) -> bool:
        self._check()
        return await self._api.replace(kind, namespace, document)

    async def delete(self, kind: Kind, namespace: str, name: str) -> None:
        self._check()
        await self._api.delete(kind, namespace, name)

    def _check(self) -> None:
        if not self._leadership.holds():
            raise ClusterError("this operator leads no more")
