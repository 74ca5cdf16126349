"""Given the page on-kubernetes.md, when its commands are typed one after another, then all happens that it tells.

Requests are counted in the traces, by X-Ray's API, with the judge's interval.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from serinus.judge.splitratio import split
from serinus.judge.verdict import Split
from serinus.traces.client import XRayClient
from tests.console.browser import chromium
from tests.journeys.kubernetes.cluster import Cluster, eventually, get, kubectl
from tests.journeys.kubernetes.tutorial import Block, Shell, rows, sections
from tests.node import node
from tests.node.image import IMAGES
from tests.node.layout import REPOSITORY

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(1200)]
PAGE = (REPOSITORY / "docs/on-kubernetes.md").read_text(encoding="utf-8")
SECTIONS = sections(PAGE)
TABLE = rows(PAGE)
V1, V2 = "V1-Notification-Microservice", "V2-Notification-Microservice"
SERVICE = "notification-clusterip-service"
FALSE_ALARM = 1e-4  # per look; with so few looks no run of this test will ever see one


class Story:
    """The page's reader: types blocks, waits for the network to follow, and looks at the traces."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        kubeconfig = directory / "kubeconfig"
        kubeconfig.write_bytes(cluster.kubeconfig.read_bytes())
        assert cluster.node is not None
        programs = {**node.environment(cluster.node), "KUBECONFIG": str(kubeconfig)}
        self._cluster, self._node = cluster, cluster.node
        self.shell = Shell(programs, directory)

    def follow(self, *blocks: Block) -> list[str]:
        """The answers."""
        answers = []
        for block in blocks:
            answers.append(self.shell.follow(block))
            eventually(lambda: (self._routed(), self._ready()), lambda pair: pair[0] == pair[1])
        return answers

    def _routed(self) -> set[str]:
        """The pods that kube-proxy sends Notification's requests to."""
        rules = node.run(self._node, ["iptables-save", "--table", "nat"])
        return set(re.findall(rf"default/{SERVICE}:http -> ([\d.]+):", rules))

    def _ready(self) -> set[str]:
        slices = get(self._cluster, "default", "endpointslices", f"--selector=kubernetes.io/service-name={SERVICE}")
        found = (each for part in slices["items"] for each in part["endpoints"] or ())
        return {each["addresses"][0] for each in found if each["conditions"]["ready"]}

    def measured(self, block: Block, desired: float) -> tuple[Counter[str], Split]:
        """Versions by the answers to the block's 400 requests; their split by the traces that they left."""
        client = XRayClient(self.shell.environment["AWS_ENDPOINT_URL_XRAY"])
        began = int(time.time())
        (answer,) = self.follow(block)
        told = Counter({version: int(count) for count, version in re.findall(r"(\d+) (V[12])", answer)})

        def traced() -> Counter[str]:
            found = client.summaries(began, time.time() + 1, f'service("{V1}") OR service("{V2}")')
            seen = {(each["Id"], one["Name"]) for each in found for one in each["ServiceIds"]}
            return Counter(name[:2] for _, name in seen if name in (V1, V2))

        counted = eventually(traced, lambda counts: counts.total() >= told.total())
        client.close()
        assert counted == told, "the traces say the same as the answers"
        return counted, split(counted["V1"], counted["V2"], desired, FALSE_ALARM)


