"""The names, ports and labels of the original write-up, which everybody who followed it knows, are still there."""

from __future__ import annotations

import pytest

from tests.manifests.documents import MICROSERVICES, Object, microservices, of_file
from tests.manifests.workloads import named, variables

FILES = {
    "MySQL-externalName-Service.yml": ("Service", "mysql"),
    "UserManagementMicroservice-Deployment.yml": ("Deployment", "usermgmt-microservice"),
    "UserManagement-NodePort-Service.yml": ("Service", "usermgmt-restapp-nodeport-service"),
    "NotificationMicroservice-V1-Deployment.yml": ("Deployment", "v1-notification-microservice"),
    "NotificationMicroservice-V2-Deployment.yml": ("Deployment", "v2-notification-microservice"),
    "Notification-SMTP-Service.yml": ("Service", "smtp-service"),
    "NotificationMicroservice-ClusterIP-Service.yml": ("Service", "notification-clusterip-service"),
    "ALB-Ingress-SSL-Redirect.yml": ("Ingress", "eks-microservices-canary-demo"),
}
DEPLOYMENTS = {
    "usermgmt-microservice": (
        "usermgmt-restapp",
        "usermgmt-restapp",
        "omnitech/kube-usermanagement-service:4.0.0-XRay-MySQL",
        8095,
        "User-Management-Microservice",
    ),
    "v1-notification-microservice": (
        "notification-restapp",
        "notification-service",
        "omnitech/kube-notification-service:5.0.0-XRay",
        8096,
        "V1-Notification-Microservice",
    ),
    "v2-notification-microservice": (
        "notification-restapp",
        "notification-service",
        "omnitech/kube-notification-service:6.0.0-XRay",
        8096,
        "V2-Notification-Microservice",
    ),
}
EXTERNAL = {
    "mysql": "userdb-prod.kj9zxcv2qwe3.us-east-1.rds.amazonaws.com",
    "smtp-service": "email-smtp.us-east-1.amazonaws.com",
}
SERVICES = {
    "usermgmt-restapp-nodeport-service": ("NodePort", {"app": "usermgmt-restapp"}, 8095),
    "notification-clusterip-service": ("ClusterIP", {"app": "notification-restapp"}, 8096),
}
ALB = "alb.ingress.kubernetes.io/"


def deployment(name: str) -> Object:
    return named(microservices(), "Deployment", name)


@pytest.mark.parametrize("file", FILES)
def test_each_file_holds_the_object_it_is_named_for(file: str) -> None:
    kind, name = FILES[file]

    assert named(of_file(file), kind, name)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_deployments_keep_label_container_image_port_and_trace_name(name: str) -> None:
    template = deployment(name)["spec"]["template"]
    (container,) = template["spec"]["containers"]

    assert (
        template["metadata"]["labels"]["app"],
        container["name"],
        container["image"],
        container["ports"][0]["containerPort"],
        variables(container)["AWS_XRAY_TRACING_NAME"]["value"],
    ) == DEPLOYMENTS[name]
    assert deployment(name)["metadata"]["labels"]["app"] == DEPLOYMENTS[name][0]


def test_two_replicas_of_each_version_make_the_half() -> None:
    assert [deployment(f"{v}-notification-microservice")["spec"]["replicas"] for v in ("v1", "v2")] == [2, 2]


@pytest.mark.parametrize("name", EXTERNAL)
def test_names_of_ours_stand_for_what_lives_outside(name: str) -> None:
    assert named(microservices(), "Service", name)["spec"] == {
        "type": "ExternalName",
        "externalName": EXTERNAL[name],
    }


@pytest.mark.parametrize("name", SERVICES)
def test_services_keep_type_selector_and_port(name: str) -> None:
    spec = named(microservices(), "Service", name)["spec"]
    (port,) = spec["ports"]

    assert (spec["type"], spec["selector"], port["port"]) == SERVICES[name]
    assert port["targetPort"] == port["port"]


def test_the_ingress_redirects_to_tls_and_leads_to_user_management() -> None:
    ingress = named(microservices(), "Ingress", "eks-microservices-canary-demo")
    annotations, (rule,) = ingress["metadata"]["annotations"], ingress["spec"]["rules"]

    assert ingress["spec"]["ingressClassName"] == "my-aws-ingress-class"
    assert annotations[f"{ALB}listen-ports"] == '[{"HTTPS":443}, {"HTTP":80}]'
    assert annotations[f"{ALB}ssl-redirect"] == "443"
    assert rule["http"]["paths"][0]["backend"] == {
        "service": {"name": "usermgmt-restapp-nodeport-service", "port": {"number": 8095}}
    }


def test_the_daemon_keeps_its_service_ports_and_configuration() -> None:
    ports = named(microservices(), "Service", "xray-service")["spec"]["ports"]

    assert {(p["name"], p["protocol"], p["port"]) for p in ports} == {
        ("xray-ingest", "UDP", 2000),
        ("xray-tcp", "TCP", 2000),
    }
    assert "TotalBufferSizeMB: 24" in named(microservices(), "ConfigMap", "xray-config")["data"]["config.yaml"]


def test_overlays_build_on_every_file_that_apply_reads() -> None:
    (base,) = [d for d in of_file("Kustomization") if d["kind"] == "Kustomization"]

    assert sorted(base["resources"]) == sorted(path.name for path in MICROSERVICES.glob("*.y*ml"))
