"""Following one release: passes, refusals, failures, and the end."""

from __future__ import annotations

import pytest
from prometheus_client import generate_latest

from serinus.errors import ClusterError, InvalidInput
from serinus.kube.cluster import KubernetesCluster
from serinus.kube.kinds import DEPLOYMENT, RELEASE, Json
from serinus.kube.metrics import Metrics
from serinus.kube.releases import REST_S, Releases
from serinus.release.plan import Plan
from tests.kube.stage import Shop, a_release
from tests.release.builders import PASS


class Controller:
    """Passes that all succeed, in a shop; `raises` on the way, if set."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.raises: Exception | None = None
        self.left: list[str] = []

    async def run(self, namespace: str, name: str, cluster: KubernetesCluster) -> Plan:
        if self.raises:
            raise self.raises
        return await self._shop.step(PASS)

    async def leave(self, namespace: str, name: str) -> None:
        self.left.append(name)


class Stopped:
    """After so many passes."""

    def __init__(self, passes: int) -> None:
        self._left = passes
        self.pauses: list[float] = []

    def is_set(self) -> bool:
        return self._left == 0

    async def wait(self, seconds: float) -> object:
        self._left -= 1
        self.pauses.append(seconds)
        return None


def ready(document: Json) -> Json:
    found: Json = next(each for each in document["status"]["conditions"] if each["type"] == "Ready")
    return found


def a_story() -> tuple[Shop, Controller, Metrics, Releases]:
    shop, metrics = Shop(), Metrics()
    controller = Controller(shop)
    return shop, controller, metrics, Releases(shop.api, controller, metrics)


async def test_a_release_is_followed_to_its_end_and_rests_then() -> None:
    shop, _, metrics, releases = a_story()
    stopped = Stopped(20)
    await releases.follow("shop", "notification", stopped)
    assert shop.status["phase"] == "Promoted"
    assert stopped.pauses[-1] == REST_S
    told = generate_latest(metrics.registry).decode()
    assert 'serinus_release_phase{name="notification",namespace="shop",phase="Promoted"} 1.0' in told
    assert (
        'serinus_decisions_total{name="notification",namespace="shop",outcome="Promoted",reason="Promoted"} 1' in told
    )


async def test_a_pass_that_fails_is_counted_and_tried_again_ever_more_slowly() -> None:
    _shop, controller, metrics, releases = a_story()
    controller.raises = ClusterError("no answer")
    stopped = Stopped(7)
    await releases.follow("shop", "notification", stopped)
    assert stopped.pauses == [0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
    told = generate_latest(metrics.registry).decode()
    assert 'serinus_reconcile_errors_total{kind="ClusterError",name="notification",namespace="shop"} 7' in told


async def test_a_mistake_of_ours_ends_a_pass_and_not_the_following(caplog: pytest.LogCaptureFixture) -> None:
    _shop, controller, metrics, releases = a_story()
    controller.raises = RecursionError("maximum recursion depth exceeded")
    stopped = Stopped(3)
    await releases.follow("shop", "notification", stopped)
    assert stopped.pauses == [0.4, 0.8, 1.6]
    told = generate_latest(metrics.registry).decode()
    assert 'serinus_reconcile_errors_total{kind="RecursionError",name="notification",namespace="shop"} 3' in told
    assert caplog.records[0].exc_info


async def test_the_younger_of_two_releases_is_refused_and_moves_nothing() -> None:
    shop, _, _, releases = a_story()
    document = a_release("another")
    document["metadata"]["creationTimestamp"] = "2026-12-24T10:00:00Z"
    shop.api.put(RELEASE, document)
    await releases.follow("shop", "another", Stopped(2))
    condition = ready(shop.api.at(RELEASE, "another"))
    assert (condition["status"], condition["reason"]) == ("False", "AlreadySteered")
    assert shop.replicas() == (4, 0)


async def test_a_spec_that_cannot_be_taken_is_said_in_the_condition() -> None:
    shop, controller, _, releases = a_story()
    shop.api.put(RELEASE, a_release(bake="soon"))
    await releases.follow("shop", "notification", Stopped(1))
    assert ready(shop.api.at(RELEASE, "notification"))["reason"] == "SpecInvalid"
    shop.api.put(RELEASE, a_release())
    controller.raises = InvalidInput("canary AWS_XRAY_TRACING_NAME", "must differ", "V1")
    await releases.follow("shop", "notification", Stopped(1))
    assert "must differ" in ready(shop.api.at(RELEASE, "notification"))["message"]


async def test_leaving_moves_nothing_and_forgets_everything() -> None:
    shop, controller, metrics, releases = a_story()
    await releases.follow("shop", "notification", Stopped(4))
    before = {name: shop.api.at(DEPLOYMENT, name)["spec"] for name in ("v1", "v2")}
    await releases.leave("shop", "notification")
    assert {name: shop.api.at(DEPLOYMENT, name)["spec"] for name in ("v1", "v2")} == before
    assert controller.left == ["notification"]
    assert 'serinus_release_phase{name="notification"' not in generate_latest(metrics.registry).decode()


async def test_a_release_that_is_gone_already_is_left_too() -> None:
    shop, controller, _, releases = a_story()
    await shop.api.delete(RELEASE, "shop", "notification")
    await releases.leave("shop", "notification")
    assert controller.left == ["notification"]
