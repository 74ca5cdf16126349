"""The console on a cluster, by a real browser: a real API server says who somebody is and what they may.
There is no node here: what the operator would write, the test writes.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from serinus.console.alb import HEADER
from serinus.kube.api import configuration, connected
from serinus.kube.documents import status_fields
from serinus.kube.following import QUIET_S
from serinus.kube.kinds import COMMAND, RELEASE, Json
from serinus.kube.rbac import CONSOLE_ACCOUNT, NAMESPACE
from serinus.release.status import Phase, Status
from tests.console.browser import asked, chromium, needs_axe, needs_chromium, violations
from tests.console.keyserver import key_server
from tests.console.tokens import ARN, KID, Balancer
from tests.journeys.clusterconsole import cluster_console, opened, signed_in
from tests.journeys.controlplane import ControlPlane, control_plane
from tests.release.builders import a_document

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(400),
    needs_chromium,
]
OVERLAY = Path(__file__).parents[2] / "deploy/overlays/eks"
VIEWER, RELEASER = "serinus-viewer", "serinus-releaser"
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Serinus installed as its overlay says; one release for each of two teams, in the middle of a run."""
    with control_plane(tmp_path_factory.mktemp("plane")) as running:
        running.kubectl("apply", "-k", str(OVERLAY))
        for team in ("shop", "pay"):
            running.kubectl("create", "namespace", team)
            release(running, team)
        yield running


def release(plane: ControlPlane, team: str) -> None:
    document = {"apiVersion": "serinus.dev/v1alpha1", "kind": "CanaryRelease"} | a_document()
    document["metadata"] = {"name": "notification", "namespace": team}
    traffic = {"replicas": {"service": "notification-clusterip-service", "total": 4}}
    document["spec"] = {**document["spec"], "traffic": traffic}
    plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    plane.kubectl("create", "-f", "-", given=json.dumps(document))
    stands(plane, team)


def stands(plane: ControlPlane, team: str, message: str = "judging", **more: Any) -> None:
    """As the operator would write it."""
    status = status_fields(Status(phase=Phase.ANALYSING, run=1, weight=25, message=message, **more))
    patch = ("patch", "canaryrelease", "notification", "--subresource=status", "--type=merge")
    plane.kubectl("--namespace", team, *patch, "--patch", json.dumps({"status": status}))


@contextmanager
def console(plane: ControlPlane, *options: str) -> Iterator[str]:
    """Under its own account, which may do what deploy/console/rbac.yaml says: where it answers."""
    config = plane.kubeconfig("console", plane.token(NAMESPACE, CONSOLE_ACCOUNT))
    words = ("--all-namespaces", "--endpoint-url", "http://127.0.0.1:1", *options)
    with cluster_console(config, plane.directory / "console.log", *words) as base:
        yield base


@pytest.fixture(scope="module")
def base(plane: ControlPlane) -> Iterator[str]:
    with console(plane) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def named(account: str) -> str:
    return f"system:serviceaccount:shop:{account}"


def somebody(plane: ControlPlane, name: str, role: str = "", *options: str) -> str:
    """A token of a new account in the namespace shop, bound there to this role: each test has a person of its own,
    for what was refused stays refused for some seconds.
    """
    here = ("--namespace", "shop")
    plane.kubectl(*here, "create", "serviceaccount", name)
    if role:
        words = ("rolebinding", name, f"--clusterrole={role}", f"--serviceaccount=shop:{name}")
        plane.kubectl(*here, "create", *words)
    return plane.kubectl(*here, "create", "token", name, *options)


@needs_axe
def test_the_way_in_says_how_a_token_is_printed_hides_it_and_hinders_nobody(browser: Browser, base: str) -> None:
    page = opened(browser, base)
    field = page.get_by_label("Token")

    expect(page.get_by_text("kubectl create token NAME --namespace NAMESPACE")).to_be_visible()
    expect(field).to_have_attribute("type", "password")
    assert violations(page) == []


def test_a_token_of_no_cluster_is_refused_and_says_what_to_do(browser: Browser, base: str) -> None:
    page = signed_in(browser, base, "eyJhbGciOiJub25lIn0.e30.")

    expect(page.get_by_role("alert")).to_contain_text("the cluster does not take this token")
    assert page.context.cookies() == []


def test_a_person_sees_and_steers_what_rbac_lets_them(browser: Browser, base: str, plane: ControlPlane) -> None:
    page = signed_in(browser, base, somebody(plane, "ana", RELEASER))
    page.get_by_role("link", name="shop/notification").click()
    verdict = page.get_by_role("region", name="Verdict")
    for verb, reason in (("pause", "look first"), ("resume", "all is well"), ("promote", "known"), ("abort", "not it")):
        asked(page, verb.capitalize(), reason)
        shown = plane.get("canaryrelease", "notification", "--namespace", "shop")["metadata"]
        command = json.loads(shown["annotations"][COMMAND])
        assert (command["verb"], command["by"], command["reason"]) == (verb, named("ana"), reason)
        stands(plane, "shop", f"{verb} was heard", paused=verb == "pause", answered=command["id"])
        expect(verdict).to_contain_text(f"{verb} was heard")

    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Strict")


