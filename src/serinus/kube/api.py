"""EDGE The Kubernetes API, as far as the operator needs it. In: kinds, names, JSON. Out: plain JSON, or ClusterError.
Not there, there already and conflict are answers, no errors: each pass starts from a fresh read anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

import httpx2
from lightkube.config.kubeconfig import KubeConfig, SingleConfig
from lightkube.core.async_client import AsyncClient
from lightkube.core.exceptions import ApiError, ConfigError
from lightkube.generic_resource import create_namespaced_resource
from lightkube.types import PatchType

from serinus.errors import ClusterError, InvalidInput, NotStorable
from serinus.kube.kinds import FIELD_MANAGER, Json, Kind

Subresource = Literal["", "status", "scale"]
NOT_FOUND, CONFLICT, GONE, TOO_LARGE, INVALID = 404, 409, 410, 413, 422
SECONDS = 5.0


class Api(Protocol):
    """Everything the operator ever asks of Kubernetes. Every call may raise ClusterError."""

    async def get(self, kind: Kind, namespace: str, name: str) -> Json | None:
        """The object; None: there is none, or no such kind."""

    async def find(self, kind: Kind, namespace: str, labels: Mapping[str, str]) -> list[Json]:
        """All objects of the namespace with these labels."""

    async def apply(self, kind: Kind, namespace: str, name: str, fields: Json, subresource: Subresource = "") -> bool:
        """Server-side apply of these fields only; False: the object has changed since `metadata.resourceVersion`.
        Raises NotStorable for what the API server never takes.
        """

    async def edit(self, kind: Kind, namespace: str, name: str, operations: list[Json]) -> bool:
        """A JSON patch; False: one of its tests does not hold."""

    async def create(self, kind: Kind, namespace: str, document: Json) -> bool:
        """False: one of this name is there already."""

    async def replace(self, kind: Kind, namespace: str, document: Json) -> bool:
        """The whole object; False: it has changed since its `metadata.resourceVersion`."""

    async def delete(self, kind: Kind, namespace: str, name: str) -> None:
        """Nothing happens when it is not there."""


def configuration(kubeconfig: Path | None = None) -> SingleConfig:
    """Of the file, else of the pod's service account, else of KUBECONFIG. InvalidInput: there is none to be used."""
    try:
        found = KubeConfig.from_file(kubeconfig) if kubeconfig else KubeConfig.from_env()
        single = found.get()
    except ConfigError as error:
        given = str(kubeconfig or "the service account, KUBECONFIG")
        raise InvalidInput("--kubeconfig", f"must be a kubeconfig that can be used ({error})", given) from error
    assert single is not None
    return single


def client_of(config: SingleConfig, field_manager: str = FIELD_MANAGER) -> AsyncClient:
    """To be closed by whoever asked for it."""
    return AsyncClient(config, field_manager=field_manager, timeout=httpx2.Timeout(SECONDS))


@asynccontextmanager
async def connected(config: SingleConfig) -> AsyncIterator[KubernetesApi]:
    """An API to ask until the block ends."""
    client = client_of(config)
    try:
        yield KubernetesApi(client)
    finally:
        await client.close()


