"""An API whose questions are counted. In: an API, who counts. Out: the same answers; verb, kind and how it went.
What was refused is answered too: only questions without a usable answer have failed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from serinus.errors import ClusterError
from serinus.kube.api import Api, Subresource
from serinus.kube.kinds import Json, Kind

T = TypeVar("T")


class Counted:
    """`count` is called once a question: verb, plural of the kind, "answered" or "failed"."""

    def __init__(self, api: Api, count: Callable[[str, str, str], None]) -> None:
        self._api = api
        self._count = count

    async def get(self, kind: Kind, namespace: str, name: str) -> Json | None:
        return await self._counted("get", kind, self._api.get(kind, namespace, name))

    async def find(self, kind: Kind, namespace: str, labels: Mapping[str, str]) -> list[Json]:
        return await self._counted("list", kind, self._api.find(kind, namespace, labels))

    async def apply(self, kind: Kind, namespace: str, name: str, fields: Json, subresource: Subresource = "") -> bool:
        return await self._counted("apply", kind, self._api.apply(kind, namespace, name, fields, subresource))

    async def edit(self, kind: Kind, namespace: str, name: str, operations: list[Json]) -> bool:
        return await self._counted("patch", kind, self._api.edit(kind, namespace, name, operations))

    async def create(self, kind: Kind, namespace: str, document: Json) -> bool:
        return await self._counted("create", kind, self._api.create(kind, namespace, document))

    async def replace(self, kind: Kind, namespace: str, document: Json) -> bool:
        return await self._counted("replace", kind, self._api.replace(kind, namespace, document))

    async def delete(self, kind: Kind, namespace: str, name: str) -> None:
        await self._counted("delete", kind, self._api.delete(kind, namespace, name))

    async def _counted(self, verb: str, kind: Kind, answer: Awaitable[T]) -> T:
        try:
            found = await answer
        except ClusterError:
            self._count(verb, kind.plural, "failed")
            raise
        self._count(verb, kind.plural, "answered")
        return found
