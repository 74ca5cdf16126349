"""Given two operators, when the leader is killed or stopped, then the other one leads, and never both."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from serinus.kube.rbac import NAMESPACE
from tests.journeys.kubernetes.cluster import Cluster, eventually, get
from tests.journeys.kubernetes.operator.operating import XRay, operator

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(900)]


def test_a_standby_takes_over_within_fifteen_seconds_and_two_never_lead(
    cluster: Cluster, account: Cluster, namespace: str, traces: XRay, tmp_path: Path
) -> None:
    def holder() -> str:
        found = get(cluster, NAMESPACE, "leases")["items"]
        return str(found[0]["spec"].get("holderIdentity", "")) if found else ""

    with operator(account, namespace, traces.url, tmp_path / "one.log", "one") as one:
        eventually(holder, lambda name: name == "one")
        with operator(account, namespace, traces.url, tmp_path / "two.log", "two") as two:
            eventually((tmp_path / "two.log").read_text, lambda text: "probes and metrics" in text)
            one.kill()
            killed = time.monotonic()
            eventually(holder, lambda name: name == "two")
            assert time.monotonic() - killed < 15
            one.start()
            assert two.stop() == 0
            eventually(holder, lambda name: name == "one")
    assert "leads no more" not in (tmp_path / "two.log").read_text()
