"""What only the router by HTTPRoute weights does."""

from __future__ import annotations

import copy

from serinus.kube.kinds import HTTP_ROUTE, Json
from serinus.kube.routing import gateway
from serinus.release.spec import Gateway
from tests.kube.fake import FakeApi, accepted, http_route
from tests.kube.routing.test_contract import TRAFFIC, a_release

NAMES = Gateway(http_route="notification", stable_service="v1", canary_service="v2")


def a_route(generation: int = 1) -> Json:
    document = http_route({"v1": 75, "v2": 25}, "inside", "outside")
    document["metadata"]["generation"] = generation
    return document


async def test_only_the_two_weights_are_changed() -> None:
    api, release = FakeApi(), a_release(TRAFFIC["gateway"])
    before = api.put(HTTP_ROUTE, http_route({"audit": 7, "v2": 0, "v1": 100}, "inside"))
    wanted = copy.deepcopy(before["spec"])
    await gateway.steer(api, release, 30)
    wanted["rules"][0]["backendRefs"][1]["weight"] = 30
    wanted["rules"][0]["backendRefs"][2]["weight"] = 70
    assert api.at(HTTP_ROUTE, "notification")["spec"] == wanted


async def test_rules_that_change_meanwhile_are_not_overwritten() -> None:
    api = FakeApi()
    operations = gateway.weighing(api.put(HTTP_ROUTE, http_route({"v1": 100, "v2": 0}, "g")), NAMES, 30)
    api.put(HTTP_ROUTE, http_route({"v2": 0, "v1": 100}, "g"))
    assert not await api.edit(HTTP_ROUTE, "shop", "notification", operations)


async def test_a_header_leads_to_the_canary_while_both_serve() -> None:
    api, release = FakeApi(), a_release(TRAFFIC["gateway"])
    document = http_route({"v1": 100, "v2": 0}, "inside")
    document["spec"]["rules"][0]["matches"] = [{"path": {"type": "Exact", "value": "/send"}}]
    api.put(HTTP_ROUTE, document)
    await gateway.steer(api, release, 30)
    rule = api.at(HTTP_ROUTE, "notification-serinus")["spec"]["rules"][0]
    assert rule["matches"] == [{"path": {"type": "Exact", "value": "/send"}, "headers": [gateway.HEADER]}]
    assert [backend["name"] for backend in rule["backendRefs"]] == ["v2"]
    await gateway.steer(api, release, 100)
    assert (HTTP_ROUTE.plural, "shop", "notification-serinus") not in api.objects


def test_every_gateway_of_the_route_must_have_accepted_its_newest_form() -> None:
    document = a_route(generation=2)
    accepted(document, "inside")
    assert "Gateway 'outside' has not answered" in gateway.seen(document, NAMES).message
    accepted(document, "inside", "outside", generation=1)
    assert "has not answered to the newest change" in gateway.seen(document, NAMES).message
    accepted(document, "inside", "outside", status="False")
    assert "says Accepted False" in gateway.seen(document, NAMES).message
    accepted(document, "inside", "outside")
    route = gateway.seen(document, NAMES).route
    assert route is not None
    assert route.weight == 25


def test_rules_of_different_weights_are_no_weight() -> None:
    document = a_route()
    document["spec"]["rules"].append(http_route({"v1": 1, "v2": 1})["spec"]["rules"][0])
    accepted(document, "inside", "outside")
    assert "rules of different weights: [25.0, 50.0] %" in gateway.seen(document, NAMES).message


def test_a_route_without_both_services_says_so() -> None:
    document = http_route({"v1": 1, "other": 1}, "inside")
    assert "no rule that names both 'v1' and 'v2'" in gateway.seen(document, NAMES).message
