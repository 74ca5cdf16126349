"""EDGE. A node's directory flows in; its cradle, a process in namespaces of its own that awaits a plan, flows out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import msgspec

from tests.node import layout, processes
from tests.node.daemons import Plan
from tests.node.errors import StartFailed
from tests.node.processes import Process

# `setsid --fork`: nobody's child, so that it outlives its starter and needs nobody to bury it.
NAMESPACES = ("setsid", "--fork", "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child")


class Cradle(msgspec.Struct, frozen=True):
    """`plan` is its standard input. A cradle that reads no plan, because its starter died, ends."""

    process: Process
    plan: IO[bytes]


def spawn(directory: Path) -> Cradle:
    """Raises StartFailed with what it said."""
    program = (sys.executable, "-m", "tests.node.cradle", directory, layout.cache())
    log = directory / "cradle.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [*NAMESPACES, *program],
            cwd=layout.REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as forking,
    ):
        assert forking.stdin
        assert forking.stdout
        pid = forking.stdout.readline().strip()
        plan = os.fdopen(os.dup(forking.stdin.fileno()), "wb")
    process = processes.identify(int(pid)) if pid.isdigit() else None
    if process is None:
        plan.close()
        raise StartFailed(f"cradle: {log.read_text(encoding='utf-8')}")
    return Cradle(process, plan)


def send(cradle: Cradle, plan: Plan) -> None:
    """The daemons start. An attached cradle's input stays open until this process ends, on purpose."""
    with cradle.plan:
        cradle.plan.write(msgspec.json.encode(plan) + b"\n")
        if plan.attached:
            os.dup(cradle.plan.fileno())


def network_namespace(cradle: Cradle) -> int:
    """Its inode."""
    return Path(f"/proc/{cradle.process.pid}/ns/net").stat().st_ino
