"""An assembled service traces its requests with their routes and leaves probes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from notification.service import SERVICE
from notification.settings import NotificationSettings
from tests.services.conftest import Database
from tests.services.serving import serving


async def test_a_request_is_one_server_span_with_route_and_version_and_probes_are_none(sqlite: Database) -> None:
    async with serving(SERVICE, NotificationSettings(**sqlite.notification, app_version="V2")) as running:
        for path in ("/livez", "/readyz", "/startupz", "/notification/xray"):
            await running.client.get(path)
        spans = running.spans()

    assert [span.name for span in spans] == ["GET /notification/xray"]
    attributes = spans[0].attributes or {}
    assert (attributes["http.route"], attributes["version"]) == ("/notification/xray", "V2")
    assert attributes["aws.xray.annotations"] == ("version",)


async def test_an_injected_fault_is_on_the_trace_by_name(sqlite: Database, tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text('{"fault": 1.0}')
    settings = NotificationSettings(**sqlite.notification, service_profile="development", faults_file=file)
    async with serving(SERVICE, settings) as running:
        reply = await running.client.get("/notification/xray")
        (span,) = running.spans()

    (event,) = span.events
    assert reply.status_code == 500
    assert (event.attributes or {})["exception.type"] == "omnitech_chassis.errors.InjectedFault"
    assert (span.attributes or {})["http.status_code"] == 500


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/notification/xray", 405)]
)
async def test_what_no_route_takes_is_a_problem_too(sqlite: Database, method: str, path: str, status: int) -> None:
    async with serving(SERVICE, NotificationSettings(**sqlite.notification)) as running:
        reply = await running.client.request(method, path)

    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
