"""How long a canary that was found bad still gets requests, on Kubernetes. In: --runs, --rate, --output. Out: table or
JSON: seconds from the verdict to the canary's last request, how long the look took that found harm, and requests that
failed for another reason. Starts a node of its own (Linux, root); the machine should have nothing else to do:
`python -m bench.rollback`.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from tests.journeys.kubernetes.cluster import Cluster, apply, kubectl
from tests.journeys.kubernetes.operator.operating import (
    GATEWAY,
    REPLICAS,
    Load,
    XRay,
    began,
    broken,
    identify,
    install,
    operator,
    reaches,
    release,
    serve,
    serve_by_gateway,
    xray,
)
from tests.node import gateway, image
from tests.node.held import own_node

Serve = Callable[..., str]
ROUTERS: dict[str, tuple[dict[str, Any], Serve]] = {
    "gateway": (GATEWAY, serve_by_gateway),
    "replicas": (REPLICAS, serve),
}
FAULTS = 0.3


class Rollback(msgspec.Struct, frozen=True):
    """One run. Seconds from the verdict; `look`: from the beginning of the look, that is of reading and judging, to the
    verdict; `failed`: answers that were neither stable's nor the canary's own faults.
    """

    router: str
    seconds: float
    look: float
    requests: int
    failed: int


class Scene(msgspec.Struct, frozen=True):
    """What all runs share. `account` sees the cluster with the operator's own permissions."""

    cluster: Cluster
    account: Cluster
    images: dict[str, str]
    home: Path


def main() -> None:
    options = _options()
    with scene("bench-rollback") as here:
        found = [
            _rolled_back(here, router, number, options.rate) for router in ROUTERS for number in range(options.runs)
        ]
    if options.output == "json":
        print(msgspec.json.encode(found).decode())
        return
    print(f"{options.runs} rollbacks each at {options.rate:g} requests/s; by gateway on kept connections\n")
    print(f"{'router':10}{'median s':>10}{'worst s':>10}{'look, median s':>16}{'requests':>10}{'failed':>8}")
    for router in ROUTERS:
        mine = [one for one in found if one.router == router]
        late, look = [one.seconds for one in mine], median(one.look for one in mine)
        requests, failed = sum(one.requests for one in mine), sum(one.failed for one in mine)
        print(f"{router:10}{median(late):10.2f}{max(late):10.2f}{look:16.2f}{requests:10,}{failed:8}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=200.0, help="requests a second")
    parser.add_argument("--output", choices=("table", "json"), default="table")
    return parser.parse_args()


@contextmanager
def scene(name: str) -> Iterator[Scene]:
    """A node with the images, Traefik, our resources and the operator's account."""

    def say(line: str) -> None:
        print(line, file=sys.stderr)

    with tempfile.TemporaryDirectory() as home, own_node(name) as node:
        cluster = Cluster(node.kubectl, node.kubeconfig, node)
        wanted = {version: image.IMAGES[f"notification-{version}"] for version in ("v1", "v2")}
        for one in wanted.values():
            image.load(node, image.ensure(one, say))
        gateway.install(node, say)
        install(cluster)
        account = identify(cluster, Path(home))
        yield Scene(cluster, account, {version: one.name for version, one in wanted.items()}, Path(home))


def _rolled_back(here: Scene, router: str, number: int, rate: float) -> Rollback:
    traffic, serves = ROUTERS[router]
    namespace = f"{router}-{number}"
    kubectl(here.cluster, "create", "namespace", namespace)
    broken(here.cluster, namespace, "v2", FAULTS)
    with xray(here.cluster) as traces:
        load = _released(here, namespace, traces, serves, traffic, rate)
        looked, last = began(here.cluster, namespace, "Restoring"), max(load.last["500"], load.last["V2"])
    said = _condemned((here.home / f"{namespace}.log").read_text(encoding="utf-8"))
    kubectl(here.cluster, "delete", "namespace", namespace, "--wait=false")
    answers = load.answers
    failed = answers.total() - answers["200"] - answers["500"]
    return Rollback(router, round(last - said, 3), round(said - looked, 3), answers.total(), failed)


def _condemned(log: str) -> float:
    """When the operator said so, epoch s."""
    found = logged(log, ".*: the verdict is fail$")
    assert found, log
    return found[0]


def logged(log: str, words: str) -> list[float]:
    """When the operator wrote lines that go on so behind their time, a regular expression; epoch s."""
    stamps = re.findall(rf"^([\d-]+ [\d:]+,\d+) {words}", log, re.MULTILINE)
    return [datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S,%f").astimezone().timestamp() for stamp in stamps]


def _released(here: Scene, namespace: str, traces: XRay, serves: Serve, traffic: dict[str, Any], rate: float) -> Load:
    """The load, ended, of a release that was rolled back."""
    entry = serves(here.cluster, namespace, here.images, traces.daemon)
    with (
        operator(here.account, namespace, traces.url, here.home / f"{namespace}.log"),
        Load(entry, rate, headers={"Host": f"{namespace}.test"}, keeps=traffic is GATEWAY) as load,
    ):
        apply(here.cluster, namespace, release("notification", traffic, [50, 100]))
        reaches(here.cluster, namespace, "RolledBack")
        load.goes_on(200)
    return load


if __name__ == "__main__":
    main()
