"""Probes and metrics, over HTTP."""

from __future__ import annotations

import httpx2
import pytest

from serinus.errors import PortTaken
from serinus.kube.health import application, served
from serinus.kube.metrics import Metrics


async def test_alive_ready_and_metrics_are_answered() -> None:
    metrics = Metrics()
    metrics.leads(True)
    async with (
        served(application(metrics.registry, lambda: True), "127.0.0.1", 0) as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        assert (await client.get("/livez")).text == "ok"
        assert (await client.get("/readyz")).status_code == 200
        assert "serinus_leader 1.0" in (await client.get("/metrics")).text


async def test_not_ready_while_kubernetes_does_not_answer() -> None:
    async with (
        served(application(Metrics().registry, lambda: False), "127.0.0.1", 0) as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "has not answered" in answer.text


async def test_a_taken_port_is_named_with_the_option() -> None:
    app = application(Metrics().registry, lambda: True)
    async with served(app, "127.0.0.1", 0) as port:
        with pytest.raises(PortTaken, match="--metrics-port"):
            async with served(app, "127.0.0.1", port):
                pass
