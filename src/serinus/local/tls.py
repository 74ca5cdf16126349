"""EDGE Certificates of the laptop: an authority of its own, two servers' certificates. In: a directory, now. Out: PEM.
The authority's key signs twice and is forgotten; nobody can sign with it later. Keys are their owner's only (0600).
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from serinus.local.state import write_file

VALID = timedelta(days=30)
SKEW = timedelta(hours=1)
SMTP_NAMES = ("smtp-service", "localhost", "127.0.0.1")


class Pair(Struct, frozen=True):
    """A server's certificate and key, PEM files."""

    certificate: Path
    key: Path


class Certificates(Struct, frozen=True):
    """`authority`: what clients must trust."""

    authority: Path
    entry: Pair
    smtp: Pair


def create(directory: Path, host: str, now: datetime) -> Certificates:
    """New certificates, valid from `now` (with time zone) for 30 days: the entry's for `host`, and SMTP's."""
    signing = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(signing, now)
    write_file(directory / "authority.pem", _pem(authority))
    return Certificates(
        authority=directory / "authority.pem",
        entry=_server(directory, (host, "localhost", "127.0.0.1"), authority, signing, now),
        smtp=_server(directory, SMTP_NAMES, authority, signing, now),
    )


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name("Serinus laptop authority")
    return (
        _certificate(name, name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _server(
    directory: Path,
    names: tuple[str, ...],
    authority: x509.Certificate,
    signing: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _certificate(_name(names[0]), authority.subject, key.public_key(), now)
        .add_extension(x509.SubjectAlternativeName([_subject(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    pair = Pair(directory / f"{names[0]}.pem", directory / f"{names[0]}.key")
    write_file(pair.certificate, _pem(certificate))
    plain = serialization.NoEncryption()
    write_file(pair.key, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return pair


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + VALID)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _subject(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
