"""Given an HTTPRoute at Traefik, when V2 is released by its weights, then requests follow them, back and forth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from serinus.kube.rbac import CONSOLE_ACCOUNT
from tests.console.browser import asked, chromium
from tests.journeys.clusterconsole import cluster_console, signed_in
from tests.journeys.kubernetes.cluster import Cluster, apply, eventually, get, kubectl
from tests.journeys.kubernetes.operator.operating import (
    GATEWAY,
    Load,
    XRay,
    ask,
    broken,
    identify,
    operator,
    reaches,
    release,
    serve_by_gateway,
)

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(900)]


@pytest.fixture
def entry(cluster: Cluster, versions: dict[str, str], namespace: str, traces: XRay, traefik: None) -> str:
    """V1 and V2 behind a route with everything on V1; Traefik's address."""
    return serve_by_gateway(cluster, namespace, versions, traces.daemon)


def weights(cluster: Cluster, namespace: str) -> dict[str, Any]:
    rules = get(cluster, namespace, "httproute", "notification")["spec"]["rules"]
    return {each["name"]: each["weight"] for each in rules[0]["backendRefs"]}


@pytest.fixture(scope="session")
def of_console(cluster: Cluster, resources: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kubeconfig with which one may do what deploy/console/rbac.yaml says."""
    return identify(cluster, tmp_path_factory.mktemp("console"), CONSOLE_ACCOUNT).kubeconfig


def somebody(cluster: Cluster, namespace: str, name: str, role: str) -> str:
    """A person's token, bound in the namespace to one of our roles."""
    kubectl(cluster, "create", "serviceaccount", name, "-n", namespace)
    bound = ("create", "rolebinding", name, f"--clusterrole={role}", f"--serviceaccount={namespace}:{name}")
    kubectl(cluster, *bound, "-n", namespace)
    return kubectl(cluster, "create", "token", name, "-n", namespace).strip()


def test_a_good_version_is_promoted_by_weights_under_keep_alive_load_though_a_person_edits_them(
    cluster: Cluster, account: Cluster, namespace: str, entry: str, traces: XRay, of_console: Path, tmp_path: Path
) -> None:
    """The first step passes on the word of a person at the console, the others by their traces."""
    shown = ("--namespace", namespace, "--endpoint-url", traces.url)
    with (
        operator(account, namespace, traces.url, tmp_path / "operator.log"),
        Load(entry, 60, headers={"Host": f"{namespace}.test"}, keeps=True) as load,
    ):
        with chromium() as browser, cluster_console(of_console, tmp_path / "console.log", *shown) as base:
            looking = signed_in(browser, base, somebody(cluster, namespace, "cem", "serinus-viewer"))
            page = signed_in(browser, base, somebody(cluster, namespace, "ana", "serinus-releaser"))
            apply(cluster, namespace, release("notification", GATEWAY, [25, 50, 100]))
            for one in (page, looking):
                one.get_by_role("link", name=f"{namespace}/notification").click()
            verdict = page.get_by_role("region", name="Verdict")
            reaches(cluster, namespace, "Analysing")
            asked(page, "Pause", "look at the map first")
            expect(verdict).to_contain_text("Paused")
            expect(looking.get_by_role("region", name="Verdict")).to_contain_text("Paused")
            expect(looking.get_by_role("button", name="Resume…")).to_have_attribute("aria-disabled", "true")
            expect(looking.locator("#why-not")).to_contain_text(f"system:serviceaccount:{namespace}:cem may not")
            eventually(
                lambda: {ask(entry, f"{namespace}.test", **{"Serinus-Version": "canary"})[1] for _ in range(4)},
                lambda bodies: all("V2" in body for body in bodies),
            )
            edit = '[{"op": "replace", "path": "/spec/rules/0/backendRefs/1/weight", "value": 90}]'
            kubectl(cluster, "patch", "httproute", "notification", "-n", namespace, "--type=json", "--patch", edit)
            eventually(lambda: weights(cluster, namespace), lambda found: found["v2"] != 90)
            asked(page, "Promote", "the map is as expected")
            expect(verdict).to_contain_text("50 %")
        ended = reaches(cluster, namespace, "Promoted", "RolledBack")
    assert ended["phase"] == "Promoted", (tmp_path / "operator.log").read_text()
    assert weights(cluster, namespace) == {"v1": 0, "v2": 100}
    assert load.failed == 0, (load.answers, load.failures)
    run = get(cluster, namespace, "canaryruns", "notification-1")["status"]
    assert [step["applied"] for step in run["steps"]] == [25, 50, 100]
    asked_for = {(line["by"], line["asked"]) for line in run["timeline"] if line["by"] != "serinus"}
    me = f"system:serviceaccount:{namespace}:ana"
    assert asked_for == {(me, "pause: look at the map first"), (me, "promote: the map is as expected")}
    told = get(cluster, namespace, "events", "--field-selector=involvedObject.kind=CanaryRelease")["items"]
    reasons = [each["reason"] for each in told]
    steps = ["Scaling", "Routing", "Analysing"] * 3
    assert sorted(reasons) == sorted([*steps, "Paused", "Baking", "Retiring", "Promoted"])
    names = {each["metadata"]["name"] for each in get(cluster, namespace, "httproutes")["items"]}
    assert names == {"notification"}


def test_a_bad_version_gets_no_request_once_it_is_rolled_back(
    cluster: Cluster, account: Cluster, namespace: str, entry: str, traces: XRay, tmp_path: Path
) -> None:
    broken(cluster, namespace, "v2", 0.3)
    with (
        operator(account, namespace, traces.url, tmp_path / "operator.log"),
        Load(entry, 60, headers={"Host": f"{namespace}.test"}, keeps=True) as load,
    ):
        apply(cluster, namespace, release("notification", GATEWAY, [50, 100]))
        ended = reaches(cluster, namespace, "RolledBack", "Promoted")
        kubectl(cluster, "wait", "--for=delete", "pods", "-n", namespace, "--selector=version=v2", "--timeout=60s")
        at = load.goes_on(200)
    assert ended["phase"] == "RolledBack"
    assert weights(cluster, namespace) == {"v1": 100, "v2": 0}
    assert max(load.last["500"], load.last["V2"]) <= at
    assert set(load.answers) == {"200", "500"}, load.answers