@pytest.fixture(scope="module")
def story(
    cluster: Cluster, images: Callable[[str], str], traefik: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """The application is there, and the shell knows how to reach it."""
    for key in IMAGES:
        images(key)
    story = Story(cluster, tmp_path_factory.mktemp("story"))
    try:
        story.follow(*SECTIONS["The application"], SECTIONS["Half of the requests"][0])
        yield story
    finally:
        kubectl(cluster, "apply", "--filename", str(REPOSITORY / "deploy/crd"))
        story.follow(*SECTIONS["Away with it"])
        kubectl(cluster, "wait", "--for=delete", "namespace/omnitech-outside", "--timeout=120s")


def test_the_application_runs_where_the_restricted_profile_is_enforced(cluster: Cluster, story: Story) -> None:
    for namespace in ("default", "omnitech-outside"):
        (labels,) = get(cluster, "default", "namespaces", f"--field-selector=metadata.name={namespace}")["items"]
        assert labels["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
        pods = get(cluster, namespace, "pods")["items"]
        assert {each["status"]["phase"] for each in pods} <= {"Running", "Succeeded"}


def test_half_of_the_requests_reach_v2_and_the_traces_prove_it(story: Story) -> None:
    _, ask, look = SECTIONS["Half of the requests"]
    counts, found = story.measured(ask, 0.5)
    assert (counts.total(), found.agrees) == (400, True)
    assert 0.25 < found.low < 0.5 < found.high < 0.75
    story.follow(look)


def test_new_users_get_one_mail_each_from_either_version(cluster: Cluster, story: Story) -> None:
    create, look = SECTIONS["Mails"]
    story.follow(create)

    def mails() -> list[str]:
        inbox = ("exec", "deployment/smtp-inbox", "--namespace=omnitech-outside", "--", "sh", "-c")
        return kubectl(cluster, *inbox, "cat /var/lib/serinus/inbox/mails.jsonl || true").splitlines()

    eventually(mails, lambda lines: len(lines) >= 24)
    (answer,) = story.follow(look)
    assert sum(map(int, re.findall(r"^ *(\d+)", answer, re.MULTILINE))) == 24


@pytest.mark.parametrize(("v1", "v2", "percent"), TABLE)
def test_replicas_split_the_requests_as_the_table_says(story: Story, v1: int, v2: int, percent: int) -> None:
    _, scale, ask = SECTIONS["The table, by hand"]
    story.shell.environment |= {"V1": str(v1), "V2": str(v2)}
    story.follow(scale)
    counts, found = story.measured(ask, percent / 100)
    assert (counts.total(), found.agrees) == (400, True)
    assert [row for row in TABLE if found.low <= row[2] / 100 <= found.high] == [(v1, v2, percent)]


def test_serinus_rolls_a_bad_v2_back_and_promotes_the_mended_one(cluster: Cluster, story: Story) -> None:
    for block in SECTIONS["The table, by Serinus"]:
        story.follow(block)
    runs = get(cluster, "default", "canaryruns")["items"]
    bad, good = (run["status"] for run in sorted(runs, key=lambda run: int(run["spec"]["number"])))
    assert bad["verdict"]["sources"][0]["stratum"] == "POST /notification/send"
    assert [step["applied"] for step in good["steps"]] == [25, 50, 75, 100]
    for step in good["steps"][:3]:
        assert step["measured"]["low"] <= step["weight"] / 100 <= step["measured"]["high"]


def test_who_may_see_releases_signs_in_at_the_console_of_the_cluster_and_sees_how_it_ended(
    cluster: Cluster, story: Story
) -> None:
    entry = get(cluster, "serinus", "service", "serinus-console")["spec"]["clusterIP"]
    kubectl(cluster, "create", "serviceaccount", "ana")
    kubectl(cluster, "create", "rolebinding", "ana", "--clusterrole=serinus-viewer", "--serviceaccount=default:ana")
    with chromium(f"--host-resolver-rules=MAP localhost:8900 {entry}:8900") as browser:
        page = browser.new_context().new_page()
        page.goto("http://localhost:8900")
        page.get_by_label("Token").fill(kubectl(cluster, "create", "token", "ana").strip())
        page.keyboard.press("Enter")
        page.get_by_role("link", name="default/notification", exact=True).click()
        expect(page.get_by_role("region", name="Verdict")).to_contain_text("Promoted")
        page.goto("http://localhost:8900/r/default/notification/runs/1/report")
        expect(page.get_by_text("POST /notification/send").first).to_be_visible()
    kubectl(cluster, "delete", "serviceaccount/ana", "rolebinding/ana")


def test_no_mail_is_lost_whichever_version_had_to_send_it(cluster: Cluster, story: Story) -> None:
    kubectl(cluster, "delete", "canaryreleases", "--all", "--timeout=60s")
    eventually(lambda: (users(story), addressed(cluster)), lambda pair: pair[0] == pair[1])


def users(story: Story) -> set[str]:
    """The e-mail addresses of all users."""
    found: dict[str, str] = {}
    while True:
        after = f"&after={max(found)}" if found else ""
        ask = f'curl -sS --fail $HOSTS "https://canarydemo.omnitechsol.com/usermgmt/users?limit=100{after}"'
        some = {user["username"]: user["email"] for user in json.loads(story.shell.run(ask))}
        found |= some
        if len(some) < 100:
            return set(found.values())


def addressed(cluster: Cluster) -> set[str]:
    inbox = ("exec", "deployment/smtp-inbox", "--namespace=omnitech-outside", "--")
    lines = kubectl(cluster, *inbox, "cat", "/var/lib/serinus/inbox/mails.jsonl").splitlines()
    return {json.loads(line)["to"] for line in lines}


def test_the_table_has_the_rows_of_the_story() -> None:
    assert TABLE == [(4, 0, 0), (3, 1, 25), (2, 2, 50), (1, 3, 75), (0, 4, 100)]
