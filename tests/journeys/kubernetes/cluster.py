"""EDGE. A kubeconfig flows in; what journeys ask of a cluster, their own node's or another's, flows out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from tests.node import processes
from tests.node.errors import CommandFailed
from tests.node.node import Node

T = TypeVar("T")
WITHIN_S = 60.0
POLL_S = 0.3


class Cluster(msgspec.Struct, frozen=True):
    """`node` is None on a cluster that somebody else runs: images then come from its registry."""

    kubectl: Path
    kubeconfig: Path
    node: Node | None = None


def kubectl(cluster: Cluster, *arguments: str, given: str = "") -> str:
    """Raises CommandFailed with kubectl's message."""
    extra = {"KUBECONFIG": str(cluster.kubeconfig)}
    return processes.output([cluster.kubectl, *arguments], extra=extra, given=given)


def apply(cluster: Cluster, namespace: str, *objects: dict[str, Any]) -> None:
    given = yaml.safe_dump_all(objects)
    kubectl(cluster, "apply", "--server-side", "--namespace", namespace, "--filename", "-", given=given)


def get(cluster: Cluster, namespace: str, *arguments: str) -> Any:
    return msgspec.json.decode(kubectl(cluster, "get", "--namespace", namespace, "--output=json", *arguments))


def wait(cluster: Cluster, namespace: str, *arguments: str) -> None:
    """`arguments` as of `kubectl wait`. Raises CommandFailed when the time is up, saying what the pods say."""
    try:
        kubectl(cluster, "wait", "--namespace", namespace, f"--timeout={WITHIN_S:.0f}s", *arguments)
    except CommandFailed as late:
        raise CommandFailed(f"{late}\n{_story(cluster, namespace)}") from None


def _story(cluster: Cluster, namespace: str) -> str:
    pods = kubectl(cluster, "get", "pods", "--namespace", namespace, "--output=wide")
    events = kubectl(cluster, "events", "--namespace", namespace, "--types=Warning")
    return f"{pods}\n{processes.tail(events, 10)}"


def eventually(ask: Callable[[], T], holds: Callable[[T], bool]) -> T:
    """The first answer of which `holds` is true. Raises TimeoutError with the last one."""
    deadline = time.monotonic() + WITHIN_S
    while not holds(answer := ask()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {WITHIN_S:.0f} s still: {answer!r}")
        time.sleep(POLL_S)
    return answer


def python(cluster: Cluster, namespace: str, pod: str, program: str) -> str:
    """What a Python program prints that runs in a pod."""
    return kubectl(cluster, "exec", "--namespace", namespace, pod, "--", "python3", "-c", program)
