"""EDGE. A name flows in, a Ready node flows out, or nothing of it is left behind and the error says why."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

from tests.node import able, cgroups, layout, network, node, pki
from tests.node.build import PAUSE, Built, build
from tests.node.daemons import Plan, files, waves
from tests.node.down import down, sweep
from tests.node.errors import CannotRun, NodeError, StartFailed
from tests.node.node import Node
from tests.node.spawn import network_namespace, send, spawn

READY_WITHIN_S = 120.0
POLL_S = 0.1
ADDONS = Path(__file__).parent / "addons.yaml"
INSIDE = Path("/run/cache")


def up(name: str, attached: bool, say: Callable[[str], None]) -> Node:
    """Start it unless it runs, whatever an earlier one of this name left. `attached`: it dies with this process.

    Raises CannotRun, CommandFailed, StartFailed.
    """
    if reasons := able.missing():
        raise CannotRun(f"no node can run here: {'; '.join(reasons)}")
    sweep()
    earlier = node.read(name)
    if earlier is not None and node.running(earlier):
        if attached or earlier.attached:
            raise StartFailed(f"node {name}: runs already, started by somebody else")
        return earlier
    down(name)
    built = build(say)
    try:
        started = _start(name, attached, built)
        _finish(started, built)
    except BaseException as failed:
        logs = node.logs(name)
        down(name)
        if isinstance(failed, NodeError):
            raise StartFailed(f"{failed}\n{logs}") from failed
        raise
    return started


def _start(name: str, attached: bool, built: Built) -> Node:
    """All daemons are under way. The record is written as early as there is something to bring down."""
    directory = layout.directory(name)
    directory.mkdir(parents=True)
    cgroups.make(name)
    cradle = spawn(directory)
    where = network.connect(cradle.process.pid)
    started = Node(name, where, cradle.process, network_namespace(cradle), attached, str(built.programs))
    node.write(started)
    pki.make(directory / "pki", where)
    _write(directory / "etc", files(where, layout.cgroup(name), PAUSE))
    send(cradle, Plan(waves(where, INSIDE / built.programs.name / "bin", INSIDE / built.dns.name), attached))
    return started


def _write(home: Path, texts: dict[str, str]) -> None:
    for file, text in texts.items():
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_text(text, encoding="utf-8")


def _finish(started: Node, built: Built) -> None:
    """Add what a fresh cluster lacks, and wait until pods can start."""

    def until(what: str, *arguments: str) -> None:
        _wait(started, what, lambda: node.kubectl(started, *arguments))

    until("readyz", "get", "--raw", "/readyz")
    until("addons", "apply", "--server-side", f"--filename={ADDONS}", f"--filename={built.gateway}")
    pause = INSIDE / built.pause.name / "image.tar"
    node.run(started, ["ctr", "-n", "k8s.io", "images", "import", str(pause)])
    until("node1", "wait", "--for=condition=Ready", "node/node1", "--timeout=1s")
    until("gateway api", "get", "gatewayclasses,gateways,httproutes", "--all-namespaces")
    until("service accounts", "get", "--namespace=default", "serviceaccount/default")
    _wait(started, "dns", lambda: _connect(started.where.node, 53))


def _connect(address: str, port: int) -> None:
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError as refused:
        raise StartFailed(f"{address}:{port}: {refused}") from None


def _wait(started: Node, what: str, ask: Callable[[], object]) -> None:
    """Until `ask` no longer raises. Raises StartFailed at the deadline or when the node died."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            ask()
        except NodeError as not_yet:
            if not node.running(started) or time.monotonic() > deadline:
                raise StartFailed(f"node {started.name}: {what} is not ready: {not_yet}") from not_yet
            time.sleep(POLL_S)
        else:
            return
