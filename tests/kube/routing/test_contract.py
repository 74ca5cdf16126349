"""One contract for every router, tried on each against objects in memory."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from serinus.kube.kinds import ENDPOINT_SLICE, HTTP_ROUTE, SERVICE, Json
from serinus.kube.routing import Router, router_for
from serinus.kube.workloads import Pair, Version
from serinus.release.capacity import capacity
from serinus.release.spec import CanaryRelease, parse_release
from tests.kube.fake import FakeApi, accepted, endpoint_slice, http_route, pod

TRAFFIC: dict[str, Json] = {
    "replicas": {"replicas": {"service": "notification", "total": 4}},
    "gateway": {"gateway": {"httpRoute": "notification", "stableService": "v1", "canaryService": "v2"}},
}


class Stage(Struct, frozen=True):
    """A router, the API, and what everybody else does: `settle` at a weight, `unsettle` the newest change."""

    router: Router
    api: FakeApi
    release: CanaryRelease
    pair: Pair
    settle: Callable[[int], None]
    unsettle: Callable[[], None]


def a_release(traffic: Json) -> CanaryRelease:
    spec = {"stable": {"deployment": "v1"}, "canary": {"deployment": "v2"}, "traffic": traffic}
    return parse_release({"metadata": {"name": "notification", "namespace": "shop"}, "spec": spec})


@pytest.fixture(params=sorted(TRAFFIC))
def stage(request: Any) -> Stage:
    api, release = FakeApi(), a_release(TRAFFIC[request.param])
    pods = {version: tuple(pod(f"{version}-{n}", version, {}) for n in range(4)) for version in ("v1", "v2")}
    pair = Pair(Version("v1", {}, pods["v1"]), Version("v2", {}, pods["v2"]))
    make = by_replicas if request.param == "replicas" else by_gateway
    settle, unsettle = make(api, release)
    return Stage(router_for(release.spec.traffic), api, release, pair, settle, unsettle)


def by_replicas(api: FakeApi, release: CanaryRelease) -> tuple[Callable[[int], None], Callable[[], None]]:
    api.put(SERVICE, {"metadata": {"name": "notification"}})

    def settle(weight: int) -> None:
        wanted = capacity(release.spec.traffic, weight, 4)
        ready = {f"v1-{n}": True for n in range(wanted.stable)} | {f"v2-{n}": True for n in range(wanted.canary)}
        api.put(ENDPOINT_SLICE, endpoint_slice("notification", ready))

    def unsettle() -> None:
        api.put(ENDPOINT_SLICE, endpoint_slice("notification", {"v2-0": False}))

    return settle, unsettle


def by_gateway(api: FakeApi, _release: CanaryRelease) -> tuple[Callable[[int], None], Callable[[], None]]:
    api.put(HTTP_ROUTE, http_route({"v1": 100, "v2": 0, "audit": 5}, "inside", "outside"))

    def settle(_weight: int) -> None:
        accepted(api.at(HTTP_ROUTE, "notification"), "inside", "outside")

    def unsettle() -> None:
        accepted(api.at(HTTP_ROUTE, "notification"), "inside", "outside", generation=0)

    return settle, unsettle


@pytest.mark.parametrize("weight", [0, 25, 50, 75, 100])
async def test_a_weight_that_is_asked_for_is_reported_once_it_is_in_force(stage: Stage, weight: int) -> None:
    await stage.router.steer(stage.api, stage.release, weight)
    stage.settle(weight)
    seen = await stage.router.look(stage.api, stage.release, stage.pair)
    assert seen.route is not None
    assert seen.route.weight == weight


async def test_nothing_is_reported_while_it_is_on_its_way(stage: Stage) -> None:
    await stage.router.steer(stage.api, stage.release, 25)
    stage.unsettle()
    seen = await stage.router.look(stage.api, stage.release, stage.pair)
    assert seen.route is None
    assert "'notification'" in seen.message


async def test_what_is_missing_is_named(stage: Stage) -> None:
    stage.api.objects.clear()
    seen = await stage.router.look(stage.api, stage.release, stage.pair)
    assert seen.route is None
    assert "'notification' does not exist" in seen.message
    await stage.router.steer(stage.api, stage.release, 25)
    assert stage.api.objects == {}


async def test_steering_twice_changes_nothing_more(stage: Stage) -> None:
    await stage.router.steer(stage.api, stage.release, 25)
    before = {key: value["metadata"]["generation"] for key, value in stage.api.objects.items()}
    await stage.router.steer(stage.api, stage.release, 25)
    assert {key: value["metadata"]["generation"] for key, value in stage.api.objects.items()} == before


async def test_leaving_moves_no_traffic_and_leaves_nothing_of_ours(stage: Stage) -> None:
    names = set(stage.api.objects)
    await stage.router.steer(stage.api, stage.release, 25)
    stage.settle(25)
    names |= {key for key in stage.api.objects if key[0] == ENDPOINT_SLICE.plural}
    seen = await stage.router.look(stage.api, stage.release, stage.pair)
    await stage.router.leave(stage.api, stage.release)
    assert await stage.router.look(stage.api, stage.release, stage.pair) == seen
    assert set(stage.api.objects) == names


def test_two_releases_claim_the_same_only_if_they_steer_the_same(stage: Stage) -> None:
    claims = stage.router.claims(stage.release.spec.traffic)
    assert claims == stage.router.claims(copy.deepcopy(stage.release.spec.traffic))
    assert all("notification" in claim for claim in claims)
    other = replace(stage.release.spec.traffic)
    assert stage.router.claims(other) == claims
