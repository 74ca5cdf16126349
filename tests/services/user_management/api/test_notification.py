"""The three questions that are passed on: Notification's answer comes back, or a 500 that names the cause."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.conftest import Database
from tests.services.serving import serving
from tests.services.user_management.api.test_users import settings
from tests.services.user_management.upstream import Saying, Upstream
from user_management.service import SERVICE

XRAY = b'{"applicationname":"Notification Microservice","appversion":"V2","message":"Enabled AWS XRay"}'


def toward(told: Upstream) -> dict[str, Any]:
    return {"notification_service_port": told.port, "outbox_poll_seconds": 60}


@pytest.mark.parametrize(
    ("asked", "passed_on", "body"),
    [
        ("notification-health-status", "health-status", b"Notification Service is UP and Running - V2"),
        ("notification-service-info", "info", b"Application Version: V2"),
        ("notification-xray", "xray", XRAY),
    ],
)
async def test_the_answer_comes_back(sqlite: Database, told: Upstream, asked: str, passed_on: str, body: bytes) -> None:
    told.sayings.append(Saying(200, body))
    async with serving(SERVICE, settings(sqlite, **toward(told))) as running:
        reply = await running.client.get(f"/usermgmt/{asked}")

    assert (reply.status_code, reply.content) == (200, body)
    assert told.requests[0].startswith(f"get /notification/{passed_on} http/1.1")


async def test_the_call_continues_the_trace(sqlite: Database, told: Upstream) -> None:
    async with serving(SERVICE, settings(sqlite, **toward(told))) as running:
        await running.client.get("/usermgmt/notification-xray")
        spans = {span.name: span for span in running.spans()}

    call, server = spans["GET"], spans["GET /usermgmt/notification-xray"]
    assert call.parent is not None
    assert call.parent.span_id == server.context.span_id


@pytest.mark.parametrize("asked", ["notification-health-status", "notification-service-info", "notification-xray"])
async def test_a_failing_notification_is_500_with_the_cause(sqlite: Database, told: Upstream, asked: str) -> None:
    told.sayings.append(Saying(503))
    async with serving(SERVICE, settings(sqlite, **toward(told))) as running:
        reply = await running.client.get(f"/usermgmt/{asked}")

    assert (reply.status_code, reply.headers["content-type"]) == (500, "application/problem+json")
    assert reply.json()["detail"].startswith("Notification answered 503 to GET /notification/")
