"""A pod's spec flows in, what the restricted Pod Security profile would refuse flows out. Pure.

Source: Kubernetes documentation, "Pod Security Standards", profiles baseline and restricted as of 1.34.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Object = dict[str, Any]
VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}


def refusals(pod: Object) -> list[str]:
    return [*_of_pod(pod), *(found for container in _containers(pod) for found in _of_container(pod, container))]


def _containers(pod: Object) -> list[Object]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def _of_pod(pod: Object) -> Iterator[str]:
    yield from (field for field in ("hostNetwork", "hostPID", "hostIPC") if pod.get(field))
    for volume in pod.get("volumes", []):
        if not VOLUMES & set(volume):
            yield f"volume {volume['name']} of a kind that is not allowed"


def _of_container(pod: Object, container: Object) -> Iterator[str]:
    name, context = container["name"], container.get("securityContext", {})
    inherited = {**pod.get("securityContext", {}), **context}
    capabilities = context.get("capabilities", {})
    if inherited.get("runAsNonRoot") is not True or inherited.get("runAsUser") == 0:
        yield f"{name}: may run as root"
    if inherited.get("seccompProfile", {}).get("type") not in {"RuntimeDefault", "Localhost"}:
        yield f"{name}: no seccomp profile"
    if context.get("allowPrivilegeEscalation") is not False:
        yield f"{name}: may gain privileges"
    if "ALL" not in capabilities.get("drop", []) or set(capabilities.get("add", [])) - {"NET_BIND_SERVICE"}:
        yield f"{name}: keeps capabilities"
    if context.get("privileged") or any("hostPort" in port for port in container.get("ports", [])):
        yield f"{name}: reaches the host"
    yield from (f"{name}: {hook} names a host" for hook in _hooks_with_host(container))


def _hooks_with_host(container: Object) -> Iterator[str]:
    hooks = {**container.get("lifecycle", {})}
    hooks |= {
        kind: container[kind] for kind in ("startupProbe", "readinessProbe", "livenessProbe") if kind in container
    }
    for kind, hook in hooks.items():
        if any("host" in hook.get(action, {}) for action in ("httpGet", "tcpSocket")):
            yield kind
