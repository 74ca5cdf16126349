"""Given the CustomResourceDefinitions alone, when a spec is wrong, then Kubernetes itself refuses it and says why."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.kubernetes.cluster import Cluster, apply, get, kubectl
from tests.journeys.kubernetes.operator.operating import install
from tests.node.errors import CommandFailed

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(900)]
GATEWAY = {"httpRoute": "r", "stableService": "a", "canaryService": "b"}

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"traffic": {}}, "spec.traffic: Invalid value: must name exactly one of replicas, gateway"),
    ({"traffic": {"replicas": {"service": "s"}, "gateway": GATEWAY}}, "must name exactly one of replicas, gateway"),
    ({"traffic": {"gateway": GATEWAY | {"canaryService": "a"}}}, "spec.traffic.gateway: Invalid value: stableService"),
    ({"steps": [{"weight": 50}, {"weight": 25}, {"weight": 100}]}, "spec.steps: Invalid value: weights must rise"),
    ({"steps": [{"weight": 50}, {"weight": 50}, {"weight": 100}]}, "spec.steps: Invalid value: weights must rise"),
    ({"steps": [{"weight": 50}]}, "spec.steps: Invalid value: weights must rise and end at 100"),
    ({"steps": []}, "spec.steps: Invalid value: weights must rise and end at 100"),
    ({"steps": [{"weight": 0}, {"weight": 100}]}, "spec.steps[0].weight: Invalid value"),
    ({"canary": {"deployment": "a"}}, "spec: Invalid value: stable and canary must be two Deployments"),
    ({"bake": "soon"}, 'spec.bake: Invalid value: "soon": must be a duration such as 30s, 10m or 1h30m'),
    ({"analysis": {"tick": "5"}}, "spec.analysis.tick: Invalid value"),
    ({"analysis": {"onTimeout": "panic"}}, 'spec.analysis.onTimeout: Unsupported value: "panic"'),
    ({"analysis": {"gates": [{"weight": 50, "difference": 0.1}, {"weight": 50, "difference": 0.1}]}}, "must name"),
    ({"analysis": {"falseAlarm": 1}}, "spec.analysis.falseAlarm: Invalid value"),
    ({"traffic": {"replicas": {"service": "s", "total": 1}}}, "spec.traffic.replicas.total: Invalid value"),
    ({"stable": {"deployment": "Bad_Name"}}, "spec.stable.deployment: Invalid value"),
]


def release(**spec: Any) -> dict[str, Any]:
    pair = {"stable": {"deployment": "a"}, "canary": {"deployment": "b"}}
    return {
        "apiVersion": "serinus.dev/v1alpha1",
        "kind": "CanaryRelease",
        "metadata": {"name": "notification"},
        "spec": {**pair, "traffic": {"replicas": {"service": "s"}}, **spec},
    }


def test_wrong_specs_are_refused_with_field_and_rule(cluster: Cluster, namespace: str) -> None:
    install(cluster)
    for spec, message in WRONG:
        with pytest.raises(CommandFailed) as refused:
            apply(cluster, namespace, release(**spec))
        assert message in str(refused.value)


def test_a_short_spec_is_completed_with_the_defaults(cluster: Cluster, namespace: str) -> None:
    install(cluster)
    apply(cluster, namespace, release())
    spec = get(cluster, namespace, "canaryrelease", "notification")["spec"]
    assert [step["weight"] for step in spec["steps"]] == [5, 10, 25, 50, 100]
    assert (spec["bake"], spec["analysis"]["maxTime"], spec["traces"]["delay"]) == ("10m", "30m", "90s")


def test_kubectl_explains_every_field_and_lists_the_short_names(cluster: Cluster, namespace: str) -> None:
    install(cluster)
    told = kubectl(cluster, "explain", "canaryrelease.spec.analysis")
    assert "How long a step may stay undecided." in told
    names = kubectl(cluster, "api-resources", "--categories=serinus", "--no-headers")
    assert {line.split()[1] for line in names.splitlines()} == {"crel", "crun"}
