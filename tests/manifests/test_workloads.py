"""How pods are kept apart, started, drained, spread, budgeted and fenced in: the traps of the write-up, closed."""

from __future__ import annotations

import pytest

from omnitech_chassis.server import FINISH_WITHIN_S
from tests.manifests.documents import microservices
from tests.manifests.workloads import Workload, named, of_kind, references, selects, variables, workloads

ALL = tuple(workloads(microservices()))
DEPLOYMENTS = tuple(w for w in ALL if w.kind == "Deployment")
POLICIES = of_kind(microservices(), "NetworkPolicy")


def by_name(workload: Workload) -> str:
    return f"{workload.kind}/{workload.name}"


def test_no_pod_is_selected_by_two_controllers() -> None:
    controllers = [w for w in ALL if w.selector]

    assert len(controllers) == 4
    for pods in controllers:
        owners = [w.name for w in controllers if selects({"matchLabels": w.selector}, pods.labels)]
        assert owners == [pods.name]


def test_versions_share_the_label_of_the_service_and_differ_in_version() -> None:
    service = named(microservices(), "Service", "notification-clusterip-service")["spec"]["selector"]
    served = [w for w in ALL if selects({"matchLabels": service}, w.labels)]

    assert {w.name: w.selector["version"] for w in served} == {
        "v1-notification-microservice": "v1",
        "v2-notification-microservice": "v2",
    }


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_each_deployment_has_one_budget_of_its_own(deployment: Workload) -> None:
    budgets = of_kind(microservices(), "PodDisruptionBudget")
    covering = [b["metadata"]["name"] for b in budgets if selects(b["spec"]["selector"], deployment.labels)]

    assert covering == [deployment.name]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_pods_spread_over_zones_and_nodes(deployment: Workload) -> None:
    constraints = deployment.pod["topologySpreadConstraints"]

    assert {c["topologyKey"] for c in constraints} == {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}
    assert all(c["labelSelector"]["matchLabels"] == deployment.selector for c in constraints)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_a_pod_has_time_to_leave_to_drain_and_to_finish(deployment: Workload) -> None:
    (container,) = deployment.pod["containers"]
    sleep_s = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    drain_s = float(variables(container)["DRAIN_SECONDS"]["value"])

    assert sleep_s >= 1
    assert deployment.pod["terminationGracePeriodSeconds"] > sleep_s + drain_s + FINISH_WITHIN_S


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_a_rollout_never_has_fewer_pods_than_asked_for(deployment: Workload) -> None:
    assert deployment.source["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_liveness_asks_the_process_and_readiness_what_it_depends_on(deployment: Workload) -> None:
    (container,) = deployment.pod["containers"]
    paths = [container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "readiness", "liveness")]

    assert paths == ["/startupz", "/readyz", "/livez"]
    assert all(container[f"{p}Probe"].get("initialDelaySeconds", 0) == 0 for p in ("startup", "readiness", "liveness"))


@pytest.mark.parametrize("workload", ALL, ids=by_name)
def test_each_container_says_what_it_needs_and_writes_nowhere_but_in_its_volumes(workload: Workload) -> None:
    for container in workload.containers():
        assert set(container["resources"]["requests"]) == {"cpu", "memory", "ephemeral-storage"}
        assert set(container["resources"]["limits"]) == {"cpu", "memory", "ephemeral-storage"}
        assert container["securityContext"]["readOnlyRootFilesystem"] is True


@pytest.mark.parametrize("workload", ALL, ids=by_name)
def test_each_pod_has_an_account_without_a_token_and_no_variables_of_services(workload: Workload) -> None:
    account = named(microservices(), "ServiceAccount", workload.pod["serviceAccountName"])

    assert account["automountServiceAccountToken"] is False
    assert workload.pod["automountServiceAccountToken"] is False
    assert workload.pod["enableServiceLinks"] is False


@pytest.mark.parametrize("workload", ALL, ids=by_name)
def test_each_pod_is_denied_everything_that_no_policy_allows(workload: Workload) -> None:
    deny = named(microservices(), "NetworkPolicy", "omnitech-default-deny")["spec"]

    assert selects(deny["podSelector"], workload.labels)
    assert set(deny["policyTypes"]) == {"Ingress", "Egress"}
    assert "ingress" not in deny
    assert "egress" not in deny


def reachable(workload: Workload) -> set[tuple[str, int]]:
    allowed = [p["spec"] for p in POLICIES if selects(p["spec"]["podSelector"], workload.labels)]
    rules = [rule for spec in allowed for rule in spec.get("egress", [])]
    return {(port["protocol"], port["port"]) for rule in rules for port in rule["ports"]}


def test_each_pod_reaches_what_it_needs_and_nothing_else() -> None:
    dns = {("UDP", 53), ("TCP", 53)}
    traces, database = {("UDP", 2000), ("TCP", 2000)}, {("TCP", 3306)}
    notification = dns | traces | database | {("TCP", 587)}

    assert {w.name: reachable(w) for w in ALL} == {
        "usermgmt-microservice": dns | traces | database | {("TCP", 8096)},
        "v1-notification-microservice": notification,
        "v2-notification-microservice": notification,
        "usermgmt-migration-4-0-0": dns | database,
        "notification-migration-6-0-0": dns | database,
        "xray-daemon": dns | {("TCP", 443), ("TCP", 80)},
    }


def test_a_daemon_serves_its_own_node_and_needs_no_port_of_it() -> None:
    service = named(microservices(), "Service", "xray-service")["spec"]

    assert service["internalTrafficPolicy"] == "Local"
    assert "clusterIP" not in service


def test_the_ingress_takes_tls_1_2_or_newer_for_one_host_under_both_dns_prefixes() -> None:
    ingress = named(microservices(), "Ingress", "eks-microservices-canary-demo")
    annotations, host = ingress["metadata"]["annotations"], ingress["spec"]["rules"][0]["host"]

    assert annotations["alb.ingress.kubernetes.io/ssl-policy"].startswith("ELBSecurityPolicy-TLS13-1-2-")
    assert host == annotations["external-dns.kubernetes.io/hostname"]
    assert host == annotations["external-dns.alpha.kubernetes.io/hostname"]
    assert "runon" not in ingress["metadata"]["labels"]
    assert named(microservices(), "IngressClass", ingress["spec"]["ingressClassName"])


def test_migrations_run_the_image_of_the_newest_deployment() -> None:
    images = {w.pod["containers"][0]["image"] for w in DEPLOYMENTS}
    jobs = [w for w in ALL if w.kind == "Job"]

    assert {j.pod["containers"][0]["image"] for j in jobs} <= images
    for job in jobs:
        tag = job.pod["containers"][0]["image"].rpartition(":")[2]
        assert job.name.endswith(tag.partition("-")[0].replace(".", "-"))


def test_what_pods_refer_to_is_here_or_in_the_table_of_what_to_create() -> None:
    here = {(d["kind"], d["metadata"]["name"]) for d in microservices()}
    missing = {(kind, name) for w in ALL for kind, name, _ in references(w)} - here

    assert missing == {
        ("Secret", "mysql-db-password"),
        ("Secret", "notification-db-password"),
        ("Secret", "mysql-migration-passwords"),
        ("Secret", "ses-smtp-credentials"),
        ("Secret", "usermgmt-api-token"),
        ("ConfigMap", "database-ca"),
    }
