"""Whole releases against Kubernetes in memory; every pass is one of a fresh controller."""

from __future__ import annotations

import pytest

from serinus.errors import ClusterError, InvalidInput, NotStorable, RecordError
from serinus.judge.judge import Evidence
from serinus.kube.api import Subresource
from serinus.kube.cluster import RUNS_KEPT, KubernetesCluster
from serinus.kube.kinds import DEPLOYMENT, EVENT, RELEASE, RUN, Json, Kind
from serinus.release.decide import decide
from serinus.release.world import Verb
from tests.kube.fake import FakeApi, deployment
from tests.kube.stage import Shop, a_release
from tests.kube.test_observe import commanded
from tests.release.builders import FAIL, PASS, UNDECIDED


def of_kind(api: FakeApi, plural: str) -> list[Json]:
    return [each for key, each in api.objects.items() if key[0] == plural]


async def test_a_version_that_passes_is_promoted_and_recorded() -> None:
    shop = Shop()
    await shop.until("Promoted", PASS)
    assert shop.replicas() == (0, 4)
    run = shop.api.at(RUN, "notification-1")
    assert run["spec"] == {"release": "notification", "number": 1}
    assert run["status"]["outcome"] == "promoted"
    assert [step["applied"] for step in run["status"]["steps"]] == [50, 100]


async def test_a_version_that_fails_is_rolled_back_and_does_not_come_back() -> None:
    shop = Shop()
    await shop.until("Analysing", UNDECIDED)
    await shop.until("RolledBack", FAIL)
    assert shop.replicas() == (4, 0)
    for _ in range(3):
        await shop.step(PASS)
    assert shop.status["phase"] == "RolledBack"


class TakesNoRecord(FakeApi):
    """As one whose CustomResourceDefinition is older than the operator."""

    async def apply(self, kind: Kind, namespace: str, name: str, fields: Json, subresource: Subresource = "") -> bool:
        if kind == RUN:
            raise NotStorable(f"apply {kind.plural} {namespace}/{name}: status.weights: Too many")
        return await super().apply(kind, namespace, name, fields, subresource)


async def test_a_record_that_kubernetes_does_not_take_is_said_once_and_holds_up_no_rollback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop = Shop()
    await shop.until("Analysing", UNDECIDED)
    api = TakesNoRecord()
    api.objects, shop.api = shop.api.objects, api
    await shop.until("RolledBack", FAIL)
    assert shop.replicas() == (4, 0)
    cluster = KubernetesCluster(api, "shop", lambda: shop.now)
    world, caplog_before = await cluster.observe("notification"), len(caplog.messages)
    for _ in range(3):
        await cluster.apply("notification", decide(world, Evidence(complete_to=1.0), FAIL, shop.now))
    assert caplog.messages[caplog_before:] == [
        "shop/notification: run 1 is not recorded: apply canaryruns shop/notification-1: status.weights: Too many"
    ]


async def test_a_rejected_version_does_not_come_back_with_a_new_resource_of_the_same_name() -> None:
    shop = Shop()
    await shop.until("Analysing", UNDECIDED)
    await shop.until("RolledBack", FAIL)
    await shop.api.delete(RELEASE, "shop", "notification")
    shop.api.put(RELEASE, a_release())
    for _ in range(3):
        await shop.step(PASS)
    assert shop.status["phase"] == "Idle"
    shop.api.at(RELEASE, "notification")["metadata"]["annotations"] = commanded(Verb.RETRY)
    shop.api.put(DEPLOYMENT, deployment("v2", "n:6.0.1", 0, "V2"))
    await shop.step(PASS)
    assert shop.status["run"] == 2


async def test_each_transition_is_told_by_one_event_although_passes_repeat() -> None:
    shop = Shop()
    for _ in range(3):
        before = shop.api.at(RELEASE, "notification").get("status", {})
        await shop.step(UNDECIDED)
        shop.api.at(RELEASE, "notification")["status"] = before
        shop.now -= 1
        await shop.step(UNDECIDED)
    reasons = [each["reason"] for each in of_kind(shop.api, EVENT.plural)]
    assert reasons == ["Scaling", "Routing", "Analysing"]


async def test_a_status_that_somebody_else_has_written_meanwhile_is_not_overwritten() -> None:
    shop = Shop()
    cluster = KubernetesCluster(shop.api, "shop", lambda: shop.now)
    await cluster.observe("notification")
    plan = await shop.step(UNDECIDED)
    written = shop.status
    await cluster.apply("notification", plan)
    assert shop.status == written


async def test_nothing_is_written_where_nothing_has_changed() -> None:
    shop = Shop()
    await shop.until("Promoted", PASS)
    await shop.step(PASS)
    shop.api.calls.clear()
    await shop.step(PASS)
    assert {verb for verb, _, _ in shop.api.calls} == {"get", "list"}


async def test_only_the_newest_records_are_kept() -> None:
    shop = Shop()
    await shop.until("Promoted", PASS)
    old = {"labels": {"serinus.dev/release": "notification"}}
    shop.api.at(RELEASE, "notification")["status"]["run"] = RUNS_KEPT + 1
    for number in (1, 2):
        document = {"spec": {"number": number}, "metadata": {"name": f"notification-{number}", **old}}
        shop.api.put(RUN, document)
    shop.api.put(DEPLOYMENT, deployment("v1", "n:6.5.0", 4, "V1"))
    shop.api.put(DEPLOYMENT, deployment("v2", "n:7.0.0", 4, "V2"))
    await shop.step(UNDECIDED)
    assert {each["metadata"]["name"] for each in of_kind(shop.api, RUN.plural)} == {f"notification-{RUNS_KEPT + 2}"}


async def test_what_cannot_be_observed_says_why() -> None:
    shop = Shop()
    cluster = KubernetesCluster(shop.api, "shop")
    with pytest.raises(RecordError, match="no CanaryRelease 'other'"):
        await cluster.observe("other")
    shop.api.put(RELEASE, a_release(bake="soon"))
    with pytest.raises(InvalidInput, match=r"spec\.bake"):
        await cluster.observe("notification")
    shop.api.fails = True
    with pytest.raises(ClusterError):
        await cluster.observe("notification")
