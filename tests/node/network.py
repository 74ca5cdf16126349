"""EDGE. A cradle's process id flows in; a veth pair between its network namespace and the machine's flows out.

The node has no default route: what is not on this machine it cannot reach, whatever the machine forwards.
"""

from __future__ import annotations

from tests.node import processes
from tests.node.addresses import NODES, Addresses, addresses
from tests.node.errors import CommandFailed, StartFailed


def connect(pid: int) -> Addresses:
    """Take the first free number. Raises StartFailed if none is."""
    where = _link(pid)
    _ip("address", "add", f"{where.machine}/30", "dev", where.link)
    _ip("link", "set", where.link, "up")
    for behind in (where.pods, where.services):
        _ip("route", "add", behind, "via", where.node)
    inside = ("nsenter", f"--target={pid}", "--net")
    for arguments in (
        ("link", "set", "lo", "up"),
        ("address", "add", f"{where.node}/30", "dev", "eth0"),
        ("link", "set", "eth0", "up"),
        # kube-proxy rewrites these before they leave, yet they need a route to begin with
        ("route", "add", where.services, "dev", "eth0", "src", where.node),
    ):
        processes.output([*inside, "ip", *arguments])
    processes.output([*inside, "sysctl", "-qw", "net.ipv4.ip_forward=1"])
    return where


def _link(pid: int) -> Addresses:
    for number in range(NODES):
        where = addresses(number)
        try:
            _ip("link", "add", where.link, "type", "veth", "peer", "name", "eth0", "netns", str(pid))
        except CommandFailed as refused:
            if "File exists" not in str(refused):
                raise StartFailed(f"link {where.link}: {refused}") from None
        else:
            return where
    raise StartFailed(f"number: all {NODES} are taken by nodes on this machine")


def disconnect(where: Addresses) -> None:
    """Does nothing if the link went with its namespace."""
    try:
        _ip("link", "delete", where.link)
    except CommandFailed as refused:
        if "Cannot find device" not in str(refused):
            raise


def _ip(*arguments: str) -> None:
    processes.output(["ip", *arguments])
