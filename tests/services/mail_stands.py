"""The two ways to send mail, each before a real server on loopback: settings, and how to trouble it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.services import mail_sink, ses_sink
from tests.services.mail_sink import Inbox
from tests.services.ses_sink import Refusal, SesInbox


class Stand(Protocol):
    """`throttle`, `reject` and `fail` are what the next mail is answered, `silent` that it is not."""

    name: str
    settings: dict[str, Any]

    @property
    def inbox(self) -> Inbox | SesInbox: ...

    def throttle(self) -> None: ...

    def reject(self) -> None: ...

    def fail(self) -> None: ...

    def silent(self) -> None: ...

    def trusting(self, ca: Path) -> None: ...

    def at(self, port: int) -> None: ...

    def with_secret(self, secret: str) -> None: ...


class SmtpStand:
    name = "smtp"

    def __init__(self, inbox: Inbox, settings: dict[str, Any]) -> None:
        self.inbox, self.settings = inbox, dict(settings)

    def throttle(self) -> None:
        self.inbox.answers.append("454 Throttling failure: Maximum sending rate exceeded.")

    def reject(self) -> None:
        self.inbox.answers.append("554 Message rejected: Email address is not verified.")

    def fail(self) -> None:
        self.inbox.answers.append("451 Local error in processing")

    def silent(self) -> None:
        self.inbox.answers.append(mail_sink.SILENCE)

    def trusting(self, ca: Path) -> None:
        self.settings["aws_mail_server_ca"] = ca

    def at(self, port: int) -> None:
        self.settings["aws_mail_server_port"] = port

    def with_secret(self, secret: str) -> None:
        self.settings["aws_mail_server_password"] = secret


class SesStand:
    """boto3 is told by its own variables, as on AWS."""

    name = "ses"

    def __init__(self, inbox: SesInbox, ca: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.inbox, self._monkeypatch = inbox, monkeypatch
        self.settings: dict[str, Any] = {
            "mail_transport": "ses",
            "aws_region": ses_sink.REGION,
            "aws_mail_server_from_address": f"no-reply@{ses_sink.VERIFIED}",
        }
        for name, value in variables(inbox, ca).items():
            monkeypatch.setenv(name, value)
        for name, value in {"AWS_ACCESS_KEY_ID": ses_sink.KEY, "AWS_SECRET_ACCESS_KEY": ses_sink.SECRET}.items():
            monkeypatch.setenv(name, value)

    def throttle(self) -> None:
        self.inbox.answers.append(Refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded."))

    def reject(self) -> None:
        self.inbox.answers.append(Refusal(400, "MessageRejected", "Email address is not verified."))

    def fail(self) -> None:
        self.inbox.answers.append(Refusal(500, "InternalFailure", "The request could not be processed."))

    def silent(self) -> None:
        self.inbox.answers.append(None)

    def trusting(self, ca: Path) -> None:
        self._monkeypatch.setenv("AWS_CA_BUNDLE", str(ca))

    def at(self, port: int) -> None:
        self._monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"https://127.0.0.1:{port}")

    def with_secret(self, secret: str) -> None:
        self._monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)


def variables(inbox: SesInbox, ca: Path) -> dict[str, str]:
    """For boto3 to find `inbox`, and nothing of this machine's."""
    return {
        "AWS_ENDPOINT_URL_SESV2": f"https://127.0.0.1:{inbox.port}",
        "AWS_CA_BUNDLE": str(ca),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
