"""The three questions about the service itself, answered as in the contract, by either release."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator

import pytest

from notification.api.info import own_address
from notification.service import SERVICE
from notification.settings import NotificationSettings
from tests.services.conftest import Database
from tests.services.serving import Running, serving


@pytest.fixture(params=["V1", "V2"])
async def running(request: pytest.FixtureRequest, sqlite: Database) -> AsyncIterator[Running]:
    async with serving(SERVICE, NotificationSettings(**sqlite.notification, app_version=request.param)) as service:
        yield service


async def test_health_status_names_the_version(running: Running) -> None:
    reply = await running.client.get("/notification/health-status")

    assert reply.text == f"Notification Service is UP and Running - {running.parts.version}"
    assert reply.headers["content-type"].startswith("text/plain")


async def test_info_is_three_lines(running: Running) -> None:
    address, host, version = (await running.client.get("/notification/info")).text.split("\n")

    assert address.startswith("Notification Service IP Address: ")
    assert host.startswith("Hostname: ")
    assert version == f"Application Version: {running.parts.version}"


async def test_xray_is_the_originals_object(running: Running) -> None:
    assert (await running.client.get("/notification/xray")).json() == {
        "applicationname": "Notification Microservice",
        "appversion": running.parts.version,
        "message": "Enabled AWS XRay",
    }


async def test_the_reply_names_its_trace_in_x_rays_form(running: Running) -> None:
    reply = await running.client.get("/notification/xray")

    assert reply.headers["x-amzn-trace-id"].startswith("Root=1-")


async def test_a_callers_trace_is_continued(running: Running) -> None:
    root = "1-5759e988-bd862e3fe1be46a994272793"
    sent = {"X-Amzn-Trace-Id": f"Root={root};Parent=53995c3f42cd8ad8;Sampled=1"}

    reply = await running.client.get("/notification/xray", headers=sent)

    assert reply.headers["x-amzn-trace-id"].startswith(f"Root={root};")
    parent = running.spans()[-1].parent
    assert parent is not None
    assert f"{parent.span_id:016x}" == "53995c3f42cd8ad8"


def test_the_own_address_is_one() -> None:
    assert ipaddress.ip_address(own_address()).version == 4
