"""A Kubernetes API in memory: objects as JSON, generations, conflicts. What its controllers would do, a test says.

It remembers every call, so that a test can compare with the permissions that are asked for.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from serinus.errors import ClusterError
from serinus.kube.api import Subresource
from serinus.kube.kinds import DEPLOYMENT, Json, Kind


class FakeApi:
    """`calls`: (verb, plural, subresource), in order. `fails`: every call raises while it is true."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str, str], Json] = {}
        self.calls: list[tuple[str, str, str]] = []
        self.fails = False
        self._version = 0

    def put(self, kind: Kind, document: Json, namespace: str = "shop") -> Json:
        """The object as somebody else wrote it."""
        document = copy.deepcopy(document)
        self._version += 1
        metadata = document.setdefault("metadata", {})
        metadata |= {"namespace": namespace, "resourceVersion": str(self._version)}
        metadata.setdefault("uid", f"uid-{self._version}")
        metadata.setdefault("generation", 1)
        metadata.setdefault("creationTimestamp", f"2026-11-24T10:00:{self._version % 60:02}Z")
        self.objects[kind.plural, namespace, metadata["name"]] = document
        return document

    def at(self, kind: Kind, name: str, namespace: str = "shop") -> Json:
        return self.objects[kind.plural, namespace, name]

    async def get(self, kind: Kind, namespace: str, name: str) -> Json | None:
        self._called("get", kind)
        return copy.deepcopy(self.objects.get((kind.plural, namespace, name)))

    async def find(self, kind: Kind, namespace: str, labels: Mapping[str, str]) -> list[Json]:
        self._called("list", kind)
        found = [
            each for (plural, where, _), each in self.objects.items() if (plural, where) == (kind.plural, namespace)
        ]
        return [copy.deepcopy(each) for each in found if labels.items() <= each["metadata"].get("labels", {}).items()]

    async def apply(self, kind: Kind, namespace: str, name: str, fields: Json, subresource: Subresource = "") -> bool:
        self._called("patch", kind, subresource)
        before = self.objects.get((kind.plural, namespace, name))
        if before is None:
            if subresource:
                raise ClusterError(f"apply {kind.plural} {namespace}/{name}: not found")
            self._called("create", kind)
            self.put(kind, {**fields, "metadata": {"name": name, **fields.get("metadata", {})}}, namespace)
            return True
        wanted = fields.get("metadata", {}).get("resourceVersion")
        if wanted not in (None, before["metadata"]["resourceVersion"]):
            return False
        self._change(before, {key: value for key, value in fields.items() if key != "metadata"})
        return True

    async def edit(self, kind: Kind, namespace: str, name: str, operations: list[Json]) -> bool:
        self._called("patch", kind)
        before = self.objects[kind.plural, namespace, name]
        after = copy.deepcopy(before)
        for operation in operations:
            *way, last = operation["path"].strip("/").split("/")
            owner: Any = after
            for key in way:
                owner = owner[int(key) if isinstance(owner, list) else key]
            if operation["op"] == "test" and owner.get(last) != operation["value"]:
                return False
            if operation["op"] == "add":
                owner[last] = operation["value"]
        self._change(before, {"spec": after["spec"]})
        return True

    async def create(self, kind: Kind, namespace: str, document: Json) -> bool:
        self._called("create", kind)
        if (kind.plural, namespace, document["metadata"]["name"]) in self.objects:
            return False
        self.put(kind, document, namespace)
        return True

    async def replace(self, kind: Kind, namespace: str, document: Json) -> bool:
        self._called("update", kind)
        before = self.objects.get((kind.plural, namespace, document["metadata"]["name"]))
        if before is None or before["metadata"]["resourceVersion"] != document["metadata"]["resourceVersion"]:
            return False
        self.put(kind, document, namespace)
        return True

    async def delete(self, kind: Kind, namespace: str, name: str) -> None:
        self._called("delete", kind)
        self.objects.pop((kind.plural, namespace, name), None)

    def _called(self, verb: str, kind: Kind, subresource: str = "") -> None:
        self.calls.append((verb, kind.plural, subresource))
        if self.fails:
            raise ClusterError(f"{verb} {kind.plural}: no answer")

    def _change(self, document: Json, fields: Json) -> None:
        """A merge at two levels; a spec that changes gets the next generation."""
        before = copy.deepcopy(document.get("spec"))
        for key, value in fields.items():
            document[key] = {**document.get(key, {}), **value} if key == "spec" else copy.deepcopy(value)
        self._version += 1
        document["metadata"]["resourceVersion"] = str(self._version)
        if document.get("spec") != before:
            document["metadata"]["generation"] += 1


def deployment(
    name: str, image: str, replicas: int, service: str = "", labels: Mapping[str, str] | None = None
) -> Json:
    """As applied, not yet seen by its controller."""
    labels = dict(labels or {"app": "notification", "version": name})
    container: Json = {"name": "main", "image": image}
    if service:
        container["env"] = [{"name": "AWS_XRAY_TRACING_NAME", "value": service}]
    return {
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def settled(api: FakeApi, name: str, ready: int | None = None) -> None:
    """What the Deployment's controller says when it is done; `ready` fewer pods than wanted."""
    found = api.at(DEPLOYMENT, name)
    wanted = found["spec"]["replicas"]
    count = wanted if ready is None else ready
    found["status"] = {
        "observedGeneration": found["metadata"]["generation"],
        "replicas": wanted,
        "updatedReplicas": wanted,
        "readyReplicas": count,
    }


def pod(name: str, of: str, labels: Mapping[str, str]) -> Json:
    owner = {"kind": "ReplicaSet", "name": f"{of}-abc"}
    return {
        "metadata": {"name": name, "labels": {**labels, "pod-template-hash": "abc"}, "ownerReferences": [owner]},
        "status": {},
    }


def endpoint_slice(service: str, pods: Mapping[str, bool]) -> Json:
    """`pods`: by name, whether each is ready."""
    endpoints = [
        {"conditions": {"ready": ready}, "targetRef": {"kind": "Pod", "name": name}} for name, ready in pods.items()
    ]
    labels = {"kubernetes.io/service-name": service}
    return {"metadata": {"name": f"{service}-1", "labels": labels}, "endpoints": endpoints}


def http_route(weights: Mapping[str, int], *parents: str) -> Json:
    backends = [{"name": name, "port": 80, "weight": weight} for name, weight in weights.items()]
    return {
        "metadata": {"name": "notification"},
        "spec": {"parentRefs": [{"name": parent} for parent in parents], "rules": [{"backendRefs": backends}]},
    }


def accepted(document: Json, *parents: str, generation: int | None = None, status: str = "True") -> None:
    """What the Gateways' controller says of the route."""
    seen = document["metadata"]["generation"] if generation is None else generation
    conditions = [{"type": kind, "status": status, "observedGeneration": seen} for kind in ("Accepted", "ResolvedRefs")]
    document["status"] = {"parents": [{"parentRef": {"name": parent}, "conditions": conditions} for parent in parents]}
