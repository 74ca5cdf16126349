"""kube-score finds nothing critical, neither in what `apply -f` applies nor in any overlay; and it does look."""

from __future__ import annotations

import subprocess

import pytest

from tests.manifests.documents import APPS, MICROSERVICES, OVERLAYS, built
from tests.manifests.tools import tool

ROOT_POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: careless}
spec:
  selector: {matchLabels: {app: careless}}
  template:
    metadata: {labels: {app: careless}}
    spec: {containers: [{name: c, image: "careless:latest"}]}
"""


def scored(text: str) -> list[str]:
    """kube-score's lines, one a check and object."""
    command = [str(tool("kube-score")), "score", "--output-format", "ci", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout, done.stderr
    return done.stdout.splitlines()


def critical(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("[CRITICAL]")]


def test_microservices_have_nothing_critical() -> None:
    text = "\n---\n".join(path.read_text(encoding="utf-8") for path in sorted(MICROSERVICES.glob("*.yml")))
    lines = scored(text)

    assert critical(lines) == []
    assert any("v2-notification-microservice" in line for line in lines)


@pytest.mark.parametrize("name", OVERLAYS)
def test_overlays_have_nothing_critical(name: str) -> None:
    assert critical(scored(built(APPS / name))) == []


def test_a_careless_deployment_has_much_that_is_critical() -> None:
    assert len(critical(scored(ROOT_POD))) >= 5
