"""A private MariaDB for tests: started on an ephemeral loopback port over TLS, stopped and removed at the end.

Its certificate names the database as RDS would, not 127.0.0.1, so the server name has to be given and is verified.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import trustme

SERVER = "/usr/sbin/mariadbd"
SERVER_NAME = "userdb.test.internal"
USERNAME, PASSWORD = "dbadmin", "db-Secret-0"
_numbers = count(1)


@dataclass(frozen=True)
class MariaDB:
    port: int
    unix_socket: Path
    ca: Path

    def new_database(self) -> str:
        name = f"usermgmt{os.getpid()}x{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def execute(self, statement: str) -> str:
        command = ["mariadb", "--no-defaults", "-N", "-u", "root", f"--socket={self.unix_socket}", "-e", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout


def require() -> None:
    """Skip by name where there is no MariaDB, but never on the build machine."""
    if not Path(SERVER).exists():
        assert os.environ.get("CI") != "true", f"{SERVER} is missing (Debian package mariadb-server)"
        pytest.skip(f"MariaDB tests need {SERVER} (Debian package mariadb-server)")


@contextmanager
def running(authority: trustme.CA) -> Iterator[MariaDB]:
    folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
    database = MariaDB(_free_port(), folder / "s.sock", folder / "ca.pem")
    try:
        _write_certificates(authority, folder)
        _install(folder)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(_command(database, folder), stdout=log, stderr=log)
        try:
            _wait(database, server, folder / "log")
            database.execute(
                f"CREATE USER {USERNAME} IDENTIFIED BY '{PASSWORD}' REQUIRE SSL;"
                f" GRANT ALL ON `usermgmt%`.* TO {USERNAME}"
            )
            yield database
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_certificates(authority: trustme.CA, folder: Path) -> None:
    certificate = authority.issue_cert(SERVER_NAME)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")


def _install(folder: Path) -> None:
    command = ["mariadb-install-db", "--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db"]
    command += ["--auth-root-authentication-method=normal", *_as_root()]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _command(database: MariaDB, folder: Path) -> list[str]:
    return [
        SERVER,
        "--no-defaults",
        f"--datadir={folder / 'data'}",
        f"--socket={database.unix_socket}",
        f"--pid-file={folder / 'pid'}",
        f"--port={database.port}",
        "--bind-address=127.0.0.1",
        f"--ssl-ca={folder / 'ca.pem'}",
        f"--ssl-cert={folder / 'cert.pem'}",
        f"--ssl-key={folder / 'key.pem'}",
        "--innodb-buffer-pool-size=16M",
        "--innodb-flush-log-at-trx-commit=0",
        *_as_root(),
    ]


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _wait(database: MariaDB, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            database.execute("SELECT 1")
        except subprocess.CalledProcessError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(log.read_text())
