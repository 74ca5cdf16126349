"""The environment flows in, Notification's frozen settings flow out."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from sqlalchemy import URL

from omnitech_chassis import addresses
from omnitech_chassis.database import parse_url
from omnitech_chassis.settings import ServiceSettings, secret


class NotificationSettings(ServiceSettings):
    """Durations in seconds."""

    port: int = Field(default=8096, ge=1, le=65535)
    app_version: Literal["V1", "V2"] = "V1"
    aws_xray_tracing_name: str = Field(default="notification-microservice", min_length=1, max_length=200)

    mail_transport: Literal["smtp", "ses"] = "smtp"
    aws_region: str | None = Field(default=None, pattern=r"^[a-z0-9-]+$")
    aws_mail_server_host: str = Field(default="localhost", min_length=1)
    aws_mail_server_port: int = Field(default=587, ge=1, le=65535)
    aws_mail_server_username: str | None = None
    aws_mail_server_password: SecretStr | None = None
    aws_mail_server_password_file: Path | None = None
    aws_mail_server_from_address: str = "no-reply@omnitechsol.com"
    aws_mail_server_tls_name: str | None = None
    aws_mail_server_ca: Path | None = None
    mail_timeout_seconds: float = Field(default=10.0, gt=0, le=300)
    mail_connections: int = Field(default=4, ge=1, le=64)

    notification_database_url: str = "sqlite+aiosqlite:///notification.db"
    notification_database_password: SecretStr | None = None
    notification_database_password_file: Path | None = None
    notification_database_ca: Path | None = None
    notification_database_tls_server_name: str | None = None
    notification_lease_seconds: float = Field(default=15.0, ge=1, le=3600)
    notification_retention_days: float = Field(default=30.0, ge=1, le=3650)
    notification_unsubscribe_url: str | None = Field(default=None, pattern=r"^https://[!-~]+$")

    @field_validator("aws_mail_server_from_address")
    @classmethod
    def _is_address(cls, text: str) -> str:
        return addresses.address(text)

    @model_validator(mode="after")
    def _lease_outlives_a_conversation(self) -> Self:
        if self.notification_lease_seconds <= self.mail_timeout_seconds:
            raise ValueError("NOTIFICATION_LEASE_SECONDS must be above MAIL_TIMEOUT_SECONDS")
        return self

    def mail_password(self) -> str | None:
        return secret("AWS_MAIL_SERVER_PASSWORD", self.aws_mail_server_password, self.aws_mail_server_password_file)

    def database_url(self) -> URL:
        url = parse_url("NOTIFICATION_DATABASE_URL", self.notification_database_url)
        given, file = self.notification_database_password, self.notification_database_password_file
        password = secret("NOTIFICATION_DATABASE_PASSWORD", given, file)
        return url if password is None else url.set(password=password)
