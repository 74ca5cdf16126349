"""EDGE. The environment flows in, paths flow out: where programs are kept, and where a running node lives.

Inside its namespaces a node sees its own directory as /run/node, and uses the usual /run, /var/lib and /var/log.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.node.addresses import checked_name

REPOSITORY = Path(__file__).parents[2]
INSIDE = Path("/run/node")


def cache() -> Path:
    """Grows to about 4 GB; safe to delete while no node runs."""
    given = os.environ.get("SERINUS_NODE_CACHE")
    return Path(given).absolute() if given else Path.home() / ".cache/serinus/node"


def nodes() -> Path:
    return cache() / "nodes"


def directory(name: str) -> Path:
    """Raises ValueError if `name` is not one."""
    return nodes() / checked_name(name)


def cgroup_parents() -> list[Path]:
    """Where a node's cgroup is made: below each hierarchy of version 1 (hybrids have one of 2 beside them), or of 2."""
    root = Path("/sys/fs/cgroup")
    if (root / "cgroup.controllers").exists():
        return [root]
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.is_symlink())


def cgroup(name: str) -> str:
    return f"serinus-{checked_name(name)}"
