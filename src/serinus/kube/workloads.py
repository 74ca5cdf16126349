"""Deployments and pods in the release's words. In: plain JSON of a Deployment and of its pods. Out: a Workload.
`version` is what runs: the image's tag and a digest of image, command, arguments and environment of all containers.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from serinus.kube.kinds import Json
from serinus.release.world import Workload

SERVICE_VARIABLE: Final = "AWS_XRAY_TRACING_NAME"
_RUNS: Final = ("image", "command", "args", "env", "envFrom")


class Version(msgspec.Struct, frozen=True):
    """One version as it was found: the Deployment, None if it does not exist, and its pods."""

    name: str
    deployment: Json | None = None
    pods: tuple[Json, ...] = ()


class Pair(msgspec.Struct, frozen=True):
    """Stable and canary."""

    stable: Version
    canary: Version


def selector(deployment: Json) -> dict[str, str]:
    """The labels that a Deployment's pods carry."""
    return dict(deployment["spec"]["selector"].get("matchLabels", {}))


def own_pods(name: str, pods: list[Json]) -> tuple[Json, ...]:
    """Those of this Deployment: two Deployments may well share labels, the name of the ReplicaSet tells."""
    return tuple(pod for pod in pods if _replica_set(pod) == f"{name}-{_labels(pod).get('pod-template-hash')}")


def workload(version: Version) -> Workload | None:
    """None: the Deployment does not exist."""
    deployment = version.deployment
    if deployment is None:
        return None
    return Workload(
        name=version.name,
        version=version_of(deployment),
        service=service_of(deployment),
        desired=deployment["spec"].get("replicas", 1),
        ready=ready(deployment),
        message=complaint(version.pods),
    )


def version_of(deployment: Json) -> str:
    """Equal for two Deployments that run the same under different names in X-Ray."""
    containers = _containers(deployment)
    runs = [{key: _without_service_name(each.get(key)) for key in _RUNS} for each in containers]
    digest = hashlib.sha256(msgspec.json.encode(runs, order="sorted")).hexdigest()[:8]
    return f"{_tag(containers[0]['image'])}-{digest}"


def service_of(deployment: Json) -> str:
    """The name in X-Ray: AWS_XRAY_TRACING_NAME of the first container that has one, else the Deployment's name."""
    for container in _containers(deployment):
        for variable in container.get("env", []):
            if variable["name"] == SERVICE_VARIABLE and "value" in variable:
                return str(variable["value"])
    return str(deployment["metadata"]["name"])


def ready(deployment: Json) -> int:
    """Ready pods of the present template, at least: those of the one before may be ready and do not count.
    While the Deployment's controller has not seen the newest spec, none count that should be there and all that should
    not.
    """
    status = deployment.get("status", {})
    ready_pods = int(status.get("readyReplicas", 0))
    if status.get("observedGeneration", 0) < deployment["metadata"].get("generation", 0):
        return 0 if deployment["spec"].get("replicas", 1) else max(1, ready_pods)
    outdated = int(status.get("replicas", 0)) - int(status.get("updatedReplicas", 0))
    return max(0, ready_pods - outdated)


def complaint(pods: tuple[Json, ...]) -> str:
    """The first reason why a pod is not ready, with the pod's name; "" when none says one."""
    for pod in pods:
        status = pod.get("status", {})
        for container in status.get("containerStatuses", []):
            waiting = container.get("state", {}).get("waiting")
            if waiting and waiting.get("reason") not in ("ContainerCreating", "PodInitializing"):
                return f"{pod['metadata']['name']}: {waiting.get('reason')}: {waiting.get('message', '')}".rstrip(": ")
        for condition in status.get("conditions", []):
            if condition.get("reason") == "Unschedulable":
                return f"{pod['metadata']['name']}: Unschedulable: {condition.get('message', '')}"
    return ""


def _containers(deployment: Json) -> list[Json]:
    spec = deployment["spec"]["template"]["spec"]
    return [*spec["containers"], *spec.get("initContainers", [])]


def _without_service_name(part: object) -> object:
    if not isinstance(part, list):
        return part
    return [each for each in part if not (isinstance(each, dict) and each.get("name") == SERVICE_VARIABLE)]


def _tag(image: str) -> str:
    """What a person calls the version: the tag, else the begin of the digest."""
    if "@" in image:
        return image.partition("@")[2].removeprefix("sha256:")[:12]
    name, colon, tag = image.rpartition(":")
    return tag if colon and "/" not in tag and name else "latest"


def _labels(pod: Json) -> dict[str, str]:
    return dict(pod["metadata"].get("labels", {}))


def _replica_set(pod: Json) -> str:
    owners = pod["metadata"].get("ownerReferences", [])
    return next((str(owner["name"]) for owner in owners if owner.get("kind") == "ReplicaSet"), "")
