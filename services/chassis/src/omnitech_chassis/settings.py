"""The environment flows in, a frozen settings object flows out, or a ConfigurationError that names the variable.

Names are those of the original system where it had them; everything else has a default that is safe in production.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from omnitech_chassis.errors import ConfigurationError
from serinus_xray.environment import udp_address
from serinus_xray.errors import InvalidSetting

SettingsT = TypeVar("SettingsT", bound="ServiceSettings")
_SECRET_WORDS = ("PASSWORD", "TOKEN", "URL")


class ServiceSettings(BaseSettings):
    """What every service reads. Durations in seconds."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    drain_seconds: float = Field(default=0.0, ge=0, le=300)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    app_version: str = Field(default="V1", pattern=r"^V[0-9]{1,6}$")
    service_profile: Literal["production", "development"] = "production"
    faults_file: Path | None = None
    faults_seed: int | None = None
    aws_xray_tracing_name: str = Field(default="service", min_length=1, max_length=200)
    aws_xray_daemon_address: str = "127.0.0.1:2000"
    aws_xray_context_missing: Literal["RUNTIME_ERROR", "LOG_ERROR", "IGNORE_ERROR"] = "LOG_ERROR"
    otel_exporter_otlp_endpoint: str | None = None

    @field_validator("aws_xray_daemon_address")
    @classmethod
    def _is_daemon_address(cls, text: str) -> str:
        try:
            udp_address(text)
        except InvalidSetting:
            raise ValueError("must be host:port or tcp:host:port udp:host:port") from None
        return text


def load(kind: type[SettingsT]) -> SettingsT:
    """Read `kind` from the environment. Raises ConfigurationError for the first thing wrong."""
    try:
        settings = kind()
    except ValidationError as invalid:
        raise _configuration_error(invalid) from None
    if settings.faults_file is not None and settings.service_profile == "production":
        raise ConfigurationError("FAULTS_FILE", "is refused when SERVICE_PROFILE is production", settings.faults_file)
    return settings


def _configuration_error(invalid: ValidationError) -> ConfigurationError:
    first = invalid.errors(include_url=False)[0]
    variable = "_".join(str(part) for part in first["loc"]).upper() or "ENVIRONMENT"
    value = None if any(word in variable for word in _SECRET_WORDS) else first["input"]
    return ConfigurationError(variable, first["msg"], None if isinstance(value, dict) else value)


def secret(variable: str, value: SecretStr | None, file: Path | None) -> str | None:
    """The secret itself, from a mounted file before the environment. Raises ConfigurationError if unreadable."""
    if file is None:
        return None if value is None else value.get_secret_value()
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise ConfigurationError(
            f"{variable}_FILE", f"must be a readable text file ({unreadable})", str(file)
        ) from None
