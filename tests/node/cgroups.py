"""EDGE. A node's name flows in; the cgroup that the kubelet puts its pods under is made, looked for, or removed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tests.node import layout

CONTROLLERS = ("cpu", "cpuset", "hugetlb", "io", "memory", "pids")


def make(name: str) -> None:
    for parent in layout.cgroup_parents():
        (parent / layout.cgroup(name)).mkdir(exist_ok=True)
        _delegate(parent)
        _delegate(parent / layout.cgroup(name))


def _delegate(parent: Path) -> None:
    """Version 2 only: let the children have what this one has; a busy controller may refuse."""
    control = parent / "cgroup.subtree_control"
    if control.exists():
        offered = (parent / "cgroup.controllers").read_text(encoding="ascii").split()
        for controller in set(CONTROLLERS) & set(offered):
            with suppress(OSError):
                control.write_text(f"+{controller}", encoding="ascii")


def present(name: str) -> list[Path]:
    """All that stand, children before parents. Others may be removing them meanwhile."""
    tops = [parent / layout.cgroup(name) for parent in layout.cgroup_parents()]
    return [Path(path) for top in tops for path, _directories, _files in os.walk(top, topdown=False)]


def remove(name: str) -> None:
    """As many as are empty: a cgroup stays while the kernel still buries its last process."""
    for path in present(name):
        with suppress(OSError):
            path.rmdir()
