"""Deployments and pods in the release's words."""

from __future__ import annotations

from typing import Any

import pytest

from serinus.kube.kinds import Json
from serinus.kube.workloads import Version, complaint, own_pods, ready, service_of, version_of, workload
from tests.kube.fake import deployment, pod


def a_deployment(**status: Any) -> Json:
    found = deployment("v1", "shop/notification:5.0.0", 4, service="V1")
    found["metadata"]["generation"] = 3
    found["status"] = {"observedGeneration": 3, "replicas": 4, "updatedReplicas": 4, "readyReplicas": 4, **status}
    return found


def test_the_version_tells_what_runs_and_not_how_it_is_called() -> None:
    one, other = deployment("v1", "n:5.0.0", 4, service="V1"), deployment("v2", "n:5.0.0", 0, service="V2")
    assert version_of(one) == version_of(other)
    assert version_of(one).startswith("5.0.0-")
    other["spec"]["template"]["spec"]["containers"][0]["env"].append({"name": "A", "value": "b"})
    assert version_of(one) != version_of(other)
    assert version_of(one) != version_of(deployment("v1", "n:5.0.1", 4, service="V1"))


@pytest.mark.parametrize(
    ("image", "begin"),
    [("n:1", "1-"), ("host:5000/n", "latest-"), ("n@sha256:0123456789abcdef", "0123456789ab-"), ("h:5000/n:2", "2-")],
)
def test_the_version_begins_with_what_a_person_calls_it(image: str, begin: str) -> None:
    assert version_of(deployment("v1", image, 1)).startswith(begin)


def test_the_service_is_the_name_in_x_ray_else_the_deployments() -> None:
    assert service_of(deployment("v1", "n:1", 1, service="V1-Notification")) == "V1-Notification"
    assert service_of(deployment("v1", "n:1", 1)) == "v1"


def test_ready_pods_of_the_template_before_do_not_count() -> None:
    assert ready(a_deployment()) == 4
    assert ready(a_deployment(replicas=5, updatedReplicas=1)) == 0
    assert ready(a_deployment(replicas=5, updatedReplicas=3)) == 2
    assert ready(a_deployment(readyReplicas=2)) == 2


def test_a_spec_that_was_not_seen_yet_is_neither_ready_nor_drained() -> None:
    found = a_deployment(observedGeneration=2)
    assert ready(found) == 0
    found["spec"]["replicas"] = 0
    assert ready(found) > 0


def test_a_deployment_that_is_not_there_is_no_workload() -> None:
    assert workload(Version("v1")) is None


def test_the_first_complaint_of_a_pod_is_told() -> None:
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}
    crashing = {**pod("v2-a", "v2", {}), "status": {"containerStatuses": [{"state": waiting}]}}
    creating = {
        **pod("v2-b", "v2", {}),
        "status": {"containerStatuses": [{"state": {"waiting": {"reason": "ContainerCreating"}}}]},
    }
    lonely = {
        **pod("v2-c", "v2", {}),
        "status": {"conditions": [{"reason": "Unschedulable", "message": "0 of 1 nodes"}]},
    }
    assert complaint((creating, crashing)) == "v2-a: ImagePullBackOff: no such image"
    assert complaint((creating,)) == ""
    assert complaint((lonely,)) == "v2-c: Unschedulable: 0 of 1 nodes"


def test_pods_are_told_apart_although_the_labels_are_the_same() -> None:
    pods = [pod("a", "v1", {"app": "n"}), pod("b", "v2", {"app": "n"}), {"metadata": {"name": "bare"}}]
    assert [each["metadata"]["name"] for each in own_pods("v2", pods)] == ["b"]
