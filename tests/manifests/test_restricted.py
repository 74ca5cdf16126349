"""Every pod passes a namespace that enforces the restricted profile; the check refuses what it should."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.manifests.documents import OVERLAYS, Object, microservices, overlay
from tests.manifests.restricted import refusals
from tests.manifests.workloads import Workload, workloads

GOOD: Object = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {"name": "c", "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}}
    ],
}


def by_name(workload: Workload) -> str:
    return workload.name


@pytest.mark.parametrize("workload", list(workloads(microservices())), ids=by_name)
def test_every_pod_is_admitted(workload: Workload) -> None:
    assert refusals(workload.pod) == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_pod_of_an_overlay_is_admitted(name: str) -> None:
    assert {w.name: refusals(w.pod) for w in workloads(overlay(name)) if refusals(w.pod)} == {}


@pytest.mark.parametrize(
    ("where", "value", "refusal"),
    [
        (("securityContext", "runAsNonRoot"), False, "c: may run as root"),
        (("securityContext", "seccompProfile"), {"type": "Unconfined"}, "c: no seccomp profile"),
        (("hostNetwork",), True, "hostNetwork"),
        (("volumes",), [{"name": "v", "hostPath": {"path": "/"}}], "volume v of a kind that is not allowed"),
        (("containers", 0, "securityContext", "allowPrivilegeEscalation"), None, "c: may gain privileges"),
        (("containers", 0, "securityContext", "capabilities"), {"drop": []}, "c: keeps capabilities"),
        (("containers", 0, "ports"), [{"hostPort": 2000}], "c: reaches the host"),
        (("containers", 0, "livenessProbe"), {"httpGet": {"host": "x"}}, "c: livenessProbe names a host"),
    ],
)
def test_what_the_profile_forbids_is_refused(where: tuple[Any, ...], value: Any, refusal: str) -> None:
    pod: Any = deepcopy(GOOD)
    inner = pod
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = value

    assert refusals(GOOD) == []
    assert refusals(pod) == [refusal]
