"""The mail server, as a process of its own: no mail without STARTTLS, none without the password, none too large."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from serinus.local.inbox import LARGEST
from serinus.local.mails import read_inbox
from serinus.local.ports import LOOPBACK, free_ports, is_free
from serinus.local.tls import create
from tests.local.replicas import until


class Server:
    """A running inbox."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = next(free_ports(6500))
        self.certificates = create(directory, "entry", datetime.now(UTC))
        (directory / "password").write_text("correct horse")

    async def start(self, *more: str) -> asyncio.subprocess.Process:
        pair = self.certificates.smtp
        options = (
            *more,
            "--dir",
            self.directory / "inbox",
            "--port",
            self.port,
            "--cert",
            pair.certificate,
            "--key",
            pair.key,
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "serinus.local.inbox",
            *map(str, options),
            env={"INBOX_USERNAME": "notification", "INBOX_PASSWORD_FILE": str(self.directory / "password")},
        )
        await until(lambda: not is_free(self.port))
        return process

    def send(self, mail: EmailMessage, *, name: str = "smtp-service", password: str | None = "correct horse") -> None:
        """STARTTLS verified against `name`, whatever the address; then a login, then the mail."""
        with smtplib.SMTP(LOOPBACK, self.port, timeout=20) as client:
            client._host = name  # type: ignore[attr-defined]
            client.starttls(context=ssl.create_default_context(cafile=str(self.certificates.authority)))
            if password is not None:
                client.login("notification", password)
            client.send_message(mail)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path)
    process = await server.start()
    yield server
    process.terminate()
    assert await process.wait() == 0


def message(content: str = "Hello") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "no-reply@omnitechsol.com", "ann@example.com", "Welcome"
    mail["X-OmniTech-Release"] = "V1"
    mail.set_content(content)
    return mail


async def test_a_mail_sent_as_it_should_be_is_in_the_inbox_when_it_is_accepted(server: Server) -> None:
    await asyncio.to_thread(server.send, message())
    (mail,) = read_inbox(server.directory / "inbox")
    assert (mail.to, mail.subject, mail.version) == ("ann@example.com", "Welcome", "V1")


async def test_a_client_that_expects_another_name_refuses_the_server(server: Server) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        await asyncio.to_thread(lambda: server.send(message(), name="smtp.example.com"))


async def test_no_mail_without_starttls(server: Server) -> None:
    def send() -> None:
        with smtplib.SMTP(LOOPBACK, server.port, timeout=20) as client:
            client.send_message(message())

    with pytest.raises(smtplib.SMTPSenderRefused, match="Must issue a STARTTLS command first"):
        await asyncio.to_thread(send)


async def test_no_mail_without_a_login(server: Server) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused, match="Authentication required"):
        await asyncio.to_thread(lambda: server.send(message(), password=None))


async def test_a_wrong_password_is_refused(server: Server) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        await asyncio.to_thread(lambda: server.send(message(), password="battery staple"))


async def test_a_mail_that_is_too_large_is_refused(server: Server) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused, match="message size exceeds"):
        await asyncio.to_thread(server.send, message("x" * LARGEST))
    assert read_inbox(server.directory / "inbox") == ()


whole_loopback = pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers on all of 127.0.0.0/8")


@whole_loopback
async def test_it_listens_where_it_is_told_to(tmp_path: Path) -> None:
    server = Server(tmp_path)
    process = await server.start("--host", "0.0.0.0")
    elsewhere = await asyncio.open_connection("127.0.0.2", server.port)
    elsewhere[1].close()
    process.terminate()
    assert await process.wait() == 0


@whole_loopback
async def test_by_itself_it_listens_on_one_loopback_address_only(server: Server) -> None:
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.2", server.port)
