"""What a client does on the wire is seen in user_management/test_notification_client.py; here, its limits."""

from __future__ import annotations

import httpx2
import pytest

from omnitech_chassis.calling import client
from tests.services.process import free_port
from tests.services.serving import recording


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would see, and could answer, what one service says to the other."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    port, provider = free_port(), recording()[0]
    async with client(f"http://127.0.0.1:{port}", httpx2.Timeout(5), provider, keep_alive=True) as calling:
        with pytest.raises(httpx2.ConnectError) as refused:
            await calling.get("/")

    assert refused.value.request.url.port == port


async def test_each_call_is_a_client_span() -> None:
    provider, exporter = recording()
    async with client(f"http://127.0.0.1:{free_port()}", httpx2.Timeout(5), provider, keep_alive=True) as calling:
        with pytest.raises(httpx2.ConnectError):
            await calling.get("/notification/xray")

    (span,) = exporter.get_finished_spans()
    assert span.kind.name == "CLIENT"
    assert [event.name for event in span.events] == ["exception"]
