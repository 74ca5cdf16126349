"""The laptop's certificates prove the names they are for, to those who trust the authority, and nothing else."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from serinus.local.tls import Certificates, Pair, create

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOST = "canarydemo.omnitechsol.com"


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return create(tmp_path, HOST, datetime.now(UTC))


def shake_hands(pair: Pair, authority: Path, name: str) -> None:
    """A whole TLS handshake in memory."""
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_tls.load_cert_chain(pair.certificate, pair.key)
    client_tls = ssl.create_default_context(cafile=str(authority))
    client_tls.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_tls.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_tls.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(3):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize("name", [HOST, "localhost", "127.0.0.1"])
def test_the_entry_proves_its_names(certificates: Certificates, name: str) -> None:
    shake_hands(certificates.entry, certificates.authority, name)


def test_the_mail_server_is_verified_by_its_service_name(certificates: Certificates) -> None:
    shake_hands(certificates.smtp, certificates.authority, "smtp-service")


def test_another_name_is_refused(certificates: Certificates) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(certificates.smtp, certificates.authority, HOST)


def test_another_authority_is_refused(certificates: Certificates, tmp_path: Path) -> None:
    other = create(tmp_path / "other", HOST, datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(certificates.entry, other.authority, HOST)


def test_certificates_are_valid_for_thirty_days_and_keys_are_their_owners(tmp_path: Path) -> None:
    made = create(tmp_path, HOST, NOW)
    leaf = x509.load_pem_x509_certificate(made.entry.certificate.read_bytes())
    assert (leaf.not_valid_after_utc - NOW).days == 30
    assert leaf.not_valid_before_utc < NOW
    assert all(stat.S_IMODE(pair.key.stat().st_mode) == 0o600 for pair in (made.entry, made.smtp))
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".key") == [
        f"{HOST}.key",
        "smtp-service.key",
    ]
