"""Kubernetes objects flow in, what runs in them flows out: pod templates, containers, variables. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Object = dict[str, Any]
CONTROLLERS = ("Deployment", "DaemonSet", "StatefulSet", "Job")


class Workload(NamedTuple):
    """One controller's pods; `selector` is empty for a Job, whose controller makes its own."""

    kind: str
    name: str
    namespace: str
    labels: dict[str, str]
    selector: dict[str, str]
    pod: Object
    source: Object

    def containers(self) -> list[Object]:
        return [*self.pod.get("initContainers", []), *self.pod["containers"]]


def workloads(documents: Iterable[Object]) -> Iterator[Workload]:
    for document in documents:
        if document["kind"] in CONTROLLERS:
            spec = document["spec"]
            yield Workload(
                document["kind"],
                document["metadata"]["name"],
                document["metadata"].get("namespace", ""),
                spec["template"]["metadata"]["labels"],
                spec.get("selector", {}).get("matchLabels", {}),
                spec["template"]["spec"],
                document,
            )


def named(documents: Iterable[Object], kind: str, name: str) -> Object:
    (found,) = [d for d in documents if d["kind"] == kind and d["metadata"]["name"] == name]
    return found


def of_kind(documents: Iterable[Object], kind: str) -> list[Object]:
    return [document for document in documents if document["kind"] == kind]


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """A label selector with matchLabels and matchExpressions of operator In."""
    equal = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    return equal and all(labels.get(e["key"]) in e["values"] for e in selector.get("matchExpressions", []))


def variables(container: Object) -> dict[str, Object]:
    return {variable["name"]: variable for variable in container.get("env", [])}


def references(workload: Workload) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(kind, name, keys) of each Secret and ConfigMap that the pods cannot start without."""
    for container in workload.containers():
        for variable in container.get("env", []):
            for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
                reference = variable.get("valueFrom", {}).get(field)
                if reference and not reference.get("optional"):
                    yield kind, reference["name"], frozenset({reference["key"]})
    for volume in workload.pod.get("volumes", []):
        if secret := volume.get("secret"):
            yield "Secret", secret["secretName"], _keys(secret)
        if (configuration := volume.get("configMap")) and not configuration.get("optional"):
            yield "ConfigMap", configuration["name"], _keys(configuration)


def _keys(source: Object) -> frozenset[str]:
    return frozenset(item["key"] for item in source.get("items", []))
