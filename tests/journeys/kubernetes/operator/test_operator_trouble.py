"""Given a release on its way, when something around it breaks, then it waits, and comes to its end."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from serinus.tracestore.server import Misbehaviour
from tests.contracts.servers import free, running
from tests.journeys.kubernetes.cluster import Cluster, apply, eventually, get, kubectl
from tests.journeys.kubernetes.operator.operating import (
    REPLICAS,
    Load,
    Operator,
    XRay,
    condition,
    operator,
    reaches,
    release,
    replicas,
    serve,
    status,
)
from tests.node import node
from tests.node.errors import CommandFailed

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(600)]
OUTAGE_S = 120.0


def crashing(cluster: Cluster, namespace: str, *, crashes: bool) -> None:
    path = "/spec/template/spec/containers/0/command"
    change = {"op": "add", "path": path, "value": ["python3", "-c", "raise SystemExit(3)"]}
    patch = json.dumps([change if crashes else {"op": "remove", "path": path}])
    kubectl(cluster, "patch", "deployment", "v2-notification", "-n", namespace, "--type=json", "--patch", patch)


def test_a_crash_looping_canary_is_named_and_held_until_a_mended_version_is_promoted(
    cluster: Cluster, account: Cluster, namespace: str, application: str, traces: XRay, tmp_path: Path
) -> None:
    crashing(cluster, namespace, crashes=True)
    with (
        operator(account, namespace, traces.url, tmp_path / "operator.log"),
        Load(application, 50, keeps=False) as load,
    ):
        apply(cluster, namespace, release("notification", REPLICAS, [50, 100], progressDeadline="10s"))
        held = eventually(lambda: status(cluster, namespace), lambda found: "CrashLoopBackOff" in str(found))
        eventually(lambda: condition(cluster, namespace, "Progressing"), lambda found: found.get("status") == "False")
        assert held["phase"] == "Scaling"
        assert replicas(cluster, namespace) == (4, 2)
        crashing(cluster, namespace, crashes=False)
        assert reaches(cluster, namespace, "Promoted", "RolledBack")["phase"] == "Promoted"
    assert load.failed == 0, (load.answers, load.failures)


@contextmanager
def on_its_way(
    cluster: Cluster, account: Cluster, namespace: str, application: str, traces: XRay, logs: Path, rate: float = 50
) -> Iterator[Operator]:
    """A release that is being analysed; after what the block does to it, it is promoted and no request has failed."""
    with (
        operator(account, namespace, traces.url, logs / "operator.log") as running,
        Load(application, rate, keeps=False) as load,
    ):
        apply(cluster, namespace, release("notification", REPLICAS, [50, 100]))
        reaches(cluster, namespace, "Analysing")
        yield running
        assert reaches(cluster, namespace, "Promoted", "RolledBack")["phase"] == "Promoted"
    assert load.failed == 0, (load.answers, load.failures)


def test_without_x_ray_nothing_moves_whatever_else_breaks_and_afterwards_the_release_goes_on(
    cluster: Cluster, account: Cluster, namespace: str, application: str, traces: XRay, tmp_path: Path
) -> None:
    with on_its_way(cluster, account, namespace, application, traces, tmp_path) as running:
        os.kill(traces.pid, signal.SIGSTOP)
        until = time.monotonic() + OUTAGE_S
        try:
            eventually(
                lambda: condition(cluster, namespace, "TelemetryHealthy"), lambda found: found.get("status") == "False"
            )
            what_a_person_scales_is_put_back(cluster, namespace)
            stable_pods_that_go_are_replaced(cluster, namespace)
            an_api_server_that_dies_is_back(cluster, namespace)
            while not gone(until, status(cluster, namespace)["phase"]):
                running.revive()
                time.sleep(0.5)
        finally:
            os.kill(traces.pid, signal.SIGCONT)


def what_a_person_scales_is_put_back(cluster: Cluster, namespace: str) -> None:
    kubectl(cluster, "scale", "deployment", "v2-notification", "-n", namespace, "--replicas=3")
    eventually(lambda: replicas(cluster, namespace), lambda found: found == (2, 2))


def stable_pods_that_go_are_replaced(cluster: Cluster, namespace: str) -> None:
    chosen = ("pods", "-n", namespace, "--selector=version=v1")
    kubectl(cluster, "delete", *chosen, "--wait=true")
    kubectl(cluster, "wait", "--for=condition=Ready", *chosen, "--timeout=60s")


def an_api_server_that_dies_is_back(cluster: Cluster, namespace: str) -> None:
    """That of somebody else's cluster is not ours to kill."""
    if cluster.node is not None:
        node.kill(cluster.node, "api")
        eventually(lambda: answers(cluster, namespace), bool)


def gone(until: float, phase: str) -> bool:
    """Whether the outage has lasted; all the while the release stands where it stood."""
    assert phase == "Analysing"
    return time.monotonic() > until


def test_another_version_that_comes_mid_run_gets_a_run_of_its_own(
    cluster: Cluster, account: Cluster, namespace: str, application: str, traces: XRay, tmp_path: Path
) -> None:
    with on_its_way(cluster, account, namespace, application, traces, tmp_path):
        first = status(cluster, namespace)["canaryVersion"]
        kubectl(cluster, "set", "env", "deployment/v2-notification", "-n", namespace, "GREETING=hello")
        eventually(lambda: status(cluster, namespace), lambda found: found["run"] == 2)
    ended = status(cluster, namespace)
    assert ended["promoted"] == ended["canaryVersion"] != first
    runs = {
        each["spec"]["number"]: each["status"]["outcome"] for each in get(cluster, namespace, "canaryruns")["items"]
    }
    assert runs == {1: "superseded", 2: "promoted"}


@pytest.mark.long
def test_an_x_ray_that_refuses_every_third_question_costs_patience_only(
    cluster: Cluster, account: Cluster, namespace: str, versions: dict[str, str], traces: XRay, tmp_path: Path
) -> None:
    assert cluster.node is not None, "pods must reach this machine"
    options = free(host=cluster.node.where.machine, misbehaviour=Misbehaviour(throttle_every=3))
    with running(options) as throttling:
        xray = XRay(throttling.url, throttling.daemon, os.getpid())
        entry = serve(cluster, namespace, versions, xray.daemon)
        with on_its_way(cluster, account, namespace, entry, xray, tmp_path, rate=20):
            pass


def answers(cluster: Cluster, namespace: str) -> bool:
    """Whether the API server is back."""
    try:
        return bool(status(cluster, namespace))
    except CommandFailed:
        return False
