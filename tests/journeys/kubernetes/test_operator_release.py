"""Given two Deployments and an operator, when V2 is released by replicas, then it is promoted or rolled back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.kubernetes.cluster import Cluster, apply, get, kubectl
from tests.journeys.kubernetes.manifests import service
from tests.journeys.kubernetes.operating import (
    Load,
    XRay,
    address,
    deploy,
    install,
    operator,
    reaches,
    release,
    xray,
)

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(900)]
REPLICAS = {"replicas": {"service": "notification", "total": 4}}


@pytest.fixture(scope="module")
def traces(cluster: Cluster) -> Iterator[XRay]:
    install(cluster)
    with xray(cluster) as running:
        yield running


@pytest.fixture
def application(cluster: Cluster, images: Callable[[str], str], namespace: str, traces: XRay) -> str:
    """V1 and V2 behind one Service; its address."""
    named = {version: images(f"notification-{version}") for version in ("v1", "v2")}
    deploy(cluster, namespace, named, traces.daemon)
    apply(cluster, namespace, service("notification", {"app": "notification"}))
    return address(cluster, namespace, "notification")


def replicas(cluster: Cluster, namespace: str) -> tuple[int, int]:
    found = {each["metadata"]["name"]: each for each in get(cluster, namespace, "deployments")["items"]}
    return found["v1-notification"]["spec"]["replicas"], found["v2-notification"]["spec"]["replicas"]


def test_a_good_version_is_promoted_by_replicas_while_people_use_it(
    cluster: Cluster, namespace: str, application: str, traces: XRay, tmp_path: Path
) -> None:
    with (
        operator(cluster, namespace, traces.url, tmp_path / "operator.log"),
        Load(application, 100, keeps=False) as load,
    ):
        apply(cluster, namespace, release("notification", REPLICAS, [25, 50, 100]))
        ended = reaches(cluster, namespace, "Promoted", "RolledBack")
    assert ended["phase"] == "Promoted", (tmp_path / "operator.log").read_text()
    assert replicas(cluster, namespace) == (0, 4)
    assert load.failed == 0, load.answers
    run = get(cluster, namespace, "canaryruns", "notification-1")["status"]
    assert run["outcome"] == "promoted"
    assert [step["applied"] for step in run["steps"]] == [25, 50, 100]
    halves = run["steps"][1]["measured"]
    assert halves["low"] <= 0.5 <= halves["high"]
    told = kubectl(cluster, "events", "--namespace", namespace, "--for=canaryrelease/notification")
    for line in (kubectl(cluster, "get", "canaryreleases", "--namespace", namespace, "--output=wide"), told):
        sys.stderr.write(line)
