"""What a cluster's operator has found, as `serinus doctor` shows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from serinus.cli.doctor import told
from serinus.cli.main import app
from tests.cli.apiserver import api_server, kubeconfig
from tests.cli.test_kubernetes import Json, a_resource


def with_condition(status: str) -> Json:
    condition = {"type": "TelemetryHealthy", "status": status, "reason": "IndexedInPart", "message": "index all."}
    document = a_resource()
    document["status"] = {"conditions": [condition, condition | {"type": "Progressing", "status": "False"}]}
    return document


@pytest.mark.parametrize(("status", "ok"), [("True", True), ("Unknown", True), ("False", False)])
def test_a_condition_is_a_finding_with_its_reason(status: str, ok: bool) -> None:
    (finding,) = told((with_condition(status),))
    assert (finding.check, finding.ok, finding.message) == (
        "shop/notification TelemetryHealthy",
        ok,
        "IndexedInPart: index all.",
    )
    assert told((a_resource(),)) == ()


def test_on_a_cluster_the_operators_findings_are_shown(tmp_path: Path) -> None:
    with api_server() as server:
        config = tmp_path / "config"
        config.write_text(yaml.safe_dump(kubeconfig(server.url, "here", "there")))
        server.put(with_condition("False"))
        shown = CliRunner().invoke(app, ["doctor", "-A", "--kubeconfig", str(config)])
        written = CliRunner().invoke(app, ["doctor", "-n", "shop", "--kubeconfig", str(config), "-o", "json"])
    assert (shown.exit_code, written.exit_code) == (1, 1)
    assert shown.output == "✖ shop/notification TelemetryHealthy: IndexedInPart: index all.\n"
    assert json.loads(written.output)[0]["ok"] is False
