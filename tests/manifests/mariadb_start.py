"""EDGE. Secrets flow in, a MariaDB started by the overlay's own script flows out, stopped and removed at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.manifests.documents import APPS

MARIADBD = "/usr/sbin/mariadbd"
START = APPS / "local/outside/mariadb-start.sh"
POD_USER = 10001


@dataclass(frozen=True)
class Database:
    """`folder` holds passwords/ and tls/ as they are mounted in the pod."""

    port: int
    folder: Path


def require() -> None:
    if not Path(MARIADBD).exists():
        assert os.environ.get("CI") != "true", f"{MARIADBD} is missing (Debian package mariadb-server)"
        pytest.skip(f"needs {MARIADBD} (Debian package mariadb-server)")


@contextmanager
def running(passwords: Mapping[str, str], certificates: Mapping[str, str]) -> Iterator[Database]:
    """As the user it has in a pod, where we may choose."""
    folder = Path(tempfile.mkdtemp(prefix="mariadb-start-"))
    try:
        _write(folder / "passwords", passwords)
        _write(folder / "tls", certificates)
        for own in ("data", "tmp"):
            (folder / own).mkdir()
        with _served(folder, _free_port()) as database:
            yield database
    finally:
        shutil.rmtree(folder)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


@contextmanager
def _served(folder: Path, port: int) -> Iterator[Database]:
    user = _pod_user(folder)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(["sh", str(START)], env=_environment(folder, port), stdout=log, stderr=log, **user)
    try:
        _wait(server, port, folder / "log")
        yield Database(port, folder)
    finally:
        server.terminate()
        server.wait(30)


def _pod_user(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for path in (folder, *folder.rglob("*")):
        os.chown(path, POD_USER, POD_USER)
    return {"user": POD_USER, "group": POD_USER, "extra_groups": []}


def _environment(folder: Path, port: int) -> dict[str, str]:
    seen = {"DATA": "data", "PASSWORDS_DIR": "passwords", "TLS": "tls", "TMPDIR": "tmp"}
    places = {name: str(folder / below) for name, below in seen.items()}
    return {"PATH": "/usr/sbin:/usr/bin:/bin", "PORT": str(port), "BIND": "127.0.0.1", **places}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(log.read_text(encoding="utf-8"))
