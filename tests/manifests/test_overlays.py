"""What each overlay changes, and that nothing it refers to is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from notification.settings import NotificationSettings
from omnitech_chassis.settings import load
from tests.manifests.documents import APPS, OVERLAYS, Object, built, composed, microservices, overlay
from tests.manifests.workloads import named, of_kind, references, selects, variables, workloads

LOCAL = ("local", "local-gateway")
AWS = ("eks", "eks-ses-api", "eks-fargate")
INGRESS = "eks-microservices-canary-demo"


def env(documents: tuple[Object, ...], deployment: str) -> dict[str, str]:
    (container,) = named(documents, "Deployment", deployment)["spec"]["template"]["spec"]["containers"]
    return {name: variable.get("value", "") for name, variable in variables(container).items()}


@pytest.mark.parametrize("name", LOCAL)
def test_local_overlays_apply_over_microservices(name: str) -> None:
    """What cannot be changed once it exists, or what an apply would leave half done, is the same in both."""
    documents = overlay(name)
    before = {w.name: (w.selector, w.source["spec"]["template"]) for w in workloads(microservices()) if w.kind == "Job"}

    assert before == {
        w.name: (w.selector, w.source["spec"]["template"]) for w in workloads(documents) if w.kind == "Job"
    }
    assert {w.name: w.selector for w in workloads(microservices()) if w.kind == "Deployment"}.items() <= {
        w.name: w.selector for w in workloads(documents)
    }.items()
    assert named(documents, "IngressClass", "my-aws-ingress-class") == named(
        microservices(), "IngressClass", "my-aws-ingress-class"
    )


@pytest.mark.parametrize("name", LOCAL)
def test_local_stand_ins_answer_behind_the_names_of_ours(name: str) -> None:
    documents = overlay(name)
    outside = {d["metadata"]["name"]: d for d in of_kind(documents, "Service") if "namespace" in d["metadata"]}

    for service, port in (("mysql", 3306), ("smtp-service", 587)):
        target, namespace = named(documents, "Service", service)["spec"]["externalName"].split(".")[:2]
        assert outside[target]["metadata"]["namespace"] == namespace
        assert outside[target]["spec"]["ports"][0]["port"] == port
    xray = named(documents, "Service", "xray-service")["spec"]
    assert [w.name for w in workloads(documents) if selects({"matchLabels": xray["selector"]}, w.labels)] == [
        "serinus-xray"
    ]


@pytest.mark.parametrize("name", LOCAL)
def test_the_local_entry_is_traefiks_with_tls(name: str) -> None:
    ingress = named(overlay(name), "Ingress", INGRESS)

    assert named(overlay(name), "IngressClass", ingress["spec"]["ingressClassName"])["spec"] == {
        "controller": "traefik.io/ingress-controller"
    }
    assert ingress["spec"]["tls"] == [{"hosts": [ingress["spec"]["rules"][0]["host"]], "secretName": "canarydemo-tls"}]


@pytest.mark.parametrize("name", AWS)
def test_on_aws_the_load_balancer_sends_to_pods_and_waits_for_them(name: str) -> None:
    ingress = named(overlay(name), "Ingress", INGRESS)
    pod = named(overlay(name), "Deployment", "usermgmt-microservice")["spec"]["template"]["spec"]

    assert ingress["metadata"]["annotations"]["alb.ingress.kubernetes.io/target-type"] == "ip"
    assert pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"] == 30
    assert pod["terminationGracePeriodSeconds"] == 75


@pytest.mark.parametrize("name", AWS)
def test_on_aws_every_secret_that_pods_need_is_fetched(name: str) -> None:
    needed = {secret for w in workloads(overlay(name)) for kind, secret, _ in references(w) if kind == "Secret"}
    fetched = of_kind(overlay(name), "ExternalSecret")

    assert {e["spec"]["target"]["name"] for e in fetched} == needed
    assert {e["spec"]["dataFrom"][0]["extract"]["key"] for e in fetched} == {f"omnitech/{secret}" for secret in needed}
    assert named(overlay(name), "SecretStore", "omnitech")["spec"]["provider"]["aws"]["service"] == "SecretsManager"


def test_by_the_api_of_ses_nothing_of_smtp_is_left_and_the_service_accepts_its_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    documents = overlay("eks-ses-api")
    (policy,) = json.loads((APPS / "components/ses-api/iam-policy.json").read_text())["Statement"]
    for version in ("v1", "v2"):
        told = env(documents, f"{version}-notification-microservice")
        monkeypatch.setattr("os.environ", {name: value for name, value in told.items() if value})
        settings = load(NotificationSettings)

        assert (settings.mail_transport, settings.mail_password()) == ("ses", None)
        assert policy["Condition"]["StringEquals"]["ses:FromAddress"] == settings.aws_mail_server_from_address
        assert policy["Resource"].startswith(f"arn:aws:ses:{settings.aws_region}:")
        assert policy["Resource"].endswith(f":identity/{settings.aws_mail_server_from_address.partition('@')[2]}")
        assert {name for name in told if name.startswith("AWS_MAIL_SERVER")} == {"AWS_MAIL_SERVER_FROM_ADDRESS"}
    assert not re.search(r"smtp|mail-ca|mail-password|:\s587\b", built(APPS / "eks-ses-api"))


def egress(documents: tuple[Object, ...], policy: str) -> set[tuple[str, int]]:
    rules = named(documents, "NetworkPolicy", policy)["spec"]["egress"]
    return {(to["ipBlock"]["cidr"], port["port"]) for rule in rules for to in rule["to"] for port in rule["ports"]}


def test_by_the_api_of_ses_notification_reaches_aws_and_the_agent_of_pod_identity() -> None:
    documents = overlay("eks-ses-api")
    (trust,) = json.loads((APPS / "components/ses-api/trust-policy.json").read_text())["Statement"]
    account = trust["Condition"]["StringEquals"]["aws:RequestTag/kubernetes-service-account"]

    assert egress(documents, "notification") == {("0.0.0.0/0", 443), ("169.254.170.23/32", 80)}
    assert named(documents, "NetworkPolicy", "notification")["spec"]["ingress"]
    assert {
        w.pod["serviceAccountName"] for w in workloads(documents) if w.name.endswith("notification-microservice")
    } == {account}


def test_fargate_takes_the_api_of_ses_as_well(tmp_path: Path) -> None:
    documents = composed(tmp_path, APPS / "eks-fargate", APPS / "components/ses-api")

    assert env(documents, "v2-notification-microservice")["MAIL_TRANSPORT"] == "ses"
    assert ("0.0.0.0/0", 443) in egress(documents, "omnitech-traces-to-aws")
    assert "ses-smtp-credentials" not in {d["metadata"]["name"] for d in documents}


def test_on_fargate_each_service_brings_its_daemon_and_nothing_needs_a_node() -> None:
    documents = overlay("eks-fargate")
    deployments = of_kind(documents, "Deployment")

    assert of_kind(documents, "DaemonSet") == []
    assert {d["spec"]["type"] for d in of_kind(documents, "Service")} == {"ClusterIP", "ExternalName"}
    for deployment in deployments:
        (daemon,) = deployment["spec"]["template"]["spec"]["initContainers"]
        assert (daemon["name"], daemon["restartPolicy"]) == ("xray-daemon", "Always")
        assert env(documents, deployment["metadata"]["name"])["AWS_XRAY_DAEMON_ADDRESS"] == "127.0.0.1:2000"


def test_on_fargate_pods_alone_carry_the_label_that_a_profile_selects() -> None:
    documents = overlay("eks-fargate")
    labelled = {d["metadata"]["name"] for d in documents if "runon" in d["metadata"].get("labels", {})}

    assert {w.labels["runon"] for w in workloads(documents)} == {"fargate"}
    assert labelled == set()


def test_the_gateway_weighs_a_service_of_each_version_and_user_management_keeps_connections() -> None:
    documents = overlay("local-gateway")
    (rule,) = named(documents, "HTTPRoute", "notification")["spec"]["rules"]
    backends = {b["name"]: b["weight"] for b in rule["backendRefs"]}
    versions = [named(documents, "Service", name)["spec"]["selector"]["version"] for name in backends]

    assert (versions, list(backends.values())) == (["v1", "v2"], [100, 0])
    assert env(documents, "usermgmt-microservice")["NOTIFICATION_SERVICE_HOST"] == "notification-gateway"
    assert env(documents, "usermgmt-microservice")["NOTIFICATION_KEEP_ALIVE"] == "true"


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_account_and_every_routed_service_is_there(name: str) -> None:
    documents = overlay(name)
    accounts = {d["metadata"]["name"] for d in of_kind(documents, "ServiceAccount")}
    paths = named(documents, "Ingress", INGRESS)["spec"]["rules"][0]["http"]["paths"]

    assert {w.pod["serviceAccountName"] for w in workloads(documents) if "serviceAccountName" in w.pod} <= accounts
    assert named(documents, "Service", paths[0]["backend"]["service"]["name"])


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_pod_of_the_application_is_fenced_in(name: str) -> None:
    policies = of_kind(overlay(name), "NetworkPolicy")
    free = [
        w.name
        for w in workloads(overlay(name))
        if not any(
            selects(p["spec"]["podSelector"], w.labels) and set(p["spec"]["policyTypes"]) == {"Ingress", "Egress"}
            for p in policies
            if p["metadata"].get("namespace", "") == w.namespace
        )
    ]

    assert free == []
