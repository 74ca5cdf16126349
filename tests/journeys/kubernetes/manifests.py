"""Names flow in, Kubernetes objects flow out: the least that a journey needs, admitted by the restricted profile."""

from __future__ import annotations

from typing import Any

PORT = 8096
LEAST = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
NOBODY = {"runAsNonRoot": True, "runAsUser": 10001, "fsGroup": 10001, "seccompProfile": {"type": "RuntimeDefault"}}


def notification(version: str, image: str, replicas: int = 1) -> dict[str, Any]:
    """A Deployment of one version, each pod with a database of its own."""
    labels = {"app": "notification", "version": version}
    container = {
        "name": "notification",
        "image": image,
        "args": ["serve", "--migrate"],
        "imagePullPolicy": "IfNotPresent",
        "ports": [{"containerPort": PORT}],
        "readinessProbe": {"httpGet": {"path": "/readyz", "port": PORT}, "periodSeconds": 1},
        "resources": {"requests": {"cpu": "100m"}},
        "securityContext": LEAST,
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    }
    pod = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 5,
        "securityContext": NOBODY,
        "containers": [container],
        "volumes": [{"name": "data", "emptyDir": {}}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"{version}-notification"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def service(name: str, selector: dict[str, str], kind: str = "ClusterIP") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"type": kind, "selector": selector, "ports": [{"port": PORT}]},
    }


def gateway(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": name},
        "spec": {
            "gatewayClassName": "traefik",
            "listeners": [{"name": "web", "port": 8000, "protocol": "HTTP"}],
        },
    }


def route(name: str, parent: str, host: str, weights: dict[str, int]) -> dict[str, Any]:
    """An HTTPRoute that splits the requests for `host` over Services by weight."""
    backends = [{"name": backend, "port": PORT, "weight": weight} for backend, weight in weights.items()]
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": name},
        "spec": {"parentRefs": [{"name": parent}], "hostnames": [host], "rules": [{"backendRefs": backends}]},
    }
