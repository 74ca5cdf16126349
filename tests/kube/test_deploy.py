"""What `kubectl apply -k deploy/overlays/…` applies is valid, restricted, and reads the right X-Ray."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from typer.core import TyperGroup

from serinus.cli.lint import unfilled
from serinus.cli.main import app
from serinus.kube.evidence import AUDIENCE
from serinus.kube.rbac import ACCOUNT, CONSOLE_ACCOUNT, NAMESPACE
from serinus.release.spec import parse_release
from tests.manifests.documents import Object, built, composed, parse
from tests.manifests.restricted import refusals
from tests.manifests.test_valid import VERSIONS, complaints

DEPLOY = Path(__file__).parents[2] / "deploy"
URL = "AWS_ENDPOINT_URL_XRAY"


def objects(overlay: str) -> tuple[Object, ...]:
    return parse(built(DEPLOY / "overlays" / overlay))


def of_kind(overlay: str, kind: str, name: str) -> Object:
    found: Object = next(each for each in objects(overlay) if (each["kind"], each["metadata"]["name"]) == (kind, name))
    return found


def operator(overlay: str) -> Object:
    return of_kind(overlay, "Deployment", ACCOUNT)


def console(overlay: str) -> Object:
    return of_kind(overlay, "Deployment", CONSOLE_ACCOUNT)


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
    for deployment in (operator, console):
        variables = {name: environment(deployment(name)) for name in ("local", "eks")}
        assert variables["local"][URL].startswith("http://xray-service.")
        assert URL not in variables["eks"]
    assert "POD_NAME" in environment(operator("eks"))


@pytest.mark.parametrize("overlay", ["local", "eks"])
def test_the_console_runs_under_the_restricted_profile_and_an_account_of_its_own(overlay: str) -> None:
    deployment = console(overlay)
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert refusals(pod) == []
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert pod["serviceAccountName"] == CONSOLE_ACCOUNT
    assert {container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness")} == {"/livez"}
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert set(container["resources"]) == {"requests", "limits"}


@pytest.mark.parametrize("overlay", ["local", "eks"])
def test_the_console_is_reached_on_one_port_and_asks_where_it_must(overlay: str) -> None:
    (port,) = of_kind(overlay, "Service", CONSOLE_ACCOUNT)["spec"]["ports"]
    policy = of_kind(overlay, "NetworkPolicy", CONSOLE_ACCOUNT)["spec"]
    labels = console(overlay)["spec"]["template"]["metadata"]["labels"]
    out = {each["port"] for rule in policy["egress"] for each in rule["ports"]}
    assert policy["podSelector"]["matchLabels"].items() <= labels.items()
    assert [each["port"] for rule in policy["ingress"] for each in rule["ports"]] == [port["port"]]
    assert {53, 443, 8081} < out <= {53, 443, 6443, 2000, 80, 8081}


@pytest.mark.parametrize("overlay", ["local", "eks"])
def test_the_console_and_no_other_pod_reaches_the_operators_logs_with_a_token_for_them_alone(overlay: str) -> None:
    spec = console(overlay)["spec"]["template"]
    given = started(console(overlay))
    service = of_kind(overlay, "Service", "serinus-evidence")["spec"]
    (mount,) = [one for one in spec["spec"]["containers"][0]["volumeMounts"] if one["name"] == "evidence"]
    (volume,) = [one for one in spec["spec"]["volumes"] if one["name"] == "evidence"]
    (source,) = volume["projected"]["sources"]
    rules = of_kind(overlay, "NetworkPolicy", ACCOUNT)["spec"]["ingress"]
    (who,) = [rule["from"] for rule in rules if rule["ports"] == [{"protocol": "TCP", "port": 8081}]]
    operators = operator(overlay)["spec"]["template"]["metadata"]["labels"]
    assert given["evidence_url"] == f"http://serinus-evidence.{NAMESPACE}.svc:{service['ports'][0]['port']}"
    assert (service["clusterIP"], service["selector"].items() <= operators.items()) == ("None", True)
    assert f"{mount['mountPath']}/{source['serviceAccountToken']['path']}" == str(given["evidence_token"])
    assert source["serviceAccountToken"]["audience"] == AUDIENCE
    assert [set(one) for one in who] == [{"podSelector"}]
    assert who[0]["podSelector"]["matchLabels"].items() <= spec["metadata"]["labels"].items()


@pytest.mark.parametrize("overlay", ["local", "eks"])
def test_the_words_that_start_the_console_are_ones_it_knows(overlay: str) -> None:
    given = started(console(overlay))
    assert (given["host"], given["port"], given["every"]) == ("0.0.0.0", 8900, True)


def test_the_operator_logs_evidence_where_it_may_write_and_no_more_than_agreed() -> None:
    pod = operator("eks")["spec"]["template"]["spec"]
    given, mounted, volume = logging(pod)
    limit = pod["containers"][0]["resources"]["limits"]["ephemeral-storage"]
    assert (given["evidence"], given["host"], given["metrics_port"]) == (Path(mounted["mountPath"]), "0.0.0.0", 8080)
    assert (volume["emptyDir"]["sizeLimit"], limit) == ("1Gi", "1152Mi")


def test_evidence_may_be_kept_on_a_volume_that_both_operators_mount(tmp_path: Path) -> None:
    documents = composed(tmp_path, DEPLOY / "overlays/eks", DEPLOY / "evidence")
    (claim,) = (each for each in documents if each["kind"] == "PersistentVolumeClaim")
    (pod,) = (
        each["spec"]["template"]["spec"]
        for each in documents
        if each["metadata"]["name"] == ACCOUNT and each["kind"] == "Deployment"
    )
    given, mounted, volume = logging(pod)
    assert given["evidence"] == Path(mounted["mountPath"])
    assert volume == {"name": "evidence", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
    assert (claim["metadata"]["namespace"], claim["spec"]["accessModes"]) == (NAMESPACE, ["ReadWriteMany"])
    assert refusals(pod) == []
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"]
    assert [found.message for found in unfilled(claim)] == ["<shared-storage-class> must be filled in"]
    claim["spec"]["storageClassName"] = "efs"
    assert {version: complaints([claim], version) for version in VERSIONS} == {version: [] for version in VERSIONS}


def logging(pod: Object) -> tuple[Object, Object, Object]:
    """What the operator makes of its words, the mount of the evidence, and what is mounted."""
    (container,) = pod["containers"]
    (mounted,) = (each for each in container["volumeMounts"] if each["name"] == "evidence")
    (volume,) = (each for each in pod["volumes"] if each["name"] == "evidence")
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    name, *words = container["args"]
    return root.commands[name].make_context(name, words).params, mounted, volume


@pytest.mark.parametrize("overlay", ["local", "eks"])
def test_decisions_may_leave_for_the_daemon_that_is_named(overlay: str) -> None:
    policy = of_kind(overlay, "NetworkPolicy", ACCOUNT)
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


def test_what_the_page_shows_is_valid_and_starts_the_console_behind_its_load_balancer() -> None:
    text = (DEPLOY.parent / "docs/console-on-a-cluster.md").read_text()
    shown = [parse(block)[0] for block in re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)]
    ingress, patch = shown
    (path,) = ingress["spec"]["rules"][0]["http"]["paths"]
    given = started(patch)
    assert complaints([ingress], VERSIONS[0]) == []
    assert path["backend"]["service"] == {"name": CONSOLE_ACCOUNT, "port": {"name": "http"}}
    assert json.loads(ingress["metadata"]["annotations"]["alb.ingress.kubernetes.io/auth-idp-oidc"])["secretName"]
    assert given["addresses"] == [f"https://{ingress['spec']['rules'][0]['host']}"]
    assert given["alb_arn"].startswith("arn:aws:elasticloadbalancing:")


def started(deployment: Object) -> dict[str, Any]:
    """The options that its words come to."""
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    name, *words = deployment["spec"]["template"]["spec"]["containers"][0]["args"]
    return root.commands[name].make_context(name, words).params


def environment(deployment: Object) -> dict[str, str]:
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    return {each["name"]: each.get("value", "") for each in container.get("env", [])}
