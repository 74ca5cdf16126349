"""EDGE. The services' manifests and Dockerfiles flow in, their processes' command and environment flow out."""

from __future__ import annotations

import json
from pathlib import Path

from notification.settings import NotificationSettings
from omnitech_chassis.settings import ServiceSettings
from tests.manifests.documents import REPOSITORY, microservices
from tests.manifests.workloads import Object, Workload, named, variables, workloads
from user_management.settings import UserManagementSettings

SETTINGS: dict[str, type[ServiceSettings]] = {
    "omnitech/kube-usermanagement-service": UserManagementSettings,
    "omnitech/kube-notification-service": NotificationSettings,
}
DOCKERFILES: dict[type[ServiceSettings], Path] = {
    UserManagementSettings: REPOSITORY / "services/user-management/Dockerfile",
    NotificationSettings: REPOSITORY / "services/notification/Dockerfile",
}
# what the README's table says to create
CREATED = {"username": "AKID", "from-address": "no-reply@omnitechsol.com"}
OURS = tuple(w for w in workloads(microservices()) if w.pod["containers"][0]["image"].startswith("omnitech/"))


def container_of(workload: Workload) -> Object:
    (container,) = workload.pod["containers"]
    return dict(container)


def kind_of(workload: Workload) -> type[ServiceSettings]:
    return SETTINGS[container_of(workload)["image"].partition(":")[0]]


def resolved(variable: Object) -> str | None:
    """The value a pod would see: from the manifests' ConfigMaps, for Secrets what the table says to create."""
    source = variable.get("valueFrom", {})
    if "secretKeyRef" in source:
        return CREATED[source["secretKeyRef"]["key"]]
    if "configMapKeyRef" in source:
        if source["configMapKeyRef"].get("optional"):
            return None
        configuration = named(microservices(), "ConfigMap", source["configMapKeyRef"]["name"])
        return str(configuration["data"][source["configMapKeyRef"]["key"]])
    return str(variable["value"])


def environment(workload: Workload) -> dict[str, str]:
    seen = {name: resolved(variable) for name, variable in variables(container_of(workload)).items()}
    return {name: value for name, value in seen.items() if value is not None}


def instruction(workload: Workload, name: str) -> str:
    """The last of that name in the Dockerfile of the workload's image."""
    lines = DOCKERFILES[kind_of(workload)].read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(f"{name} ") for line in lines if line.startswith(f"{name} ")][-1]


def command(workload: Workload) -> list[str]:
    """What the container runs, its image's entry point and the manifest's arguments together."""
    container = container_of(workload)
    entry = container.get("command") or json.loads(instruction(workload, "ENTRYPOINT"))
    return [*entry, *(container.get("args") or json.loads(instruction(workload, "CMD")))]
