"""EDGE. A node's addresses flow in; a certificate authority, certificates, tokens and kubeconfigs flow out as files.

Made anew for each node and gone with it. Clients verify the API server's name; the kubelet asks for a certificate.
"""

from __future__ import annotations

import base64
import csv
import secrets
from pathlib import Path

import msgspec
import trustme
import yaml
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.node.addresses import Addresses

API_NAMES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")


class User(msgspec.Struct, frozen=True):
    file: str
    name: str
    groups: tuple[str, ...] = ()


USERS = (
    User("admin", "admin", ("system:masters",)),
    User("kubelet", "system:node:node1", ("system:nodes",)),
    User("controller-manager", "system:kube-controller-manager"),
    User("scheduler", "system:kube-scheduler"),
    User("proxy", "system:kube-proxy", ("system:node-proxier",)),
    User("dns", "dns"),
)


def make(home: Path, where: Addresses) -> None:
    """Fill `home` with what daemons.py refers to."""
    home.mkdir(mode=0o700)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(home / "ca.crt")
    _issue(authority, home / "api", where.node, where.kubernetes, "127.0.0.1", *API_NAMES)
    _issue(authority, home / "kubelet", where.node, "node1")
    _issue(authority, home / "api-to-kubelet", "kube-apiserver")
    _service_account_keys(home)
    tokens = {user: secrets.token_hex(16) for user in USERS}
    _write_tokens(home / "tokens.csv", tokens)
    for user, token in tokens.items():
        config = kubeconfig(f"https://{where.node}:6443", authority.cert_pem.bytes(), user.name, token)
        (home / f"{user.file}.kubeconfig").write_text(yaml.safe_dump(config), encoding="utf-8")


def _issue(authority: trustme.CA, stem: Path, *names: str) -> None:
    issued = authority.issue_cert(*names, common_name=names[0])  # the kubelet takes it for the client's user name
    issued.private_key_pem.write_to_path(stem.with_suffix(".key"))
    for part, pem in enumerate(issued.cert_chain_pems):
        pem.write_to_path(stem.with_suffix(".crt"), append=part > 0)


def _service_account_keys(home: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (home / "service-accounts.key").write_bytes(private)
    (home / "service-accounts.pub").write_bytes(public)


def _write_tokens(file: Path, tokens: dict[User, str]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerows([token, user.name, user.file, ",".join(user.groups)] for user, token in tokens.items())


def kubeconfig(server: str, authority: bytes, user: str, token: str) -> dict[str, object]:
    """What `kubectl --kubeconfig` reads; `authority` in PEM."""
    trust = base64.b64encode(authority).decode()
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "node", "cluster": {"server": server, "certificate-authority-data": trust}}],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": "node", "context": {"cluster": "node", "user": user}}],
        "current-context": "node",
    }
