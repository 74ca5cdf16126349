"""What SMTP promises beside test_transport.py: STARTTLS or nothing, and what each failure means for the mail."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import msgspec
import pytest

from notification.errors import MailFailure, Rejected, Throttled, Unavailable
from notification.mail import Mail
from notification.smtp import MailServer, Postman, failure, verifying
from notification.transport import Acceptance
from omnitech_chassis.errors import ConfigurationError
from tests.services.conftest import MAIL_NAME
from tests.services.mail_sink import PASSWORD, USERNAME, Inbox, mail_server

MAIL = Mail("Hello", "content", ("ann@example.com",))
MESSAGE = EmailMessage()
MESSAGE["Subject"] = "Hello"
MESSAGE.set_content("content")


def server(inbox: Inbox) -> MailServer:
    return MailServer("127.0.0.1", inbox.port, MAIL_NAME, USERNAME, PASSWORD, timeout_s=10)


async def deliver(to: MailServer, ca_file: Path) -> Acceptance:
    postman = Postman(to, verifying(ca_file))
    try:
        return await postman.deliver(MESSAGE, "no-reply@omnitechsol.com", MAIL)
    finally:
        await postman.close()


async def test_a_server_with_another_name_gets_neither_mail_nor_password(inbox: Inbox, ca_file: Path) -> None:
    with pytest.raises(Unavailable, match="certificate verify failed"):
        await deliver(msgspec.structs.replace(server(inbox), tls_name="127.0.0.1"), ca_file)

    assert inbox.mails == []


async def test_a_server_without_starttls_is_refused(ca_file: Path) -> None:
    with mail_server(None) as plain:
        with pytest.raises(Unavailable, match="STARTTLS extension not supported"):
            await deliver(server(plain), ca_file)

        assert plain.mails == []


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
