"""What the services' tests share: a certificate authority, a mail server, and both kinds of database."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
import trustme

from tests.services import mail_sink, mariadb, ses_sink
from tests.services.mail_sink import Inbox
from tests.services.mail_stands import SesStand, SmtpStand, Stand
from tests.services.mariadb import MariaDB
from tests.services.ses_sink import SesInbox

MAIL_NAME = "email-smtp.test.internal"


@dataclass(frozen=True)
class Database:
    """One empty database, as settings for each of the services."""

    kind: str
    usermgmt: dict[str, Any]
    notification: dict[str, Any]


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Put the process's logging back after a test that configured it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture
def inbox(authority: trustme.CA) -> Iterator[Inbox]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(MAIL_NAME).configure_cert(context)
    with mail_sink.mail_server(context) as running:
        yield running


@pytest.fixture
def ses_inbox(authority: trustme.CA) -> Iterator[SesInbox]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with ses_sink.ses(context) as running:
        yield running


@pytest.fixture(params=["smtp", "ses"])
def stand(request: pytest.FixtureRequest, ca_file: Path, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Each way to send mail."""
    if request.param == "smtp":
        return SmtpStand(request.getfixturevalue("inbox"), request.getfixturevalue("mail_settings"))
    return SesStand(request.getfixturevalue("ses_inbox"), ca_file, monkeypatch)


@pytest.fixture
def mail_settings(inbox: Inbox, ca_file: Path) -> dict[str, Any]:
    """Notification's settings for the inbox; the certificate's name differs from the host, as with an ExternalName."""
    return {
        "aws_mail_server_host": "127.0.0.1",
        "aws_mail_server_port": inbox.port,
        "aws_mail_server_tls_name": MAIL_NAME,
        "aws_mail_server_ca": ca_file,
        "aws_mail_server_username": mail_sink.USERNAME,
        "aws_mail_server_password": mail_sink.PASSWORD,
        "aws_mail_server_from_address": "no-reply@omnitechsol.com",
    }


@pytest.fixture(scope="session")
def mariadb_server(authority: trustme.CA) -> Iterator[MariaDB]:
    mariadb.require()
    with mariadb.running(authority) as server:
        yield server


@pytest.fixture(params=["sqlite", "mariadb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return sqlite_database(tmp_path)
    return mariadb_database(request.getfixturevalue("mariadb_server"))


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    return sqlite_database(tmp_path)


def sqlite_database(folder: Path) -> Database:
    url = f"sqlite+aiosqlite:///{folder / 'notification.db'}"
    return Database("sqlite", {"database_file": folder / "usermgmt.db"}, {"notification_database_url": url})


def mariadb_database(server: MariaDB) -> Database:
    name = server.new_database()
    address = f"{mariadb.USERNAME}@127.0.0.1:{server.port}/{name}"
    return Database(
        "mariadb",
        {
            "db_hostname": "127.0.0.1",
            "db_port": server.port,
            "db_name": name,
            "db_username": mariadb.USERNAME,
            "db_password": mariadb.PASSWORD,
            "db_tls_ca": server.ca,
            "db_tls_server_name": mariadb.SERVER_NAME,
        },
        {
            "notification_database_url": f"mysql+asyncmy://{address}",
            "notification_database_password": mariadb.PASSWORD,
            "notification_database_ca": server.ca,
            "notification_database_tls_server_name": mariadb.SERVER_NAME,
        },
    )
