"""The environment's names are the original's; the database is SQLite until a host is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from user_management.settings import UserManagementSettings


def test_without_a_host_the_database_is_a_file() -> None:
    settings = UserManagementSettings(database_file=Path("/data/x.db"))

    assert str(settings.database_url()) == "sqlite+aiosqlite:////data/x.db"


def test_with_a_host_it_is_mysql_and_the_password_stays_out_of_sight(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p@ss/word\n")
    url = UserManagementSettings(db_hostname="mysql", db_password_file=tmp_path / "password").database_url()

    assert url.password == "p@ss/word"
    assert str(url) == "mysql+asyncmy://usermgmt:***@mysql:3306/usermgmt"


@pytest.mark.parametrize(
    "weak",
    [
        {"argon2_memory_kib": 7167},
        {"argon2_time_cost": 0},
        {"outbox_lease_seconds": 7},
        {"outbox_poll_seconds": 0},
        {"outbox_max_age": 0},
    ],
)
def test_values_below_the_sensible_are_refused(weak: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        UserManagementSettings(**weak)


@pytest.mark.parametrize(
    ("host", "url"),
    [("notification-clusterip-service", "http://notification-clusterip-service:8096"), ("::1", "http://[::1]:8096")],
)
def test_notification_is_found_by_host_and_port(host: str, url: str) -> None:
    assert UserManagementSettings(notification_service_host=host).notification_url() == url
