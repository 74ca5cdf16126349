"""The node itself: it comes and goes, several at a time, and leaves nothing, however its starter ended."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator

import msgspec
import pytest

from tests.journeys.kubernetes.cluster import eventually
from tests.node import layout, leftovers, node, up
from tests.node.down import down, sweep
from tests.node.errors import CommandFailed, StartFailed
from tests.node.node import Node

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(1500)]

# Starts a holder as the fixture does, and then does nothing any more.
STARTER = """
import subprocess, sys, time
holder = subprocess.Popen([sys.executable, "-m", "tests.node", "--name", {name!r}, "hold"], stdin=subprocess.PIPE)
print(holder.pid, file=sys.stderr, flush=True)
time.sleep(600)
"""


@pytest.fixture
def name(machine: None) -> Iterator[str]:
    unique = f"test-{secrets.token_hex(4)}"
    yield unique
    down(unique)


def silent(_line: str) -> None:
    pass


def nothing_left(record: Node) -> None:
    eventually(lambda: leftovers.look(record.name, record), lambda left: left == [])


def ready(record: Node) -> bool:
    return node.kubectl(record, "get", "nodes", "--no-headers").split()[:2] == ["node1", "Ready"]


def test_nodes_stand_side_by_side_and_one_name_works_twice_in_a_row(name: str) -> None:
    first, other = up.up(name, attached=False, say=silent), up.up(f"{name}-2", attached=False, say=silent)
    try:
        assert first.where.node != other.where.node
        assert up.up(name, attached=False, say=silent) == first
        down(name)
        assert leftovers.look(name, first) == []
        assert ready(other)
        again = up.up(name, attached=False, say=silent)
        assert again.cradle != first.cradle
        assert ready(again)
    finally:
        down(f"{name}-2")
    assert leftovers.look(f"{name}-2", other) == []


def test_a_node_ends_when_its_starter_is_killed(name: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER.format(name=name)], cwd=layout.REPOSITORY, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout
        record = msgspec.json.decode(starter.stdout.readline(), type=Node)
        assert ready(record)
        starter.kill()
    nothing_left(record)


def test_when_its_holder_is_killed_too_the_processes_end_and_the_next_sweep_clears_the_rest(name: str) -> None:
    command = [sys.executable, "-m", "tests.node", "--name", name, "hold"]
    with subprocess.Popen(command, cwd=layout.REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        record = msgspec.json.decode(holder.stdout.readline(), type=Node)
        holder.send_signal(signal.SIGKILL)
    eventually(lambda: node.running(record), lambda runs: not runs)
    sweep()
    nothing_left(record)


def test_a_failed_start_says_why_and_leaves_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up, "READY_WITHIN_S", 0.5)
    with pytest.raises(StartFailed, match=r"(?s)readyz is not ready.*--- api"):
        up.up(name, attached=True, say=silent)
    assert leftovers.look(name, None) == []


def test_a_daemon_that_was_killed_is_back(name: str) -> None:
    record = up.up(name, attached=False, say=silent)
    before = node.run(record, ["cat", "/run/api.pid"])
    node.kill(record, "api")
    eventually(lambda: _api(record), lambda after: after not in {None, before})


def _api(record: Node) -> str | None:
    """The API server's process id, once it is ready."""
    try:
        node.kubectl(record, "get", "--raw", "/readyz")
        return node.run(record, ["cat", "/run/api.pid"])
    except CommandFailed:
        return None
