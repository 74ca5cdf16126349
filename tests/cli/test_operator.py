"""What the operator takes from its environment, and a pass with everything that goes on beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from serinus.cli.operator import Controller, daemon
from serinus.errors import InvalidInput
from serinus.kube.api import configuration
from serinus.kube.cluster import KubernetesCluster
from serinus.kube.kinds import DEPLOYMENT, RELEASE
from serinus.traces import upkeep
from serinus.traces.client import XRayClient
from serinus.traces.decisions import Decisions
from serinus.traces.sampling import rule_name
from tests.contracts.servers import boto, free, running
from tests.kube.fake import deployment
from tests.kube.stage import NAMESPACE, Shop, a_release

NAME = "notification"


def test_without_a_daemon_no_decision_is_sent_and_a_wrong_address_is_refused() -> None:
    assert daemon({}) is None
    assert daemon({"AWS_XRAY_DAEMON_ADDRESS": "xray-service.default:2000"}) is not None
    with pytest.raises(InvalidInput, match="AWS_XRAY_DAEMON_ADDRESS: must be host:port"):
        daemon({"AWS_XRAY_DAEMON_ADDRESS": "nowhere"})


def test_a_kubeconfig_that_is_not_there_is_refused_in_a_line() -> None:
    with pytest.raises(InvalidInput, match=r"--kubeconfig: must be a kubeconfig that can be used .*'/nowhere'"):
        configuration(Path("/nowhere"))


async def test_a_pass_is_told_and_x_ray_is_seen_to_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "LEAVE_S", 60.0)
    shop, sent = Shop(), InMemorySpanExporter()
    shop.api.put(RELEASE, a_release(traces={"sampling": {"rate": 0.5}}))
    shop.api.put(DEPLOYMENT, deployment("v1", "n:5.0.0", 4, "V1-Shop"))
    shop.api.put(DEPLOYMENT, deployment("v2", "n:6.0.0", 0, "V2-Shop"))
    shop.settle()
    decisions = Decisions(sent)
    with running(free()) as addresses, boto(addresses.url) as other:
        client = XRayClient(addresses.url)
        controller = Controller(client, "blue", decisions)
        cluster = KubernetesCluster(shop.api, NAMESPACE)
        await controller.run(NAMESPACE, NAME, cluster)
        await controller.background.idle()
        assert rules(other) == ["Default", rule_name(NAMESPACE, NAME, "blue")]
        for _ in range(2):
            await controller.run(NAMESPACE, NAME, cluster)
        condition = next(each for each in shop.status["conditions"] if each["type"] == "TelemetryHealthy")
        await controller.background.idle()
        await controller.leave(NAMESPACE, NAME)
        assert rules(other) == ["Default"]
        client.close()
    decisions.close()
    assert (condition["status"], condition["reason"]) == ("False", "VersionNotTraced")
    assert [span.name for span in sent.get_finished_spans()] == ["Scaling"]


def rules(client: Any) -> list[str]:
    records = client.get_sampling_rules()["SamplingRuleRecords"]
    return sorted(record["SamplingRule"]["RuleName"] for record in records)
