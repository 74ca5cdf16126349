"""What manifests say to the services is what the services listen to: variables, probe paths, ports."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from opentelemetry.sdk.trace import TracerProvider

from notification.service import SERVICE as NOTIFICATION
from notification.settings import NotificationSettings
from omnitech_chassis.service import Service, assemble
from omnitech_chassis.settings import ServiceSettings, load
from tests.manifests.documents import microservices
from tests.manifests.services import OURS, command, container_of, environment, instruction, kind_of
from tests.manifests.workloads import Workload, named, variables
from user_management.service import SERVICE as USER_MANAGEMENT
from user_management.settings import UserManagementSettings

# whose defaults fit a laptop alone
REQUIRED: dict[tuple[str, type[ServiceSettings]], set[str]] = {
    ("Deployment", UserManagementSettings): {
        "HOST",
        "DRAIN_SECONDS",
        "DB_HOSTNAME",
        "DB_USERNAME",
        "DB_PASSWORD_FILE",
        "DB_TLS_CA",
        "DB_TLS_SERVER_NAME",
        "NOTIFICATION_SERVICE_HOST",
        "USERMGMT_API_TOKEN_FILE",
        "AWS_XRAY_DAEMON_ADDRESS",
        "AWS_XRAY_TRACING_NAME",
    },
    ("Deployment", NotificationSettings): {
        "HOST",
        "DRAIN_SECONDS",
        "AWS_MAIL_SERVER_HOST",
        "AWS_MAIL_SERVER_TLS_NAME",
        "AWS_MAIL_SERVER_USERNAME",
        "AWS_MAIL_SERVER_PASSWORD_FILE",
        "AWS_MAIL_SERVER_FROM_ADDRESS",
        "NOTIFICATION_DATABASE_URL",
        "NOTIFICATION_DATABASE_PASSWORD_FILE",
        "NOTIFICATION_DATABASE_CA",
        "NOTIFICATION_DATABASE_TLS_SERVER_NAME",
        "AWS_XRAY_DAEMON_ADDRESS",
        "AWS_XRAY_TRACING_NAME",
    },
    ("Job", UserManagementSettings): {
        "DB_HOSTNAME",
        "DB_USERNAME",
        "DB_PASSWORD_FILE",
        "DB_TLS_CA",
        "DB_TLS_SERVER_NAME",
    },
    ("Job", NotificationSettings): {
        "NOTIFICATION_DATABASE_URL",
        "NOTIFICATION_DATABASE_PASSWORD_FILE",
        "NOTIFICATION_DATABASE_CA",
        "NOTIFICATION_DATABASE_TLS_SERVER_NAME",
    },
}


def by_name(workload: Workload) -> str:
    return workload.name


def loaded(workload: Workload, monkeypatch: pytest.MonkeyPatch) -> ServiceSettings:
    monkeypatch.setattr("os.environ", environment(workload))
    return load(kind_of(workload))


@pytest.mark.parametrize("workload", OURS, ids=by_name)
def test_every_variable_is_one_the_service_knows(workload: Workload) -> None:
    known = {field.upper() for field in kind_of(workload).model_fields}

    assert set(variables(container_of(workload))) - known == set()


@pytest.mark.parametrize("workload", OURS, ids=by_name)
def test_every_variable_whose_default_fits_a_laptop_alone_is_set(workload: Workload) -> None:
    required = REQUIRED[workload.kind, kind_of(workload)]

    assert required <= {field.upper() for field in kind_of(workload).model_fields}
    assert required - set(environment(workload)) == set()


@pytest.mark.parametrize("workload", OURS, ids=by_name)
def test_no_variable_is_set_twice(workload: Workload) -> None:
    listed = [variable["name"] for variable in container_of(workload)["env"]]

    assert sorted(set(listed)) == sorted(listed)


@pytest.mark.parametrize("workload", OURS, ids=by_name)
def test_the_service_accepts_its_environment(workload: Workload, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(workload, monkeypatch)

    assert settings.service_profile == "production"
    if workload.kind == "Deployment":
        assert settings.host == "0.0.0.0"
        assert settings.port == container_of(workload)["ports"][0]["containerPort"]
        assert settings.aws_xray_daemon_address == "xray-service:2000"


@pytest.mark.parametrize("workload", OURS, ids=by_name)
def test_every_file_a_variable_names_lies_in_a_mounted_volume(workload: Workload) -> None:
    container = container_of(workload)
    mounts = [mount["mountPath"] for mount in container["volumeMounts"]]
    paths = [value for value in environment(workload).values() if value.startswith("/")]

    assert paths
    assert [path for path in paths if path.rpartition("/")[0] not in mounts] == []


def test_user_management_calls_notification_at_its_service_a_connection_each(monkeypatch: pytest.MonkeyPatch) -> None:
    (deployment,) = [w for w in OURS if w.name == "usermgmt-microservice"]
    settings = loaded(deployment, monkeypatch)

    assert isinstance(settings, UserManagementSettings)
    assert settings.notification_url() == "http://notification-clusterip-service:8096"
    assert settings.notification_keep_alive is False


def test_both_versions_share_the_store_of_idempotency_keys() -> None:
    urls = {environment(w)["NOTIFICATION_DATABASE_URL"] for w in OURS if w.name.endswith("-notification-microservice")}

    assert urls == {"mysql+asyncmy://notification_app@mysql:3306/notification"}


@pytest.mark.parametrize("workload", OURS, ids=by_name)
def test_each_pod_runs_its_image_as_the_image_wants_to_be_run(workload: Workload) -> None:
    user = f"{workload.pod['securityContext']['runAsUser']}:{workload.pod['securityContext']['runAsGroup']}"

    assert command(workload)[-1] == {"Deployment": "serve", "Job": "migrate"}[workload.kind]
    assert instruction(workload, "USER") == user
    assert instruction(workload, "EXPOSE") == str(kind_of(workload).model_fields["port"].default)


def probe_paths(workload: Workload) -> set[str]:
    container = container_of(workload)
    return {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")}


async def statuses(service: Service[Any], settings: ServiceSettings, paths: set[str]) -> dict[str, int]:
    """Of a service that has not started: its routes are there, its database is not."""
    app = assemble(service.build(settings, TracerProvider(shutdown_on_exit=False)))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://pod") as client:
        return {path: (await client.get(path)).status_code for path in sorted(paths)}


async def test_every_probe_path_is_one_user_management_answers() -> None:
    (deployment,) = [w for w in OURS if w.name == "usermgmt-microservice"]
    service = named(microservices(), "Service", "usermgmt-restapp-nodeport-service")
    path = service["metadata"]["annotations"]["alb.ingress.kubernetes.io/healthcheck-path"]

    assert await statuses(USER_MANAGEMENT, UserManagementSettings(), probe_paths(deployment) | {path}) == {
        "/livez": 200,
        "/readyz": 503,
        "/startupz": 503,
        "/usermgmt/health-status": 200,
    }


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_every_probe_path_is_one_notification_answers(version: str) -> None:
    (deployment,) = [w for w in OURS if w.name == f"{version}-notification-microservice"]

    assert await statuses(NOTIFICATION, NotificationSettings(), probe_paths(deployment)) == {
        "/livez": 200,
        "/readyz": 503,
        "/startupz": 503,
    }
