"""A demo as a person starts it: a process of its own, on free ports, in a directory of its own.
In: options. Out: its JSON document; or the running thing, to be looked at, hurt and stopped.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from serinus.local.state import State
from serinus.release.run import Run
from serinus.release.status import Status

T = TypeVar("T")
FREE = [f"--{name}-port=0" for name in ("https", "http", "notification", "xray", "smtp")]
SERINUS = (sys.executable, "-m", "serinus.cli.main")


def demo(directory: Path, *options: str, seconds: float = 420) -> dict[str, Any]:
    """`serinus demo --exit --output json` with these options; its document."""
    command = (*SERINUS, "demo", "--exit", "--output", "json", "--state", str(directory), *FREE, *options)
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)

    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


class Running:
    """A demo that goes on."""

    def __init__(self, directory: Path, process: subprocess.Popen[str]) -> None:
        self.directory = directory
        self.process = process
        self.state = State(directory)

    def until(self, what: str, look: Callable[[], T | None], seconds: float = 120) -> T:
        """What `look` finds; an AssertionError naming `what` when it finds nothing in time."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if found := look():
                return found
            assert self.process.poll() is None, f"the demo ended while waiting for {what}: {self.said()}"
            time.sleep(0.1)
        raise AssertionError(f"no {what} within {seconds} s: {self.status()}")

    def said(self) -> str:
        return (self.directory.parent / "demo.log").read_text()

    def status(self) -> Status:
        return self.state.status("notification") or Status()

    def run(self) -> Run:
        return self.state.run("notification", self.status().run) or Run()

    def phase(self, *phases: str) -> Callable[[], Status | None]:
        return lambda: status if (status := self.status()).phase in phases else None

    def pids(self, deployment: str) -> list[int]:
        """Process ids of the Deployment's replicas, ready ones first."""
        status = self.state.deployment_status(deployment)
        replicas = sorted(status.replicas if status else (), key=lambda replica: not replica.ready)
        return [replica.pid for replica in replicas if replica.pid]

    def kill(self, deployment: str) -> int:
        """Kill -9 of one replica; its pid."""
        pid = self.until(f"a process of {deployment}", lambda: self.pids(deployment))[0]
        os.kill(pid, signal.SIGKILL)
        return pid

    def all_pids(self) -> set[int]:
        return {pid for name in self.state.deployments() for pid in self.pids(name)}

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


@contextmanager
def running_demo(directory: Path, *options: str) -> Iterator[Running]:
    """A demo that stays up until the end of the block."""
    command = (*SERINUS, "demo", "--state", str(directory), *FREE, *options)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with (directory.parent / "demo.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, text=True)
        running = Running(directory, process)
        try:
            running.until("state directory", directory.is_dir)
            yield running
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)


def alive(pid: int) -> bool:
    """True while the process exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return _answers(pid) if sys.platform != "linux" else False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
