"""Notification's environment: the original's names, and rules that are named when broken."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from notification.service import mail_server
from notification.settings import NotificationSettings


def test_the_port_is_587_and_the_certificate_must_name_the_host_unless_told_otherwise() -> None:
    plain = mail_server(NotificationSettings(aws_mail_server_host="smtp-service"))
    told = mail_server(
        NotificationSettings(
            aws_mail_server_host="smtp-service", aws_mail_server_tls_name="email-smtp.us-east-1.amazonaws.com"
        )
    )

    assert (plain.port, plain.tls_name) == (587, "smtp-service")
    assert told.tls_name == "email-smtp.us-east-1.amazonaws.com"


def test_the_database_password_is_added_to_its_address_and_not_shown() -> None:
    url = NotificationSettings(
        notification_database_url="mysql+asyncmy://app@db/x", notification_database_password=SecretStr("hunter2")
    ).database_url()

    assert (url.password, "hunter2" in str(url)) == ("hunter2", False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"app_version": "V3"},
        {"aws_mail_server_from_address": "nobody"},
        {"notification_unsubscribe_url": "http://x"},
        {"mail_timeout_seconds": 30, "notification_lease_seconds": 30},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NotificationSettings(**wrong)
