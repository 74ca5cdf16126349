"""Given a real API server and no operator, when a person looks, asks and waits, then it is by Kubernetes' own rules."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from serinus.kube.documents import run_fields, status_fields
from serinus.kube.kinds import COMMAND
from serinus.kube.workloads import version_of
from serinus.release.status import Phase, Status
from serinus.release.world import Command
from tests.cli.builders import a_run
from tests.journeys.kubernetes.cluster import Cluster, apply, get, kubectl
from tests.journeys.kubernetes.manifests import notification
from tests.journeys.kubernetes.operator.operating import install, release
from tests.node.layout import REPOSITORY

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(900)]

Done = subprocess.CompletedProcess[str]
Serinus = Callable[..., Done]
API = "serinus.dev/v1alpha1"
IMAGE = "registry.invalid/notification:2"


@pytest.fixture
def shop(cluster: Cluster, namespace: str) -> str:
    """A release and its Deployments, whose pods nobody asks for."""
    install(cluster)
    for version, image in (("v1", "registry.invalid/notification:1"), ("v2", IMAGE)):
        apply(cluster, namespace, notification(version, image, 0))
    apply(cluster, namespace, release("notification", {"replicas": {"service": "notification"}}, [50, 100]))
    return namespace


@pytest.fixture
def serinus(cluster: Cluster, shop: str, tmp_path: Path) -> Serinus:
    """The command line, in an empty directory, in the namespace."""

    def run(*words: str, kubeconfig: Path = cluster.kubeconfig) -> Done:
        command = (sys.executable, "-m", "serinus.cli.main", *words, "--namespace", shop)
        extra = {"KUBECONFIG": str(kubeconfig), "PYTHONPATH": str(REPOSITORY)}
        return subprocess.run(
            command, cwd=tmp_path, env={**os.environ, **extra}, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def rolled_back(cluster: Cluster, namespace: str, *, version: str = "") -> None:
    """As the operator would leave it after a run of the version: by default the one that is there."""
    version = version or version_of(get(cluster, namespace, "deployment", "v2-notification"))
    standing = Status(phase=Phase.ROLLED_BACK, run=1, canary_version=version, reason="HarmFound", message="Harm found.")
    stands(cluster, namespace, standing, progress="1/2", verdict="fail", observedGeneration=1)
    run = {
        "apiVersion": API,
        "kind": "CanaryRun",
        "metadata": {"name": "notification-1"},
        "spec": {"release": "notification", "number": 1},
        "status": run_fields(a_run()),
    }
    apply(cluster, namespace, run)


def stands(cluster: Cluster, namespace: str, standing: Status, **columns: object) -> None:
    """As the operator would write it."""
    status = status_fields(standing) | columns
    document = {"apiVersion": API, "kind": "CanaryRelease", "metadata": {"name": "notification"}, "status": status}
    of = ("--server-side", "--namespace", namespace, "--filename", "-")
    kubectl(cluster, "apply", "--subresource=status", *of, given=json.dumps(document))


def viewer(cluster: Cluster, namespace: str, home: Path) -> Path:
    """The kubeconfig of somebody who may look and not touch."""
    kubectl(cluster, "create", "serviceaccount", "ana", "--namespace", namespace)
    rules = ("--verb=get,list", "--resource=canaryreleases.serinus.dev,canaryruns.serinus.dev,deployments.apps")
    kubectl(cluster, "create", "role", "look", *rules, "--namespace", namespace)
    bound = ("--role=look", f"--serviceaccount={namespace}:ana", "--namespace", namespace)
    kubectl(cluster, "create", "rolebinding", "look", *bound)
    token = kubectl(cluster, "create", "token", "ana", "--namespace", namespace).strip()
    config = yaml.safe_load(cluster.kubeconfig.read_text(encoding="utf-8"))
    config["users"] = [{**config["users"][0], "user": {"token": token}}]
    path = home / "ana.kubeconfig"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def command(cluster: Cluster, namespace: str) -> Command | None:
    annotations = get(cluster, namespace, "canaryrelease", "notification")["metadata"].get("annotations", {})
    return msgspec.json.decode(annotations[COMMAND], type=Command) if COMMAND in annotations else None


def words(line: str) -> list[str]:
    """Of a table's row, whatever its age."""
    return re.sub(r"\b\d+s\b", "AGE", line).split()


def test_the_table_is_kubectls_and_the_document_too(cluster: Cluster, shop: str, serinus: Serinus) -> None:
    rolled_back(cluster, shop)

    ours = serinus("list", "--output", "wide").stdout.splitlines()
    theirs = kubectl(cluster, "get", "canaryreleases", "--output=wide", "--namespace", shop).splitlines()
    document: dict[str, Any] = json.loads(serinus("get", "--output", "json").stdout)

    assert [words(line) for line in ours] == [words(line) for line in theirs]
    run = document.pop("run")
    assert document == get(cluster, shop, "canaryrelease", "notification")
    assert run["outcome"] == "rolled back"
    assert "RolledBack" in serinus("get", "--watch").stdout
    assert "Harm found: faults 0.1 % → 5.0 %." in serinus("explain", "--output", "yaml").stdout
    assert serinus("list", "--all-namespaces").stdout.splitlines()[0].startswith("NAMESPACE")


def test_what_is_asked_is_signed_by_the_user_the_cluster_knows(cluster: Cluster, shop: str, serinus: Serinus) -> None:
    stands(cluster, shop, Status(phase=Phase.ANALYSING, run=1, weight=50))
    me = json.loads(kubectl(cluster, "auth", "whoami", "--output=json"))["status"]["userInfo"]["username"]

    done = serinus("abort", "notification", "--reason", "enough", "--timeout", "0s")

    asked = command(cluster, shop)
    assert done.returncode == 0
    assert asked is not None
    assert (asked.verb, asked.reason, asked.by) == ("abort", "enough", me)


def test_who_may_only_look_is_told_so_and_nothing_is_asked(
    cluster: Cluster, shop: str, serinus: Serinus, tmp_path: Path
) -> None:
    stands(cluster, shop, Status(phase=Phase.ANALYSING, run=1, weight=50))
    ana = viewer(cluster, shop, tmp_path)

    assert "notification" in serinus("list", kubeconfig=ana).stdout
    assert serinus("get", kubeconfig=ana).returncode == 0
    refused = serinus("pause", "notification", "--reason", "because", kubeconfig=ana)

    assert refused.returncode == 1
    assert f'User "system:serviceaccount:{shop}:ana" cannot patch' in refused.stderr
    assert command(cluster, shop) is None


def test_wait_answers_for_the_version_that_is_there(cluster: Cluster, shop: str, serinus: Serinus) -> None:
    rolled_back(cluster, shop, version="one-before")
    assert serinus("wait", "--timeout", "1s").returncode == 5

    rolled_back(cluster, shop)
    ended = serinus("wait", "--image", IMAGE, "--generation", "1")
    other = serinus("wait", "--image", "registry.invalid/notification:3", "--timeout", "1s")

    assert (ended.returncode, ended.stderr) == (3, "HarmFound: Harm found.\n")
    assert other.returncode == 5
    assert f"the canary runs {IMAGE}, not registry.invalid/notification:3" in other.stderr


def test_an_unknown_name_is_refused_with_those_there_are(shop: str, serinus: Serinus) -> None:
    refused = serinus("get", "other")

    assert refused.returncode == 2
    assert refused.stderr == f"serinus: NAME: must be a release of namespace {shop}: notification, got 'other'\n"
