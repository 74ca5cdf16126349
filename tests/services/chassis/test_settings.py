"""The environment becomes settings, or an error that names the variable and keeps secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from omnitech_chassis.errors import ConfigurationError
from omnitech_chassis.settings import ServiceSettings, load, secret


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ServiceSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_defaults_are_safe_in_production() -> None:
    settings = load(ServiceSettings)

    assert (settings.host, settings.service_profile, settings.faults_file) == ("127.0.0.1", "production", None)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")

    assert load(ServiceSettings).port == 8080


def test_a_faults_file_is_refused_in_production_and_taken_in_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULTS_FILE", "/tmp/faults.json")
    with pytest.raises(ConfigurationError, match="FAULTS_FILE: is refused when SERVICE_PROFILE is production"):
        load(ServiceSettings)

    monkeypatch.setenv("SERVICE_PROFILE", "development")

    assert load(ServiceSettings).faults_file == Path("/tmp/faults.json")


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    class WithToken(ServiceSettings):
        api_token: int = 0

    monkeypatch.setenv("API_TOKEN", "hunter2")
    with pytest.raises(ConfigurationError) as refused:
        load(WithToken)

    assert refused.value.variable == "API_TOKEN"
    assert "hunter2" not in str(refused.value)


def test_a_secret_comes_from_its_file_before_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from-file\n")

    assert secret("X", SecretStr("from-env"), file) == "from-file"
    assert secret("X", SecretStr("from-env"), None) == "from-env"
    assert secret("X", None, None) is None


def test_an_unreadable_secret_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="DB_PASSWORD_FILE: must be a readable text file"):
        secret("DB_PASSWORD", None, tmp_path / "absent")
