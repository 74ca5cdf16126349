"""Both services against their own OpenAPI documents: whatever a client sends, no reply is a 5xx or undocumented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import given

from tests.fuzzing import CHECKS, SHAPED, bounded
from tests.services.conftest import sqlite_database
from tests.services.environment import environment
from tests.services.mail_sink import Inbox
from tests.services.process import free_port, started
from tests.services.user_management.api.test_users import CHEAP_HASH

pytestmark = pytest.mark.timeout(300)
BOUNDED = bounded(25)


@pytest.fixture
def urls(tmp_path: Path, mail_settings: dict[str, Any], inbox: Inbox) -> Iterator[dict[str, str]]:
    database, port = sqlite_database(tmp_path), free_port()
    mailing = environment({**database.notification, **mail_settings, "app_version": "V2"})
    toward = {"notification_service_host": "127.0.0.1", "notification_service_port": port}
    with (
        started("notification", mailing, tmp_path / "ns.log", port) as ns,
        started(
            "user_management", environment({**database.usermgmt, **CHEAP_HASH, **toward}), tmp_path / "um.log"
        ) as um,
    ):
        ns.wait_ready()
        um.wait_ready()
        yield {"notification": ns.url, "user_management": um.url}


@pytest.mark.parametrize(("service", "operations"), [("notification", 5), ("user_management", 9)])
def test_no_request_is_answered_with_a_5xx_or_against_the_document(
    urls: dict[str, str], service: str, operations: int
) -> None:
    schema = schemathesis.openapi.from_url(f"{urls[service]}/openapi.json")
    found: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]

    assert len(found) == operations
    for operation in found:
        assert requests_sent_to(operation) >= 1


def requests_sent_to(operation: Any) -> int:
    sent = 0

    @BOUNDED
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        nonlocal sent
        sent += 1
        case.call_and_validate(checks=[*CHECKS, SHAPED], timeout=20)

    one()
    return sent
