"""The environment flows in, User Management's frozen settings flow out."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from sqlalchemy import URL

from omnitech_chassis.database import MYSQL, sqlite_url, tls
from omnitech_chassis.settings import ServiceSettings, secret


class UserManagementSettings(ServiceSettings):
    """Durations in seconds. Without DB_HOSTNAME the database is the SQLite file DATABASE_FILE."""

    port: int = Field(default=8095, ge=1, le=65535)
    aws_xray_tracing_name: str = Field(default="usermanagement-microservice", min_length=1, max_length=200)

    database_file: Path = Path("usermgmt.db")
    db_hostname: str | None = None
    db_port: int = Field(default=3306, ge=1, le=65535)
    db_name: str = Field(default="usermgmt", min_length=1, max_length=64)
    db_username: str = "usermgmt"
    db_password: SecretStr | None = None
    db_password_file: Path | None = None
    db_tls_ca: Path | None = None
    db_tls_server_name: str | None = None

    notification_service_host: str = Field(default="localhost", min_length=1)
    notification_service_port: int = Field(default=8096, ge=1, le=65535)
    notification_keep_alive: bool = True
    notification_connect_timeout: float = Field(default=2.0, gt=0, le=60)
    notification_read_timeout: float = Field(default=5.0, gt=0, le=60)

    usermgmt_api_token: SecretStr | None = None
    usermgmt_api_token_file: Path | None = None

    # OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes by default; 7 MiB is the least it accepts
    argon2_memory_kib: int = Field(default=19456, ge=7168, le=1048576)
    argon2_time_cost: int = Field(default=2, ge=1, le=20)
    argon2_parallelism: int = Field(default=1, ge=1, le=16)

    outbox_concurrency: int = Field(default=8, ge=1, le=64)
    outbox_poll_seconds: float = Field(default=1.0, ge=0.05, le=60)
    outbox_lease_seconds: float = Field(default=15.0, ge=1, le=3600)
    outbox_backoff_seconds: float = Field(default=0.5, gt=0, le=60)
    outbox_max_backoff_seconds: float = Field(default=60.0, gt=0, le=3600)
    outbox_max_age: float = Field(default=86400.0, gt=0)

    @model_validator(mode="after")
    def _lease_outlives_a_call(self) -> Self:
        if self.outbox_lease_seconds <= self.notification_connect_timeout + self.notification_read_timeout:
            raise ValueError("OUTBOX_LEASE_SECONDS must be above the sum of NOTIFICATION_CONNECT_ and _READ_TIMEOUT")
        return self

    def database_url(self) -> URL:
        if self.db_hostname is None:
            return sqlite_url(self.database_file)
        return URL.create(
            MYSQL,
            username=self.db_username,
            password=secret("DB_PASSWORD", self.db_password, self.db_password_file),
            host=self.db_hostname,
            port=self.db_port,
            database=self.db_name,
        )

    def database_tls(self) -> ssl.SSLContext | None:
        return None if self.db_tls_ca is None else tls("DB_TLS_CA", self.db_tls_ca, self.db_tls_server_name)

    def api_token(self) -> str | None:
        return secret("USERMGMT_API_TOKEN", self.usermgmt_api_token, self.usermgmt_api_token_file)

    def notification_url(self) -> str:
        host = self.notification_service_host
        bracketed = f"[{host}]" if ":" in host else host
        return f"http://{bracketed}:{self.notification_service_port}"
