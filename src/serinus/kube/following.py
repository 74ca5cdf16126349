"""EDGE Objects of one kind as the cluster has them now. In: the Kubernetes API. Out: the objects, or since when not.
Listed once, then watched; listed again where the watch ends, its version is too old, or nothing was heard for a while:
a watch may be cut without a word, and silence is never taken for health.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol

from serinus.errors import ClusterError
from serinus.kube.kinds import Json, Kind

QUIET_S: Final = 10.0
STALE_S: Final = 30.0
RETRY_S: Final = 2.0
DELETED: Final = "DELETED"
Key = tuple[str, str]
log = logging.getLogger(__name__)


class Source(Protocol):
    """What is asked of Kubernetes here; each may raise ClusterError. See `kube.api`."""

    async def listed(self, kind: Kind, namespace: str) -> tuple[list[Json], str]: ...

    def watch(self, kind: Kind, namespace: str, version: str, quiet_s: float) -> AsyncIterator[tuple[str, Json]]: ...


class Following:
    """All objects of `kind` in `namespace`, `*` for all, from the first question until `stop`. `clock`: s."""

    def __init__(self, source: Source, kind: Kind, namespace: str, clock: Callable[[], float]) -> None:
        self._source, self._kind, self._namespace, self._clock = source, kind, namespace, clock
        self._objects: dict[Key, Json] = {}
        self._heard = clock()
        self._trouble: ClusterError | None = None
        self._looked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def objects(self) -> dict[Key, Json]:
        """By namespace and name. ClusterError: they cannot be read, or nothing was heard for longer than STALE_S."""
        if self._task is None:
            self._task = asyncio.create_task(self._follow())
        await self._looked.wait()
        if self._task.done():
            self._task.result()
        if self._trouble:
            raise self._trouble
        if (age := self._clock() - self._heard) > STALE_S:
            raise ClusterError(f"watch {self._kind.plural} in {self._namespace}: nothing heard for {age:.0f} s")
        return self._objects

    async def stop(self) -> None:
        """The watch is closed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _follow(self) -> None:
        try:
            while True:
                await self._listed_and_watched()
        finally:
            self._looked.set()

    async def _listed_and_watched(self) -> None:
        try:
            found, version = await self._source.listed(self._kind, self._namespace)
        except ClusterError as error:
            self._trouble = error
            self._looked.set()
            await asyncio.sleep(RETRY_S)
            return
        self._objects = {key_of(one): one for one in found}
        self._said()
        began = self._clock()
        await self._watch(version)
        if self._clock() - began < RETRY_S:  # a server that ends each watch at once is not asked without pause
            await asyncio.sleep(RETRY_S)

    async def _watch(self, version: str) -> None:
        """Until the watch ends. One that cannot be had is no trouble yet: the list that follows tells."""
        try:
            async for word, one in self._source.watch(self._kind, self._namespace, version, QUIET_S):
                if word == DELETED:
                    self._objects.pop(key_of(one), None)
                else:
                    self._objects[key_of(one)] = one
                self._said()
        except ClusterError as error:
            log.warning("%s", error)

    def _said(self) -> None:
        self._heard, self._trouble = self._clock(), None
        self._looked.set()


def key_of(document: Json) -> Key:
    metadata = document["metadata"]
    return str(metadata.get("namespace", "")), str(metadata["name"])
