"""The permissions are those that are used, no more and no less."""

from __future__ import annotations

from pathlib import Path

from serinus.kube.kinds import HTTP_ROUTE, LEASE, RELEASE, RUN
from serinus.kube.leadership import Leadership
from serinus.kube.rbac import CONSOLE_USES, OWN, READ, USES, Use, console_documents, documents, files
from serinus.kube.routing import gateway
from tests.kube.fake import FakeApi, http_route
from tests.kube.routing.test_contract import TRAFFIC
from tests.kube.routing.test_contract import a_release as routed
from tests.kube.stage import Shop, a_release
from tests.kube.test_releases import Stopped, a_story
from tests.release.builders import FAIL, UNDECIDED

DEPLOY = Path(__file__).parents[2] / "deploy"
KOPF = {("list", RELEASE.plural, ""), ("watch", RELEASE.plural, ""), ("patch", RELEASE.plural, "")}


EVIDENCE = {("create", "tokenreviews", ""), ("create", "subjectaccessreviews", "")}  # see test_evidence.py


def allowed(uses: tuple[Use, ...]) -> set[tuple[str, str, str]]:
    return {(verb, use.kind.plural, use.subresource) for use in uses for verb in use.verbs}


async def everything() -> set[tuple[str, str, str]]:
    """Calls of whole stories: promoted, refused, rolled back, pruned, routed, left."""
    shop, _, _, releases = a_story()
    await releases.follow("shop", "notification", Stopped(20))
    shop.api.put(RELEASE, a_release("another"))
    await releases.follow("shop", "another", Stopped(1))
    await releases.leave("shop", "notification")
    harmed = Shop()
    await harmed.until("Analysing", UNDECIDED)
    await harmed.until("RolledBack", FAIL)
    await harmed.api.delete(RELEASE, "shop", "notification")
    harmed.api.calls.pop()
    harmed.api.objects.clear()
    release = routed(TRAFFIC["gateway"])
    routes = FakeApi()
    routes.put(HTTP_ROUTE, http_route({"v1": 100, "v2": 0}, "g"))
    await gateway.steer(routes, release, 30)
    await gateway.leave(routes, release)
    return {*shop.api.calls, *harmed.api.calls, *routes.calls}


async def test_every_call_is_allowed_and_everything_allowed_is_called() -> None:
    pruned = {("list", RUN.plural, ""), ("delete", RUN.plural, "")}
    missing = {("get", "services", "")}
    calls = await everything() | KOPF | EVIDENCE | pruned | missing
    assert calls == allowed(USES)


async def test_the_lease_is_all_that_is_asked_for_in_the_operators_own_namespace() -> None:
    api = FakeApi()
    one = Leadership(api, "serinus", "one")
    await one.acquire()
    await one._take()
    assert set(api.calls) == allowed(OWN)
    assert {use.kind for use in OWN} == {LEASE}


def test_no_template_no_secret_and_no_star_is_asked_for() -> None:
    rules = [rule for document in (*documents(), *console_documents()) for rule in document.get("rules", [])]
    assert all("*" not in (*rule["verbs"], *rule["resources"], *rule["apiGroups"]) for rule in rules)
    deployments = [rule for rule in rules if rule["resources"] == ["deployments"]]
    assert [rule["verbs"] for rule in deployments] == [["get"], ["get"]]
    assert all("secrets" not in rule["resources"] for rule in rules)


def test_the_files_are_what_the_tables_say() -> None:
    for name, content in files().items():
        assert (DEPLOY / name).read_text() == content, "run: python -m serinus.kube.rbac"


def test_the_console_may_write_one_thing_and_acts_in_nobodys_name() -> None:
    writing = {(use.kind.plural, verb) for use in CONSOLE_USES for verb in use.verbs if verb not in READ}
    reviews = {("tokenreviews", "create"), ("subjectaccessreviews", "create")}
    assert writing == {("canaryreleases", "patch"), *reviews}
    assert all("impersonate" not in use.verbs and not use.subresource for use in CONSOLE_USES)


def test_whoever_may_edit_may_steer_and_whoever_may_view_may_only_read() -> None:
    people = {one["metadata"]["name"]: one for one in documents() if "aggregate" in str(one["metadata"]["labels"])}
    verbs = {name: set(one["rules"][0]["verbs"]) for name, one in people.items()}
    assert verbs["serinus-viewer"] == set(READ)
    assert verbs["serinus-releaser"] == {*READ, "promote", "pause", "resume", "abort", "retry"}
    labels = people["serinus-releaser"]["metadata"]["labels"]
    assert [key.rpartition("-")[2] for key in labels if "aggregate" in key] == ["edit", "admin"]
