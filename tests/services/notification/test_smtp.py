"""Conversations with a real mail server: verified TLS or none at all, and failures that say what to do."""

from __future__ import annotations

import ssl
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import msgspec
import pytest
import trustme

from notification.errors import MailFailure, Rejected, Throttled, Unavailable
from notification.smtp import Acceptance, MailServer, Postman, failure, verifying
from omnitech_chassis.errors import ConfigurationError
from tests.services.conftest import MAIL_NAME
from tests.services.mail_sink import PASSWORD, USERNAME, Inbox, mail_server
from tests.services.process import free_port

MESSAGE = EmailMessage()
MESSAGE["Subject"] = "Hello"
MESSAGE.set_content("content")


def server(inbox: Inbox) -> MailServer:
    return MailServer("127.0.0.1", inbox.port, MAIL_NAME, USERNAME, PASSWORD, timeout_s=10)


async def deliver(to: MailServer, ca_file: Path) -> Acceptance:
    postman = Postman(to, verifying(ca_file))
    try:
        return await postman.deliver(MESSAGE, "no-reply@omnitechsol.com", ("ann@example.com",))
    finally:
        await postman.close()


async def test_a_mail_is_accepted(inbox: Inbox, ca_file: Path) -> None:
    assert await deliver(server(inbox), ca_file) == Acceptance("accepted")
    assert inbox.recipients == [["ann@example.com"]]


async def test_a_server_with_another_name_gets_neither_mail_nor_password(inbox: Inbox, ca_file: Path) -> None:
    with pytest.raises(Unavailable, match="certificate verify failed"):
        await deliver(msgspec.structs.replace(server(inbox), tls_name="127.0.0.1"), ca_file)

    assert inbox.mails == []


async def test_a_server_of_another_authority_is_refused(inbox: Inbox, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    with pytest.raises(Unavailable, match="certificate verify failed"):
        await deliver(server(inbox), tmp_path / "other.pem")


async def test_a_server_without_starttls_is_refused(ca_file: Path) -> None:
    with mail_server(None) as plain:
        with pytest.raises(Unavailable, match="STARTTLS extension not supported"):
            await deliver(server(plain), ca_file)

        assert plain.mails == []


async def test_wrong_credentials_are_ours_to_mend_so_the_mail_is_kept(inbox: Inbox, ca_file: Path) -> None:
    with pytest.raises(Unavailable, match="535") as refused:
        await deliver(msgspec.structs.replace(server(inbox), password="wrong-Secret"), ca_file)

    assert "wrong-Secret" not in refused.value.reason


async def test_nobody_there_is_unavailable(ca_file: Path) -> None:
    with pytest.raises(Unavailable, match="SMTPConnectError"):
        await deliver(MailServer("127.0.0.1", free_port(), MAIL_NAME, timeout_s=5), ca_file)


async def test_a_connection_the_server_closed_is_replaced(ca_file: Path, authority: trustme.CA) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(MAIL_NAME).configure_cert(context)
    with mail_server(context) as inbox:
        postman = Postman(server(inbox), verifying(ca_file))
        await postman.deliver(MESSAGE, "no-reply@omnitechsol.com", ("ann@example.com",))
        inbox.drop_all()
        await postman.deliver(MESSAGE, "no-reply@omnitechsol.com", ("ann@example.com",))
        await postman.close()

    assert (len(inbox.mails), inbox.connections) == (2, 2)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (aiosmtplib.SMTPDataError(454, "Throttling failure: Daily message quota exceeded"), Throttled),
        (aiosmtplib.SMTPResponseException(454, "Throttling failure: Maximum sending rate exceeded"), Throttled),
        (aiosmtplib.SMTPDataError(554, "Message rejected"), Rejected),
        (aiosmtplib.SMTPDataError(451, "try later"), Unavailable),
        (aiosmtplib.SMTPRecipientsRefused([aiosmtplib.SMTPRecipientRefused(550, "no", "a@x.y")]), Rejected),
        (
            aiosmtplib.SMTPRecipientsRefused(
                [
                    aiosmtplib.SMTPRecipientRefused(550, "no", "a@x.y"),
                    aiosmtplib.SMTPRecipientRefused(450, "later", "b@x.y"),
                ]
            ),
            Unavailable,
        ),
        (aiosmtplib.SMTPSenderRefused(553, "not verified", "no-reply@x.y"), Unavailable),
        (aiosmtplib.SMTPAuthenticationError(535, "no"), Unavailable),
        (aiosmtplib.SMTPServerDisconnected("gone"), Unavailable),
        (TimeoutError(), Unavailable),
        (ConnectionResetError("reset"), Unavailable),
    ],
)
def test_each_failure_says_whether_to_try_again(cause: Exception, kind: type[MailFailure]) -> None:
    assert type(failure(cause)) is kind


def test_a_wrong_ca_file_is_refused_by_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="AWS_MAIL_SERVER_CA: must be a file of PEM certificates"):
        verifying(tmp_path / "absent")
