"""A machine that cannot run a node says so by name, and in CI that is a failure."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.kubernetes.choosing import GivenCluster, NoCluster, OwnNode, choose

MISSING = ("the user is not root",)


def test_a_node_of_our_own_comes_before_any_other() -> None:
    assert choose((), {"KUBECONFIG": "/config"}, "/bin/kubectl") == OwnNode()


def test_else_the_cluster_that_kubeconfig_names() -> None:
    given = choose(MISSING, {"KUBECONFIG": "/config", "CI": "true"}, "/bin/kubectl")
    assert given == GivenCluster(Path("/bin/kubectl"), Path("/config"))


def test_else_the_reason_is_named() -> None:
    none = choose(MISSING, {}, "/bin/kubectl")
    reason = "no node can run here (the user is not root) and KUBECONFIG names no other cluster"
    assert none == NoCluster(reason, fatal=False)


def test_a_cluster_without_kubectl_is_none() -> None:
    none = choose(MISSING, {"KUBECONFIG": "/config"}, None)
    assert none == NoCluster("no node can run here (the user is not root) and kubectl is not installed", fatal=False)


def test_in_ci_a_skipped_journey_is_a_failed_one() -> None:
    none = choose(MISSING, {"CI": "true"}, None)
    assert isinstance(none, NoCluster)
    assert none.fatal
