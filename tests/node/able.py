"""EDGE. This machine flows in, the reasons why it cannot run a node flow out; none if it can."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from tests.node import processes

PROGRAMS = {
    "buildah": "buildah",
    "catatonit": "catatonit",
    "conntrack": "conntrack",
    "containerd": "containerd",
    "debootstrap": "debootstrap",
    "ip": "iproute2",
    "iptables": "iptables",
    "runc": "runc",
}


def missing() -> list[str]:
    """Each reason names what is missing and, where there is one, the Debian package that brings it."""
    if sys.platform != "linux":
        return [f"the system is {sys.platform}, a node needs Linux"]
    if os.geteuid() != 0:
        return ["the user is not root"]
    return [*_absent_programs()] or [*_refused_namespaces()]


def _absent_programs() -> Iterator[str]:
    for program, package in PROGRAMS.items():
        if shutil.which(program, path=processes.search_path()) is None:
            yield f"{program} is not installed (Debian package {package})"
    if shutil.which("go", path=processes.search_path()) is None:
        yield "go is not installed (1.26 or later)"


def _refused_namespaces() -> Iterator[str]:
    veth = ("ip", "link", "add", "name", "a", "type", "veth", "peer", "name", "b")
    tried = subprocess.run(
        ["unshare", "--net", "--mount", "--pid", "--fork", *veth], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        yield f"the kernel refuses namespaces or veth links: {tried.stderr.strip()}"
