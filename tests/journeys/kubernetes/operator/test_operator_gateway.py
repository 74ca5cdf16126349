"""Given an HTTPRoute at Traefik, when V2 is released by its weights, then requests follow them, back and forth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.kubernetes.cluster import Cluster, apply, eventually, get, kubectl
from tests.journeys.kubernetes.operator.operating import (
    GATEWAY,
    Load,
    XRay,
    ask,
    broken,
    operator,
    reaches,
    release,
    serve_by_gateway,
)

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(900)]


@pytest.fixture
def entry(cluster: Cluster, versions: dict[str, str], namespace: str, traces: XRay, traefik: None) -> str:
    """V1 and V2 behind a route with everything on V1; Traefik's address."""
    return serve_by_gateway(cluster, namespace, versions, traces.daemon)


def weights(cluster: Cluster, namespace: str) -> dict[str, Any]:
    rules = get(cluster, namespace, "httproute", "notification")["spec"]["rules"]
    return {each["name"]: each["weight"] for each in rules[0]["backendRefs"]}


def test_a_good_version_is_promoted_by_weights_under_keep_alive_load_though_a_person_edits_them(
    cluster: Cluster, account: Cluster, namespace: str, entry: str, traces: XRay, tmp_path: Path
) -> None:
    with (
        operator(account, namespace, traces.url, tmp_path / "operator.log"),
        Load(entry, 60, headers={"Host": f"{namespace}.test"}, keeps=True) as load,
    ):
        apply(cluster, namespace, release("notification", GATEWAY, [25, 50, 100]))
        reaches(cluster, namespace, "Analysing")
        eventually(
            lambda: {ask(entry, f"{namespace}.test", **{"Serinus-Version": "canary"})[1] for _ in range(4)},
            lambda bodies: all("V2" in body for body in bodies),
        )
        edit = '[{"op": "replace", "path": "/spec/rules/0/backendRefs/1/weight", "value": 90}]'
        kubectl(cluster, "patch", "httproute", "notification", "-n", namespace, "--type=json", "--patch", edit)
        eventually(lambda: weights(cluster, namespace), lambda found: found["v2"] != 90)
        ended = reaches(cluster, namespace, "Promoted", "RolledBack")
    assert ended["phase"] == "Promoted", (tmp_path / "operator.log").read_text()
    assert weights(cluster, namespace) == {"v1": 0, "v2": 100}
    assert load.failed == 0, (load.answers, load.failures)
    run = get(cluster, namespace, "canaryruns", "notification-1")["status"]
    assert [step["applied"] for step in run["steps"]] == [25, 50, 100]
    told = get(cluster, namespace, "events", "--field-selector=involvedObject.kind=CanaryRelease")["items"]
    reasons = [each["reason"] for each in told]
    assert sorted(reasons) == sorted([*["Scaling", "Routing", "Analysing"] * 3, "Baking", "Retiring", "Promoted"])
    names = {each["metadata"]["name"] for each in get(cluster, namespace, "httproutes")["items"]}
    assert names == {"notification"}


def test_a_bad_version_gets_no_request_once_it_is_rolled_back(
    cluster: Cluster, account: Cluster, namespace: str, entry: str, traces: XRay, tmp_path: Path
) -> None:
    broken(cluster, namespace, "v2", 0.3)
    with (
        operator(account, namespace, traces.url, tmp_path / "operator.log"),
        Load(entry, 60, headers={"Host": f"{namespace}.test"}, keeps=True) as load,
    ):
        apply(cluster, namespace, release("notification", GATEWAY, [50, 100]))
        ended = reaches(cluster, namespace, "RolledBack", "Promoted")
        kubectl(cluster, "wait", "--for=delete", "pods", "-n", namespace, "--selector=version=v2", "--timeout=60s")
        at = load.goes_on(200)
    assert ended["phase"] == "RolledBack"
    assert weights(cluster, namespace) == {"v1": 100, "v2": 0}
    assert max(load.last["500"], load.last["V2"]) <= at
    assert set(load.answers) == {"200", "500"}, load.answers
