"""EDGE. A real Kubernetes API server and its etcd, with RBAC and without a node: enough to ask who may do what.
In: a directory. Out: kubectl under any account, until the block ends. Skips where the programs were not built.
"""

from __future__ import annotations

import json
import secrets
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.manifests.tools import tool

READY_S = 120.0


class ControlPlane:
    """`url` answers under TLS with a certificate of its own, which is also who vouches for it."""

    def __init__(self, directory: Path, url: str, admin: str, process: subprocess.Popen[bytes]) -> None:
        self.directory, self.url, self._process = directory, url, process
        self.admin = self.kubeconfig("admin", admin)

    @property
    def authority(self) -> Path:
        return self.directory / "certificates/apiserver.crt"

    def kubeconfig(self, name: str, token: str) -> Path:
        """A file that acts under this token."""
        path = self.directory / f"{name}.kubeconfig"
        cluster = {"server": self.url, "certificate-authority": str(self.authority)}
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "one", "cluster": cluster}],
            "users": [{"name": name, "user": {"token": token}}],
            "contexts": [{"name": "one", "context": {"cluster": "one", "user": name}}],
            "current-context": "one",
        }
        path.write_text(yaml.safe_dump(document))
        return path

    def kubectl(self, *words: str, given: str = "") -> str:
        """As cluster-admin; what it printed."""
        command = (str(tool("kubectl")), "--kubeconfig", str(self.admin), *words)
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def get(self, *words: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.kubectl("get", *words, "--output", "json"))
        return found

    def freeze(self) -> None:
        """Its API server neither answers nor hangs up."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def token(self, namespace: str, account: str) -> str:
        return self.kubectl("--namespace", namespace, "create", "token", account)


@contextmanager
def control_plane(directory: Path) -> Iterator[ControlPlane]:
    """Ready to be asked."""
    etcd, server, _ = tool("etcd"), tool("kube-apiserver"), tool("kubectl")
    client, peer, secure = _free_ports(3)
    store, admin = f"http://127.0.0.1:{client}", secrets.token_hex(16)
    (directory / "tokens.csv").write_text(f'{admin},admin,1,"system:masters"\n')
    key = _service_account_key(directory)
    with ExitStack() as running:
        flags = {"data-dir": directory / "etcd", "unsafe-no-fsync": "true"}
        flags |= {"listen-client-urls": store, "advertise-client-urls": store}
        flags |= {f"{one}-peer-urls": f"http://127.0.0.1:{peer}" for one in ("listen", "initial-advertise")}
        flags["initial-cluster"] = f"default=http://127.0.0.1:{peer}"
        running.enter_context(_program(etcd, flags, directory))
        flags = {"etcd-servers": store, "bind-address": "127.0.0.1", "secure-port": secure}
        flags |= {"cert-dir": directory / "certificates", "token-auth-file": directory / "tokens.csv"}
        flags |= {"service-account-issuer": "https://kubernetes.default.svc", "authorization-mode": "RBAC"}
        flags |= {f"service-account-{one}": key for one in ("key-file", "signing-key-file")}
        flags |= {"service-cluster-ip-range": "10.99.0.0/24", "disable-admission-plugins": "ServiceAccount"}
        process = running.enter_context(_program(server, flags, directory))
        plane = ControlPlane(directory, f"https://127.0.0.1:{secure}", admin, process)
        _until_ready(plane, admin, process)
        yield plane


def _until_ready(plane: ControlPlane, token: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        assert process.poll() is None, (plane.directory / "kube-apiserver.log").read_text()[-2000:]
        if plane.authority.is_file() and _ready(plane, token):
            return
        time.sleep(0.2)
    raise TimeoutError(f"no API server after {READY_S:.0f} s: {plane.directory}/kube-apiserver.log")


def _ready(plane: ControlPlane, token: str) -> bool:
    try:
        trusted = ssl.create_default_context(cafile=str(plane.authority))
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx2.get(f"{plane.url}/readyz", headers=headers, verify=trusted, trust_env=False)
    except (httpx2.HTTPError, OSError):
        return False
    return answer.status_code == httpx2.codes.OK


@contextmanager
def _program(path: Path, flags: dict[str, Any], directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = (str(path), *(f"--{name}={value}" for name, value in flags.items()))
    with (directory / f"{path.name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=directory)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=5)


def _service_account_key(directory: Path) -> Path:
    path = directory / "service-accounts.key"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.TraditionalOpenSSL
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return path


def _free_ports(count: int) -> list[int]:
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(door.getsockname()[1]) for door in doors]
    for door in doors:
        door.close()
    return ports
