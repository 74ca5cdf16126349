"""EDGE. A cluster flows in; an X-Ray on this machine, an operator, a load, and what they did flow out.

The operator runs as a process of this machine, so that a journey can kill it.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import msgspec
import yaml

from serinus.kube.rbac import ACCOUNT, NAMESPACE
from tests.journeys.kubernetes.cluster import Cluster, apply, eventually, get, kubectl, wait
from tests.journeys.kubernetes.manifests import PORT, gateway, notification, route, service
from tests.node.layout import REPOSITORY

INFO = "/notification/xray"
REPLICAS = {"replicas": {"service": "notification", "total": 4}}
GATEWAY = {"gateway": {"httpRoute": "notification", "stableService": "v1", "canaryService": "v2"}}


class XRay(msgspec.Struct, frozen=True):
    """`daemon` is host:port for segments, as pods reach it."""

    url: str
    daemon: str
    pid: int


@contextmanager
def xray(cluster: Cluster) -> Iterator[XRay]:
    """Our X-Ray on the machine's end of the link to the node."""
    assert cluster.node is not None, "pods must reach this machine"
    address = cluster.node.where.machine
    command = [sys.executable, "-m", "serinus.cli.main", "xray", "--host", address, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[2].rstrip(",")
        try:
            yield XRay(url, url.removeprefix("http://"), process.pid)
        finally:
            process.terminate()


class Operator:
    """`serinus operator` on this machine: it can be killed and started again. Its log is in `log`."""

    def __init__(self, cluster: Cluster, namespace: str, xray_url: str, log: Path, name: str = "one") -> None:
        self._command = [
            *(sys.executable, "-m", "serinus.cli.operator", "--namespace", namespace),
            *("--endpoint-url", xray_url, "--metrics-port", "0", "--kubeconfig", str(cluster.kubeconfig)),
        ]
        self._extra = {"KUBECONFIG": str(cluster.kubeconfig), "POD_NAMESPACE": NAMESPACE, "POD_NAME": name}
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, env={**os.environ, **self._extra}, stdout=log, stderr=log, cwd=REPOSITORY
            )

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def revive(self) -> None:
        """As the kubelet would, if it has ended: it does when Kubernetes does not answer for too long."""
        if self.process and self.process.poll() is not None:
            self.start()

    def stop(self) -> int:
        """Its exit code."""
        assert self.process
        self.process.terminate()
        return self.process.wait(30)


@contextmanager
def operator(cluster: Cluster, namespace: str, xray_url: str, log: Path, name: str = "one") -> Iterator[Operator]:
    running = Operator(cluster, namespace, xray_url, log, name)
    running.start()
    try:
        yield running
    finally:
        if running.process and running.process.poll() is None:
            running.stop()


