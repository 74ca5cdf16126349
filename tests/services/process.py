"""A module and an environment flow in, a real service process on an ephemeral port flows out; its log is kept.

The environment is exactly what is given: nothing of the machine's leaks in.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2


@dataclass(frozen=True)
class Process:
    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().rpartition("\n")[0].splitlines()]

    def wait_ready(self, within_s: float = 30) -> None:
        deadline = time.monotonic() + within_s
        while True:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if httpx2.get(f"{self.url}/readyz", trust_env=False).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def wait_gone(self, within_s: float = 20) -> int:
        return self.process.wait(within_s)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(module: str, environment: Mapping[str, str], log: Path, port: int | None = None) -> Iterator[Process]:
    """Running, not necessarily ready; killed at the end if it is still there."""
    port = port or free_port()
    complete = {
        "PATH": os.environ.get("PATH", ""),
        "PORT": str(port),
        "AWS_XRAY_CONTEXT_MISSING": "IGNORE_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:9",
        **environment,
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "serve", "--migrate"], env=complete, stdout=output, stderr=output
        )
    try:
        yield Process(process, f"http://127.0.0.1:{port}", log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)
