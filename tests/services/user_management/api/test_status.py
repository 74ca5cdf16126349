"""The health status is the original's sentence and asks no database."""

from __future__ import annotations

from tests.services.serving import serving
from user_management.service import SERVICE
from user_management.settings import UserManagementSettings


async def test_it_answers_without_a_database_and_makes_no_trace() -> None:
    settings = UserManagementSettings(db_hostname="127.0.0.1", db_port=9, app_version="V3")
    async with serving(SERVICE, settings, migrate=False) as running:
        reply = await running.client.get("/usermgmt/health-status")
        ready = await running.client.get("/readyz")

    assert (reply.status_code, reply.text) == (200, "User Management Service UP and RUNNING - V3")
    assert (ready.status_code, set(ready.json()["reasons"])) == (503, {"database", "schema"})
    assert running.spans() == []
