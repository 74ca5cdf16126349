# ruff: noqa: INP001 -- a program beside the manifests it serves, part of no package
"""Chance and the hour flow in, the local overlay's Secrets and certificates flow out: one JSON List on stdout.

    python deploy/apps/local/make_secrets.py [--namespace default] | kubectl create -f -

`create`, not `apply`: what exists keeps its passwords. The authority's key signs once and is forgotten.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID = timedelta(days=365)
SKEW = timedelta(hours=1)
OUTSIDE = "omnitech-outside"
ENTRY = "canarydemo.omnitechsol.com"
# the stand-ins answer under the names that production verifies
SERVERS = (
    "userdb-prod.kj9zxcv2qwe3.us-east-1.rds.amazonaws.com",
    "email-smtp.us-east-1.amazonaws.com",
    "mysql",
    "smtp-service",
)
MAIL_USER, MAIL_FROM = "omnitech-canary-ses", "no-reply@omnitechsol.com"
USERS = ("usermgmt_app", "usermgmt_migrator", "notification_app", "notification_migrator")
MAIL_CA_FILE = "/etc/omnitech/mail-ca/ca.pem"
Object = dict[str, Any]


class Certified(NamedTuple):
    """PEM texts: the authority to trust, a certificate for `SERVERS` and `ENTRY`, its key."""

    authority: str
    certificate: str
    key: str


def objects(namespace: str, certified: Certified, chance: Callable[[], str]) -> list[Object]:
    """Every Secret and ConfigMap that the local overlay names, with passwords from `chance`."""
    users = {user: chance() for user in USERS}
    mail = {"username": MAIL_USER, "password": chance()}
    tls = {"ca.crt": certified.authority, "tls.crt": certified.certificate, "tls.key": certified.key}
    migrations = {
        "usermgmt-password": users["usermgmt_migrator"],
        "notification-password": users["notification_migrator"],
    }
    return [
        _secret(namespace, "mysql-db-password", {"db-password": users["usermgmt_app"]}),
        _secret(namespace, "notification-db-password", {"db-password": users["notification_app"]}),
        _secret(namespace, "mysql-migration-passwords", migrations),
        _secret(namespace, "ses-smtp-credentials", {**mail, "from-address": MAIL_FROM}),
        _secret(namespace, "usermgmt-api-token", {"token": chance()}),
        _secret(namespace, "canarydemo-tls", tls, "kubernetes.io/tls"),
        _configuration(namespace, "database-ca", {"ca.pem": certified.authority}),
        _configuration(namespace, "mail-server-ca", {"ca.pem": certified.authority, "file": MAIL_CA_FILE}),
        _secret(OUTSIDE, "mariadb-passwords", users),
        _secret(OUTSIDE, "smtp-inbox-credentials", mail),
        _secret(OUTSIDE, "outside-tls", tls, "kubernetes.io/tls"),
    ]


def _secret(namespace: str, name: str, values: Mapping[str, str], kind: str = "Opaque") -> Object:
    return {"type": kind, "stringData": dict(values), **_named("Secret", namespace, name)}


def _configuration(namespace: str, name: str, values: Mapping[str, str]) -> Object:
    return {"data": dict(values), **_named("ConfigMap", namespace, name)}


def _named(kind: str, namespace: str, name: str) -> Object:
    labels = {"app.kubernetes.io/part-of": "omnitech"}
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": namespace, "labels": labels}}


def certify(now: datetime) -> Certified:
    """A new authority and one certificate of its, valid a year from `now` (with time zone)."""
    signing, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name("OmniTech local authority")
    authority = _certificate(issuer, issuer, signing, now, ca=True).sign(signing, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in (ENTRY, *SERVERS)])
    server = (
        _certificate(_name(ENTRY), issuer, key, now, ca=False)
        .add_extension(names, critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Certified(_pem(authority), _pem(server), key.private_bytes(*form).decode())


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, *, ca: bool
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(_usage(signs=ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    never = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    )
    return x509.KeyUsage(digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, decipher_only=False, **never)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the local overlay's Secrets for kubectl create -f -.")
    parser.add_argument("--namespace", default="default", help="the application's namespace")
    namespace = parser.parse_args().namespace
    items = objects(namespace, certify(datetime.now(tz=UTC)), lambda: token_hex(16))
    json.dump({"apiVersion": "v1", "kind": "List", "items": items}, sys.stdout)


if __name__ == "__main__":
    main()
