"""EDGE. A node's name flows in; the node ends, and having looked, nothing of it is left. Safe to repeat at any time.

One process is killed: the cradle. The kernel then kills the node's processes and drops its mounts and network.
"""

from __future__ import annotations

import shutil
import time

from tests.node import cgroups, layout, leftovers, network, node, parts, processes
from tests.node.errors import LeftBehind

GONE_WITHIN_S = 30.0
UNFINISHED_AFTER_S = 60.0
POLL_S = 0.02


def down(name: str) -> None:
    """Raises LeftBehind, naming what."""
    with parts.locked(layout.nodes() / ".down.lock"):
        record = node.read(name)
        if record is not None:
            processes.kill(record.cradle)
        deadline = time.monotonic() + GONE_WITHIN_S
        while left := _clear(name, record):
            if time.monotonic() > deadline:
                raise LeftBehind(f"node {name}: still there after {GONE_WITHIN_S:.0f} s: {', '.join(left)}")
            time.sleep(POLL_S)


def _clear(name: str, record: node.Node | None) -> list[str]:
    """Remove what can be removed by now; what is left afterwards. The record goes last, so that a repeat finds it."""
    cgroups.remove(name)
    left = leftovers.look(name, record)
    if any(line.startswith(("process", "mount", "cgroup")) for line in left):
        return left
    if record is not None:
        network.disconnect(record.where)
    shutil.rmtree(layout.directory(name), ignore_errors=True)
    return leftovers.look(name, record)


def sweep() -> list[str]:
    """Bring down every node whose starter died before it could. Their names."""
    abandoned = [name for name in node.names() if _abandoned(name)]
    for name in abandoned:
        down(name)
    return abandoned


def _abandoned(name: str) -> bool:
    record = node.read(name)
    if record is None:
        return _age_s(name) > UNFINISHED_AFTER_S
    return record.attached and not node.running(record)


def _age_s(name: str) -> float:
    try:
        return time.time() - layout.directory(name).stat().st_mtime
    except FileNotFoundError:
        return 0.0
