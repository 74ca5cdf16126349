"""EDGE. A name flows in, a Ready node flows out, or nothing of it is left behind and the error says why."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.node import able, cgroups, layout, network, node, pki, processes
from tests.node.build import PAUSE, Built, build
from tests.node.daemons import Plan, files, waves
from tests.node.down import down, sweep
from tests.node.errors import CannotRun, NodeError, StartFailed
from tests.node.node import Node
from tests.node.processes import Process

READY_WITHIN_S = 120.0
POLL_S = 0.1
ADDONS = Path(__file__).parent / "addons.yaml"
CRADLE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", sys.executable, "-m", "tests.node.cradle")


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
        return _start(name, attached, built)
    except BaseException as failed:
        logs = node.logs(name)
        down(name)
        if isinstance(failed, NodeError):
            raise StartFailed(f"{failed}\n{logs}") from failed
        raise


def _start(name: str, attached: bool, built: Built) -> Node:
    directory = layout.directory(name)
    directory.mkdir(parents=True)
    cgroups.make(name)
    cradle, pid = _cradle(directory)
    where = network.connect(pid)
    started = Node(name, where, _identified(pid), _network_namespace(pid), attached, str(built.programs))
    node.write(started)
    pki.make(directory / "pki", where)
    _write(directory / "etc", files(where, layout.cgroup(name), PAUSE))
    inside = Path("/run/cache")
    programs, dns = inside / built.programs.name / "bin", inside / built.dns.name
    _send(cradle, Plan(waves(where, programs, dns), attached))
    _wait(started, "readyz", lambda: node.kubectl(started, "get", "--raw", "/readyz"))
    apply = ("apply", "--server-side", "--filename", str(ADDONS), "--filename", str(built.gateway_crds))
    _wait(started, "addons", lambda: node.kubectl(started, *apply))
    node.run(started, ["ctr", "-n", "k8s.io", "images", "import", str(inside / built.pause.name / "image.tar")])
    ready = ("wait", "--for=condition=Ready", "node/node1", "--timeout=1s")
    _wait(started, "node1", lambda: node.kubectl(started, *ready))
    account = ("get", "--namespace=default", "serviceaccount/default")
    _wait(started, "service accounts", lambda: node.kubectl(started, *account))
    return started


def _cradle(directory: Path) -> tuple[subprocess.Popen[bytes], int]:
    with (directory / "cradle.log").open("wb") as log:
        cradle = subprocess.Popen(
            [*CRADLE, directory, layout.cache()],
            cwd=layout.REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert cradle.stdout
    said = cradle.stdout.readline()
    cradle.stdout.close()
    if not said.strip().isdigit():
        raise StartFailed(f"cradle: {(directory / 'cradle.log').read_text(encoding='utf-8')}")
    return cradle, int(said)


def _identified(pid: int) -> Process:
    process = processes.identify(pid)
    if process is None:
        raise StartFailed(f"cradle: process {pid} is gone")
    return process


def _network_namespace(pid: int) -> int:
    return Path(f"/proc/{pid}/ns/net").stat().st_ino


def _write(home: Path, texts: dict[str, str]) -> None:
    for file, text in texts.items():
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_text(text, encoding="utf-8")


def _send(cradle: subprocess.Popen[bytes], plan: Plan) -> None:
    assert cradle.stdin
    cradle.stdin.write(msgspec.json.encode(plan) + b"\n")
    cradle.stdin.flush()
    _keep[cradle.pid] = cradle
    if not plan.attached:
        cradle.stdin.close()


# An attached cradle's input closes when the Popen is collected, so it is kept as long as this process.
_keep: dict[int, subprocess.Popen[bytes]] = {}


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