class KubernetesApi:
    """Thin over lightkube, whose generic resources are dicts."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._untyped: Any = client

    async def get(self, kind: Kind, namespace: str, name: str) -> Json | None:
        try:
            return plain(await self._client.get(_resource(kind), name, namespace=namespace))
        except httpx2.HTTPError as error:
            if status_of(error) == NOT_FOUND:
                return None
            raise _failed(f"get {kind.plural} {namespace}/{name}", error) from error

    async def find(self, kind: Kind, namespace: str, labels: Mapping[str, str]) -> list[Json]:
        return (await self.listed(kind, namespace, labels))[0]

    async def listed(
        self, kind: Kind, namespace: str, labels: Mapping[str, str] | None = None
    ) -> tuple[list[Json], str]:
        """All objects of the namespace, `*` for all, and the version of the whole, to be watched from."""
        try:
            found = self._client.list(_resource(kind), namespace=namespace, labels=dict(labels or {}))
            return [plain(one) async for one in found], found.resourceVersion
        except httpx2.HTTPError as error:
            raise _failed(f"list {kind.plural} in {namespace}", error) from error

    async def watch(self, kind: Kind, namespace: str, version: str, quiet_s: float) -> AsyncIterator[tuple[str, Json]]:
        """Changes after this version, as ADDED, MODIFIED, DELETED and the object. Ends when nothing was heard for
        `quiet_s` seconds and when the version is too old; whoever watches lists again then.
        """
        changes = self._untyped.watch(_resource(kind), namespace=namespace, resource_version=version)
        try:
            while True:
                word, one = await asyncio.wait_for(anext(changes), quiet_s)
                yield word, plain(one)
        except TimeoutError:
            return
        except httpx2.HTTPError as error:
            if _code(error) != GONE:
                raise _failed(f"watch {kind.plural} in {namespace}", error) from error
        finally:
            await changes.aclose()

    async def apply(self, kind: Kind, namespace: str, name: str, fields: Json, subresource: Subresource = "") -> bool:
        resource: Any = _resource(kind)
        if subresource:
            resource = resource.Status if subresource == "status" else resource.Scale
        of = ("autoscaling/v1", "Scale") if subresource == "scale" else (kind.api_version, kind.name)
        metadata = {"name": name, "namespace": namespace, **fields.get("metadata", {})}
        document = {"apiVersion": of[0], "kind": of[1], **fields, "metadata": metadata}
        try:
            await self._client.patch(
                resource, name, document, namespace=namespace, patch_type=PatchType.APPLY, force=True
            )
        except httpx2.HTTPError as error:
            if status_of(error) == CONFLICT:
                return False
            raise _failed(f"apply {kind.plural} {namespace}/{name} {subresource}".rstrip(), error) from error
        return True

    async def edit(self, kind: Kind, namespace: str, name: str, operations: list[Json]) -> bool:
        try:
            await self._client.patch(_resource(kind), name, operations, namespace=namespace, patch_type=PatchType.JSON)
        except httpx2.HTTPError as error:
            if status_of(error) in (CONFLICT, INVALID):
                return False
            raise _failed(f"patch {kind.plural} {namespace}/{name}", error) from error
        return True

    async def annotate(self, kind: Kind, namespace: str, name: str, annotations: Mapping[str, str]) -> bool:
        """These annotations and nothing else; False: there is no such object."""
        fields = {"metadata": {"annotations": dict(annotations)}}
        try:
            await self._client.patch(_resource(kind), name, fields, namespace=namespace, patch_type=PatchType.MERGE)
        except httpx2.HTTPError as error:
            if status_of(error) == NOT_FOUND:
                return False
            raise _failed(f"annotate {kind.plural} {namespace}/{name}", error) from error
        return True

    async def create(self, kind: Kind, namespace: str, document: Json) -> bool:
        try:
            await self._untyped.create(_resource(kind)(document), namespace=namespace)
        except httpx2.HTTPError as error:
            if status_of(error) == CONFLICT:
                return False
            raise _failed(f"create {kind.plural} in {namespace}", error) from error
        return True

    async def replace(self, kind: Kind, namespace: str, document: Json) -> bool:
        try:
            await self._untyped.replace(_resource(kind)(document), namespace=namespace)
        except httpx2.HTTPError as error:
            if status_of(error) in (CONFLICT, NOT_FOUND):
                return False
            raise _failed(f"replace {kind.plural} in {namespace}", error) from error
        return True

    async def delete(self, kind: Kind, namespace: str, name: str) -> None:
        try:
            await self._client.delete(_resource(kind), name, namespace=namespace)
        except httpx2.HTTPError as error:
            if status_of(error) != NOT_FOUND:
                raise _failed(f"delete {kind.plural} {namespace}/{name}", error) from error


def status_of(error: httpx2.HTTPError) -> int:
    """The HTTP status of an answer; 0: there was no answer."""
    return error.response.status_code if isinstance(error, httpx2.HTTPStatusError) else 0


def _code(error: httpx2.HTTPError) -> int:
    """What went wrong, whether said by the status of an answer or within a stream that began well."""
    return int(error.status.code or 0) if isinstance(error, ApiError) else status_of(error)


def plain(found: Any) -> Json:
    """The dict behind a generic resource."""
    return dict(found)


def _failed(asked: str, error: httpx2.HTTPError) -> ClusterError:
    said = str(error) if isinstance(error, ApiError) else f"{type(error).__name__} {error}".rstrip()
    kind = NotStorable if _code(error) in (TOO_LARGE, INVALID) else ClusterError
    return kind(f"{asked}: {said}")


@cache
def _resource(kind: Kind) -> Any:
    return create_namespaced_resource(kind.group, kind.version, kind.name, kind.plural)
