"""Real processes: whatever is killed or away, the account is kept and its mail arrives, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.services.conftest import Database
from tests.services.environment import environment
from tests.services.mail_sink import Inbox
from tests.services.process import Process, free_port, started
from tests.services.serving import eventually
from tests.services.user_management.api.test_users import CHEAP_HASH, POSTMAN

pytestmark = pytest.mark.timeout(180)


def usermgmt(database: Database, notification_port: int, **more: str) -> dict[str, str]:
    fast = {"outbox_backoff_seconds": 0.05, "outbox_max_backoff_seconds": 0.2, "outbox_poll_seconds": 0.1}
    fast |= {"outbox_lease_seconds": 1, "notification_connect_timeout": 0.2, "notification_read_timeout": 0.7}
    where: dict[str, Any] = {"notification_service_host": "127.0.0.1", "notification_service_port": notification_port}
    return environment({**database.usermgmt, **CHEAP_HASH, **fast, **where, **more})


def create(url: str, **changes: Any) -> int:
    return httpx2.post(f"{url}/usermgmt/user", json=POSTMAN | changes, trust_env=False).status_code


def sends(notification: Process) -> list[dict[str, Any]]:
    return [event for event in notification.events() if event.get("path") == "/notification/send"]


async def test_a_creation_while_notification_is_down_is_200_and_its_mail_arrives_later_in_the_same_trace(
    database: Database, mail_settings: dict[str, Any], inbox: Inbox, tmp_path: Path
) -> None:
    port = free_port()
    with started("user_management", usermgmt(database, port), tmp_path / "um.log") as um:
        um.wait_ready()
        reply = httpx2.post(f"{um.url}/usermgmt/user", json=POSTMAN, trust_env=False)
        await eventually(lambda: any(event["event"] == "mail postponed" for event in um.events()))
        assert (reply.status_code, inbox.mails) == (200, [])

        mailing = environment({**database.notification, **mail_settings})
        with started("notification", mailing, tmp_path / "ns.log", port) as ns:
            await eventually(lambda: len(inbox.mails) == 1)
            await eventually(lambda: any(event["event"] == "mail handed over" for event in um.events()))
            await eventually(lambda: bool(sends(ns)))

    assert inbox.mails[0]["Subject"] == "OmniTech account creation."
    assert inbox.mails[0].get_content() == "Hello MicroFName, your OmniTech account is created successfully!\n"
    assert f"Root={sends(ns)[-1]['trace_id']};" in reply.headers["x-amzn-trace-id"]


async def test_a_mail_committed_by_a_killed_process_is_sent_by_the_next(
    database: Database, mail_settings: dict[str, Any], inbox: Inbox, tmp_path: Path
) -> None:
    port = free_port()
    with started("user_management", usermgmt(database, port), tmp_path / "um.log") as um:
        um.wait_ready()
        assert create(um.url) == 200
        um.process.kill()
        um.wait_gone()

    mailing = environment({**database.notification, **mail_settings})
    with (
        started("notification", mailing, tmp_path / "ns.log", port),
        started("user_management", usermgmt(database, port), tmp_path / "um2.log") as again,
    ):
        await eventually(lambda: len(inbox.mails) == 1, within_s=40)
        assert create(again.url) == 400


async def test_a_mail_in_flight_when_notification_is_killed_is_sent_once(
    sqlite: Database, mail_settings: dict[str, Any], inbox: Inbox, tmp_path: Path
) -> None:
    port = free_port()
    mailing = environment(
        {**sqlite.notification, **mail_settings, "notification_lease_seconds": 2, "mail_timeout_seconds": 1}
    )
    slow = tmp_path / "faults.json"
    slow.write_text('{"latency_s": 30}')
    tampered = mailing | {"SERVICE_PROFILE": "development", "FAULTS_FILE": str(slow)}
    with started("user_management", usermgmt(sqlite, port), tmp_path / "um.log") as um:
        um.wait_ready()
        with started("notification", tampered, tmp_path / "ns.log", port) as ns:
            ns.wait_ready()
            assert create(um.url) == 200
            ns.process.kill()
            ns.wait_gone()
        with started("notification", mailing, tmp_path / "ns2.log", port):
            await eventually(lambda: len(inbox.mails) == 1)
            await eventually(lambda: any(event["event"] == "mail handed over" for event in um.events()))

    assert len(inbox.mails) == 1
