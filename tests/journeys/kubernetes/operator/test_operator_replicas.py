"""Given two Deployments and an operator, when V2 is released by replicas, then it is promoted or rolled back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.kubernetes.cluster import Cluster, apply, eventually, get, kubectl
from tests.journeys.kubernetes.operator.operating import (
    REPLICAS,
    Load,
    XRay,
    broken,
    condition,
    killed_at_every_transition,
    operator,
    reaches,
    release,
    replicas,
    status,
)

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(900)]


def test_a_bad_version_is_rolled_back_and_gets_no_request_any_more(
    cluster: Cluster, account: Cluster, namespace: str, application: str, traces: XRay, tmp_path: Path
) -> None:
    broken(cluster, namespace, "v2", 0.3)
    with (
        operator(account, namespace, traces.url, tmp_path / "operator.log"),
        Load(application, 60, keeps=False) as load,
    ):
        apply(cluster, namespace, release("notification", REPLICAS, [50, 100]))
        ended = reaches(cluster, namespace, "RolledBack", "Promoted")
        kubectl(cluster, "wait", "--for=delete", "pods", "-n", namespace, "--selector=version=v2", "--timeout=60s")
        at = load.goes_on(200)
    assert ended["phase"] == "RolledBack"
    assert ended["verdict"] == "fail"
    assert replicas(cluster, namespace) == (4, 0)
    assert max(load.last["500"], load.last["V2"]) <= at
    run = get(cluster, namespace, "canaryruns", "notification-1")["status"]
    assert run["outcome"] == "rolled back"
    assert run["examples"]
    assert set(load.answers) == {"200", "500"}


def test_a_good_version_is_promoted_by_replicas_though_the_operator_is_killed_at_every_transition(
    cluster: Cluster, account: Cluster, namespace: str, application: str, traces: XRay, tmp_path: Path
) -> None:
    with (
        operator(account, namespace, traces.url, tmp_path / "operator.log") as running,
        Load(application, 60, keeps=False) as load,
    ):
        apply(cluster, namespace, release("notification", REPLICAS, [50, 100]))
        kills = killed_at_every_transition(cluster, namespace, running)
    assert len(kills) >= 6
    assert replicas(cluster, namespace) == (0, 4)
    assert load.failed == 0, (load.answers, load.failures)
    (run,) = get(cluster, namespace, "canaryruns")["items"]
    assert (run["spec"]["number"], run["status"]["outcome"]) == (1, "promoted")
    half, whole = run["status"]["steps"]
    assert (half["applied"], whole["applied"]) == (50, 100)
    assert half["measured"]["low"] <= 0.5 <= half["measured"]["high"]


def test_deleting_the_release_leaves_both_versions_serving(
    cluster: Cluster, account: Cluster, namespace: str, application: str, traces: XRay, tmp_path: Path
) -> None:
    with operator(account, namespace, traces.url, tmp_path / "operator.log"):
        with Load(application, 50, keeps=False) as load:
            apply(cluster, namespace, release("notification", REPLICAS, [50, 100]))
            reaches(cluster, namespace, "Analysing")
            kubectl(cluster, "delete", "canaryrelease", "notification", "--namespace", namespace, "--timeout=30s")
        assert replicas(cluster, namespace) == (2, 2)
    assert load.failed == 0, (load.answers, load.failures)
    assert get(cluster, namespace, "canaryruns", "notification-1")["status"]["outcome"] == ""


def test_a_second_release_on_the_same_service_is_refused_and_what_is_missing_is_named(
    cluster: Cluster, account: Cluster, namespace: str, application: str, traces: XRay, tmp_path: Path
) -> None:
    def is_told(name: str, reason: str, words: str) -> None:
        eventually(
            lambda: condition(cluster, namespace, "Ready", name),
            lambda found: found.get("reason") == reason and words in found["message"],
        )

    lonely = {"replicas": {"service": "other"}}
    with operator(account, namespace, traces.url, tmp_path / "operator.log"):
        apply(cluster, namespace, release("a-first", REPLICAS, [50, 100]))
        eventually(lambda: status(cluster, namespace, "a-first"), lambda found: "phase" in found)
        apply(cluster, namespace, release("b-second", REPLICAS, [50, 100]))
        is_told("b-second", "AlreadySteered", "service/notification")
        kubectl(cluster, "delete", "canaryrelease", "a-first", "b-second", "--namespace", namespace, "--timeout=30s")
        apply(cluster, namespace, release("notification", lonely, [50, 100]))
        is_told("notification", "RouteNotReady", "Service 'other' does not exist")
        apply(cluster, namespace, release("notification", lonely, [50, 100], canary={"deployment": "v3-notification"}))
        is_told("notification", "DeploymentMissing", "v3-notification")
