"""EDGE. A name flows in, a running node flows out, for as long as a block lasts.
The node belongs to a process of its own, which ends it when this one ends, even by kill -9.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from tests.node import layout
from tests.node.errors import StartFailed
from tests.node.node import Node


@contextmanager
def own_node(name: str) -> Iterator[Node]:
    """Raises StartFailed."""
    holder = subprocess.Popen(
        [sys.executable, "-m", "tests.node", "--name", name, "hold"],
        cwd=layout.REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert holder.stdin
    assert holder.stdout
    with holder.stdout, holder.stdin:
        said = holder.stdout.readline()
        if not said:
            raise StartFailed(f"node {name}: did not start; its words are above")
        yield msgspec.json.decode(said, type=Node)
    assert holder.wait() == 0, "the node left something behind; its words are above"
