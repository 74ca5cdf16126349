"""EDGE. A running node's record flows in; commands run in it, its kubectl, its logs flow out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.node import layout, processes
from tests.node.addresses import Addresses
from tests.node.errors import NodeError
from tests.node.processes import Process


class Node(msgspec.Struct, frozen=True):
    """`cradle` is process 1 of the node; `namespace` is the inode of its network namespace; `programs` holds bin/."""

    name: str
    where: Addresses
    cradle: Process
    namespace: int
    attached: bool
    programs: str

    @property
    def directory(self) -> Path:
        return layout.directory(self.name)

    @property
    def kubeconfig(self) -> Path:
        return self.directory / "pki/admin.kubeconfig"

    @property
    def kubectl(self) -> Path:
        return Path(self.programs, "bin/kubectl")


def write(node: Node) -> None:
    (node.directory / "node.json").write_bytes(msgspec.json.encode(node))


def read(name: str) -> Node | None:
    try:
        return msgspec.json.decode((layout.directory(name) / "node.json").read_bytes(), type=Node)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def names() -> list[str]:
    """Of all nodes that run or left something in the cache."""
    return sorted(path.name for path in layout.nodes().glob("*") if path.is_dir())


def running(node: Node) -> bool:
    return processes.alive(node.cradle)


def environment(node: Node) -> dict[str, str]:
    return {"PATH": f"{node.kubectl.parent}:{processes.search_path()}", "KUBECONFIG": str(node.kubeconfig)}


def entering(node: Node, command: Sequence[str]) -> list[str]:
    """`command`, to be run inside the node, where it dies with the node. Raises NodeError if the node is down."""
    if not running(node):
        raise NodeError(f"node {node.name}: is not running")
    namespaces = ("--net", "--mount", "--pid", f"--wd={Path.cwd()}")
    return ["nsenter", f"--target={node.cradle.pid}", *namespaces, "--", *command]


def run(node: Node, command: Sequence[str], given: str = "") -> str:
    """What `command` says inside the node. Raises NodeError."""
    return processes.output(entering(node, command), extra=environment(node), given=given)


def kubectl(node: Node, *arguments: str, given: str = "") -> str:
    """From this side of the node's network. Raises CommandFailed with kubectl's message."""
    return processes.output([node.kubectl, *arguments], extra=environment(node), given=given)


def kill(node: Node, daemon: str) -> None:
    """End a daemon of daemons.py without warning; the cradle starts it again after half a second."""
    run(node, ["sh", "-c", f'kill -9 "$(cat /run/{daemon}.pid)"'])


def logs(name: str, lines: int = 5) -> str:
    """The last lines of each daemon's log."""
    found = sorted((layout.directory(name) / "log").glob("*.log"))
    tails = [(log.stem, processes.tail(log.read_text(encoding="utf-8", errors="replace"), lines)) for log in found]
    return "\n".join(f"--- {daemon}\n{text}" for daemon, text in tails)