class Load:
    """Requests from this machine, `rate` a second, from some threads. `answers` counts statuses
    and failures, `versions` who answered; `last` says when each was last seen, epoch s.
    `failures`: when each was asked and ended, epoch s, and how.
    """

    def __init__(
        self, address: str, rate: float, *, path: str = INFO, headers: Mapping[str, str] | None = None, keeps: bool
    ) -> None:
        self._address, self._path, self._headers, self._keeps = address, path, dict(headers or {}), keeps
        self._pause = 4 / rate
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(4)]
        self.answers: Counter[str] = Counter()
        self.versions: Counter[str] = Counter()
        self.last: dict[str, float] = {}
        self.failures: list[tuple[float, float, str]] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        host, _, port = self._address.partition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        due = time.monotonic()
        while not self._stop.is_set():
            due = max(due + self._pause, time.monotonic() - 1)
            self._ask(connection)
            self._stop.wait(max(0.0, due - time.monotonic()))
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        asked = time.time()
        try:
            connection.request("GET", self._path, headers=self._headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.answers[f"{type(error).__name__} {error}"] += 1
            self.failures.append((asked, time.time(), repr(error)))
            connection.close()
            return
        self.answers[str(answer.status)] += 1
        version = next((each for each in ("V1", "V2") if each in body), "")
        self.versions[version] += 1
        self.last[str(answer.status)] = self.last[version] = time.time()
        if not self._keeps:
            connection.close()

    def goes_on(self, requests: int) -> float:
        """Now, epoch s; returns after so many more answers."""
        at, enough = time.time(), self.answers.total() + requests
        eventually(self.answers.total, lambda answered: answered >= enough)
        return at

    @property
    def failed(self) -> int:
        return self.answers.total() - self.answers["200"]


def traced(version: str, image: str, replicas: int, daemon: str) -> dict[str, Any]:
    """A Deployment whose traces reach our X-Ray, and that takes its time to leave, as the seed's do.
    The ConfigMap VERSION-faults, if there is one, holds a plan of faults.
    """
    deployment = notification(version, image, replicas)
    pod = deployment["spec"]["template"]["spec"]
    pod["terminationGracePeriodSeconds"] = 30
    container = pod["containers"][0]
    container["lifecycle"] = {"preStop": {"sleep": {"seconds": 2}}}
    container["env"] = [
        {"name": "AWS_XRAY_DAEMON_ADDRESS", "value": daemon},
        {"name": "AWS_XRAY_TRACING_NAME", "value": f"{version.upper()}-Notification-Microservice"},
        {"name": "DRAIN_SECONDS", "value": "3"},
        {"name": "SERVICE_PROFILE", "value": "development"},
        {"name": "FAULTS_FILE", "value": "/faults/plan.json"},
    ]
    container["volumeMounts"].append({"name": "faults", "mountPath": "/faults"})
    pod["volumes"].append({"name": "faults", "configMap": {"name": f"{version}-faults", "optional": True}})
    return deployment


def identify(cluster: Cluster, home: Path, name: str = ACCOUNT) -> Cluster:
    """The same cluster, seen with the permissions of one of our accounts, by default the operator's, and no others."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    for part in ("base/namespace", "base/rbac", "console/rbac"):
        kubectl(cluster, "apply", "--server-side", "--filename", str(REPOSITORY / f"deploy/{part}.yaml"))
    apply(cluster, NAMESPACE, account)
    token = kubectl(cluster, "create", "token", name, "--namespace", NAMESPACE, "--duration=2h").strip()
    config = yaml.safe_load(cluster.kubeconfig.read_text(encoding="utf-8"))
    config["users"] = [{**config["users"][0], "user": {"token": token}}]
    kubeconfig = home / f"{name}.kubeconfig"
    kubeconfig.write_text(yaml.safe_dump(config), encoding="utf-8")
    return Cluster(cluster.kubectl, kubeconfig, cluster.node)


def install(cluster: Cluster) -> None:
    """The CustomResourceDefinitions; twice is once."""
    kubectl(cluster, "apply", "--server-side", "--filename", str(REPOSITORY / "deploy/crd"))
    kubectl(cluster, "wait", "--for=condition=Established", "--filename", str(REPOSITORY / "deploy/crd"))


def broken(cluster: Cluster, namespace: str, version: str, share: float) -> None:
    """So many of a version's requests are answered with 500. To be called before its pods start."""
    plan = msgspec.json.encode({"fault": share, "endpoints": [f"GET {INFO}"]}).decode()
    metadata = {"name": f"{version}-faults"}
    apply(
        cluster, namespace, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"plan.json": plan}}
    )


def deploy(cluster: Cluster, namespace: str, images: Mapping[str, str], daemon: str, stable: int = 4) -> None:
    """V1 with its replicas, V2 with none, ready."""
    for version, replicas in (("v1", stable), ("v2", 0)):
        apply(cluster, namespace, traced(version, images[version], replicas, daemon))
    wait(cluster, namespace, "--for=condition=Available", "deployment/v1-notification")


def serve(cluster: Cluster, namespace: str, images: Mapping[str, str], daemon: str) -> str:
    """V1 and V2 behind one Service; its address, once it answers. The Service is there before its pods: what is sent to
    an address that kube-proxy does not know yet fails, and so does, for minutes, what reuses its port.
    """
    apply(cluster, namespace, service("notification", {"app": "notification"}))
    deploy(cluster, namespace, images, daemon)
    entry = address(cluster, namespace, "notification")
    eventually(lambda: answers(entry), bool)
    return entry


