"""A cluster for a session of journeys: a node of our own, else the one that KUBECONFIG names, else none and why."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.journeys.kubernetes.choosing import GivenCluster, NoCluster, OwnNode, choose
from tests.journeys.kubernetes.cluster import Cluster, kubectl
from tests.node import able, gateway, image
from tests.node.held import own_node

RESTRICTED = "pod-security.kubernetes.io/enforce=restricted"


@pytest.fixture(scope="session")
def machine() -> None:
    """One that can run nodes of our own."""
    if reasons := able.missing():
        _refuse(f"no node can run here ({'; '.join(reasons)})", fatal=os.environ.get("CI") == "true")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    match choose(able.missing(), os.environ, shutil.which("kubectl")):
        case OwnNode():
            with own_node(f"journeys-{os.getpid()}") as node:
                yield Cluster(node.kubectl, node.kubeconfig, node)
        case GivenCluster(kubectl=program, kubeconfig=kubeconfig):
            yield Cluster(program, kubeconfig)
        case NoCluster(reason=reason, fatal=fatal):
            _refuse(reason, fatal)


def _refuse(reason: str, fatal: bool) -> None:
    if fatal:
        pytest.fail(reason)
    pytest.skip(reason)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


@pytest.fixture(scope="session")
def images(cluster: Cluster) -> Callable[[str], str]:
    """Call it with a key of `image.IMAGES`: the image's name, present on our own node."""
    loaded: set[str] = set()

    def present(key: str) -> str:
        wanted = image.IMAGES[key]
        if cluster.node is not None and key not in loaded:
            image.load(cluster.node, image.ensure(wanted, _say))
            loaded.add(key)
        return wanted.name

    return present


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    """A namespace of the test's own that enforces the restricted profile; it goes with the test."""
    name = f"journey-{secrets.token_hex(4)}"
    kubectl(cluster, "create", "namespace", name)
    kubectl(cluster, "label", "namespace", name, RESTRICTED)
    yield name
    kubectl(cluster, "delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="session")
def traefik(cluster: Cluster) -> None:
    """Traefik as GatewayClass `traefik`, reached as traefik.gateway:80."""
    if cluster.node is None:
        _refuse("Traefik is installed on a node of our own only, and this cluster is somebody else's", fatal=False)
    else:
        gateway.install(cluster.node, _say)