def test_another_teams_release_is_neither_listed_nor_opened_and_the_page_says_which_right_is_missing(
    browser: Browser, base: str, plane: ControlPlane
) -> None:
    page = signed_in(browser, base, somebody(plane, "bea", RELEASER))
    page.get_by_role("link", name="shop/notification").wait_for()
    assert page.get_by_role("link", name="pay/notification").count() == 0

    page.goto(f"{base}/r/pay/notification")
    said = f"{named('bea')} may not get canaryreleases.serinus.dev in namespace pay"
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_role("alert")).to_contain_text("namespace: pay")
    expect(page.get_by_role("button", name="Copy role")).to_be_visible()


def test_who_may_only_look_finds_the_buttons_off_and_why(browser: Browser, base: str, plane: ControlPlane) -> None:
    page = signed_in(browser, base, somebody(plane, "cem", VIEWER))
    page.get_by_role("link", name="shop/notification").click()
    expect(page.get_by_role("button", name="Abort…")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#why-not")).to_contain_text(f"{named('cem')} may not")


def test_who_may_nothing_is_told_what_to_ask_for(browser: Browser, base: str, plane: ControlPlane) -> None:
    page = signed_in(browser, base, somebody(plane, "dan"))
    expect(page.get_by_role("alert")).to_contain_text("nor in any namespace that holds one")
    expect(page.get_by_role("alert")).to_contain_text("kind: ClusterRole")


def test_a_right_that_is_taken_away_is_gone_within_seconds(browser: Browser, base: str, plane: ControlPlane) -> None:
    page = signed_in(browser, base, somebody(plane, "eva", RELEASER))
    page.get_by_role("link", name="shop/notification").wait_for()
    plane.kubectl("--namespace", "shop", "delete", "rolebinding", "eva")
    deadline = time.monotonic() + 60
    while page.request.get(f"{base}/api/v1/releases/shop/notification").status != 403:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_releases_are_watched_and_a_version_that_is_too_old_ends_the_watch(
    browser: Browser, base: str, plane: ControlPlane
) -> None:
    """No list for each look: the API server counts what is asked of it."""

    async def from_the_beginning() -> list[tuple[str, Json]]:
        async with connected(configuration(plane.admin)) as api:
            return [change async for change in api.watch(RELEASE, "shop", "1", QUIET_S)]

    with ThreadPoolExecutor(1) as beside:  # the browser's loop runs in this thread
        assert beside.submit(lambda: asyncio.run(from_the_beginning())).result() == []
    page = signed_in(browser, base, somebody(plane, "jon", VIEWER))
    page.get_by_role("link", name="shop/notification").wait_for()
    counted = plane.kubectl("get", "--raw", "/metrics").splitlines()
    watches = [one for one in counted if 'resource="canaryreleases"' in one and 'verb="WATCH"' in one]
    assert any(one.startswith("apiserver_longrunning_requests") and float(one.split()[-1]) >= 1 for one in watches)


def test_an_api_server_that_falls_silent_is_said_to_be_and_found_again(
    browser: Browser, base: str, plane: ControlPlane
) -> None:
    page = signed_in(browser, base, somebody(plane, "ida", VIEWER))
    page.get_by_role("link", name="shop/notification").wait_for()
    plane.freeze()
    try:
        expect(page.get_by_role("alert").first).to_contain_text("canaryreleases", timeout=PATIENCE_MS)
    finally:
        plane.thaw()
    expect(page.get_by_role("alert")).to_have_count(0, timeout=PATIENCE_MS)
    stands(plane, "shop", "heard again")
    expect(page.get_by_text("heard again")).to_be_visible()


def test_where_an_audience_is_asked_for_no_other_token_is_taken(browser: Browser, plane: ControlPlane) -> None:
    with console(plane, "--audience", "serinus") as base:
        page = signed_in(browser, base, somebody(plane, "fay", VIEWER))
        expect(page.get_by_role("alert")).to_contain_text("the cluster does not take this token")
        page = signed_in(browser, base, somebody(plane, "gus", VIEWER, "--audience", "serinus"))
        page.get_by_role("link", name="shop/notification").wait_for()


def test_behind_a_load_balancer_that_signs_people_in_nobody_types_anything(
    browser: Browser, plane: ControlPlane
) -> None:
    balancer, now = Balancer(), time.time()
    words = ("--namespace", "shop", "create", "rolebinding", "hal", f"--clusterrole={VIEWER}", "--user=hal@example.com")
    plane.kubectl(*words)
    with key_server() as keys:
        keys.keys[KID] = balancer.pem
        with console(plane, "--alb-arn", ARN, "--alb-keys", keys.url) as base:
            good = {HEADER: balancer.token(now=now, email="hal@example.com")}
            page = browser.new_context(extra_http_headers=good).new_page()
            page.goto(base)
            page.get_by_role("link", name="shop/notification").wait_for(timeout=PATIENCE_MS)
            forged = {HEADER: Balancer().token(now=now, email="hal@example.com")}
            other = browser.new_context(extra_http_headers=forged).new_page()
            other.goto(base)
            expect(other.get_by_role("alert")).to_contain_text("not what the load balancer has signed")

    assert keys.asked == [f"/{KID}"]
    expect(page.get_by_text("hal@example.com")).to_be_visible()