def serve_by_gateway(cluster: Cluster, namespace: str, images: Mapping[str, str], daemon: str) -> str:
    """V1 and V2 behind a route for NAMESPACE.test with everything on V1; Traefik's address, once it answers."""
    deploy(cluster, namespace, images, daemon, stable=2)
    apply(cluster, namespace, *(service(each, {"version": each}) for each in ("v1", "v2")), gateway("entry"))
    apply(cluster, namespace, route("notification", "entry", f"{namespace}.test", {"v1": 100, "v2": 0}))
    entry = address(cluster, "gateway", "traefik", 80)
    eventually(lambda: answers(entry, f"{namespace}.test"), bool)
    return entry


def answers(entry: str, host: str = "notification") -> bool:
    try:
        return ask(entry, host)[0] == 200
    except OSError:
        return False


def ask(entry: str, host: str, **headers: str) -> tuple[int, str]:
    """The status and the text of one answer. Raises OSError."""
    connection = http.client.HTTPConnection(entry, timeout=10)
    try:
        connection.request("GET", INFO, headers={"Host": host, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def release(name: str, traffic: Mapping[str, Any], weights: list[int], **spec: Any) -> dict[str, Any]:
    """Small and fast: ticks of a second, traces complete after two, a wide gate. What rolls back is the default."""
    return {
        "apiVersion": "serinus.dev/v1alpha1",
        "kind": "CanaryRelease",
        "metadata": {"name": name},
        "spec": {
            "stable": {"deployment": "v1-notification"},
            "canary": {"deployment": "v2-notification"},
            "traffic": traffic,
            "steps": [{"weight": weight} for weight in weights],
            "analysis": {"tick": "1s", "maxTime": "5m", "warmUp": "1s", "gates": [{"weight": 100, "difference": 0.05}]},
            "traces": {"delay": "2s"},
            "bake": "1s",
            "progressDeadline": "60s",
            **spec,
        },
    }


def status(cluster: Cluster, namespace: str, name: str = "notification") -> dict[str, Any]:
    found: dict[str, Any] = get(cluster, namespace, "canaryreleases", name).get("status", {})
    return found


def replicas(cluster: Cluster, namespace: str) -> tuple[int, int]:
    """How many pods stable and canary are to have."""
    found = {each["metadata"]["name"]: each for each in get(cluster, namespace, "deployments")["items"]}
    return found["v1-notification"]["spec"]["replicas"], found["v2-notification"]["spec"]["replicas"]


def condition(cluster: Cluster, namespace: str, kind: str, name: str = "notification") -> dict[str, Any]:
    """One of the release's conditions; {} while it has none."""
    found = status(cluster, namespace, name).get("conditions", [])
    return next((each for each in found if each["type"] == kind), {})


def reaches(cluster: Cluster, namespace: str, *phases: str, within: float = 240) -> dict[str, Any]:
    """The status once the release is in one of the phases."""
    deadline = time.monotonic() + within
    while True:
        found = status(cluster, namespace)
        if found.get("phase") in phases:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {within:.0f} s: {found}")
        time.sleep(0.5)


def killed_at_every_transition(cluster: Cluster, namespace: str, running: Operator) -> dict[str, float]:
    """The operator is killed, and started again, whenever the release has come further, until it is promoted.
    When, epoch s, by phase and step.
    """
    kills: dict[str, float] = {}
    while (found := status(cluster, namespace)).get("phase") != "Promoted":
        assert found.get("phase") != "RolledBack", found
        if (now := f"{found.get('phase')} {found.get('step')}") not in kills:
            running.kill()
            kills[now] = time.time()
            running.start()
        time.sleep(0.3)
    return kills


def address(cluster: Cluster, namespace: str, name: str, port: int = PORT) -> str:
    return f"{get(cluster, namespace, 'service', name)['spec']['clusterIP']}:{port}"


def began(cluster: Cluster, namespace: str, phase: str) -> float:
    """When the run came into a phase, epoch s."""
    timeline = get(cluster, namespace, "canaryruns", "notification-1")["status"]["timeline"]
    return next(float(entry["at"]) for entry in timeline if entry["phase"] == phase)
