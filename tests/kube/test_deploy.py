"""What `kubectl apply -k deploy/overlays/…` applies is valid, restricted, and reads the right X-Ray."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from serinus.kube.rbac import ACCOUNT, NAMESPACE
from serinus.release.spec import parse_release
from tests.manifests.documents import Object, built, parse
from tests.manifests.restricted import refusals
from tests.manifests.test_valid import VERSIONS, complaints

DEPLOY = Path(__file__).parents[2] / "deploy"
URL = "AWS_ENDPOINT_URL_XRAY"


def objects(overlay: str) -> tuple[Object, ...]:
    return parse(built(DEPLOY / "overlays" / overlay))


def operator(overlay: str) -> Object:
    found: Object = next(each for each in objects(overlay) if each["kind"] == "Deployment")
    return found


@pytest.mark.parametrize("overlay", ["local", "eks"])
def test_every_object_is_one_that_kubernetes_knows(overlay: str) -> None:
    own = [each for each in objects(overlay) if each["kind"] != "CustomResourceDefinition"]
    assert {version: complaints(own, version) for version in VERSIONS} == {version: [] for version in VERSIONS}


@pytest.mark.parametrize("overlay", ["local", "eks"])
def test_two_operators_run_under_the_restricted_profile_and_their_own_account(overlay: str) -> None:
    deployment = operator(overlay)
    pod = deployment["spec"]["template"]["spec"]
    assert refusals(pod) == []
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"]
    assert (deployment["metadata"]["namespace"], pod["serviceAccountName"]) == (NAMESPACE, ACCOUNT)
    assert deployment["spec"]["replicas"] == 2


def test_locally_our_x_ray_is_read_and_on_eks_awss() -> None:
    variables = {name: environment(operator(name)) for name in ("local", "eks")}
    assert variables["local"][URL].startswith("http://xray-service.")
    assert URL not in variables["eks"]
    assert all("POD_NAME" in each for each in variables.values())


@pytest.mark.parametrize("overlay", ["local", "eks"])
def test_decisions_may_leave_for_the_daemon_that_is_named(overlay: str) -> None:
    (policy,) = [each for each in objects(overlay) if each["kind"] == "NetworkPolicy"]
    ports = [port for rule in policy["spec"]["egress"] for port in rule["ports"]]
    host, port = environment(operator(overlay))["AWS_XRAY_DAEMON_ADDRESS"].split(":")
    assert host.startswith("xray-service.default.")
    assert {"protocol": "UDP", "port": int(port)} in ports


def test_the_releases_are_accepted_and_name_what_the_application_has() -> None:
    names = {each["metadata"]["name"] for each in parse(built(DEPLOY / "apps" / "local-gateway"))}
    for path in sorted((DEPLOY / "releases").glob("*.yaml")):
        spec = parse_release(yaml.safe_load(path.read_text(encoding="utf-8"))).spec
        gateway = spec.traffic.gateway
        services = {gateway.stable_service, gateway.canary_service} if gateway else set()
        assert {spec.stable.deployment, spec.canary.deployment, spec.traffic.route, *services} <= names, path


def environment(deployment: Object) -> dict[str, str]:
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    return {each["name"]: each.get("value", "") for each in container["env"]}
