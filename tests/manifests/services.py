"""The services' manifests flow in, what their processes would see flows out: settings class and environment. Pure."""

from __future__ import annotations

from notification.settings import NotificationSettings
from omnitech_chassis.settings import ServiceSettings
from tests.manifests.documents import microservices
from tests.manifests.workloads import Object, Workload, named, variables, workloads
from user_management.settings import UserManagementSettings

SETTINGS: dict[str, type[ServiceSettings]] = {
    "omnitech/kube-usermanagement-service": UserManagementSettings,
    "omnitech/kube-notification-service": NotificationSettings,
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
