"""Routing by the weights of an HTTPRoute. In: the route as Kubernetes and its Gateways report it. Out: its weight.
Only the weights of the two Services are changed; a second HTTPRoute of ours leads testers to the canary by a header.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from serinus.kube.api import Api
from serinus.kube.kinds import HTTP_ROUTE, RELEASE_LABEL, Json
from serinus.kube.routing.seam import Sighting
from serinus.kube.workloads import Pair
from serinus.release.spec import CanaryRelease, Gateway, Traffic
from serinus.release.world import Route

HEADER: Final = {"type": "Exact", "name": "Serinus-Version", "value": "canary"}
_ANYTHING: Final[Json] = {"path": {"type": "PathPrefix", "value": "/"}}


def claims(traffic: Traffic) -> frozenset[str]:
    return frozenset({f"httproute/{traffic.route}"})


async def look(api: Api, release: CanaryRelease, _pair: Pair) -> Sighting:
    gateway = _gateway(release)
    document = await api.get(HTTP_ROUTE, release.metadata.namespace, gateway.http_route)
    if document is None:
        return Sighting(None, f"HTTPRoute {gateway.http_route!r} does not exist; the release waits for it.")
    return seen(document, gateway)


async def steer(api: Api, release: CanaryRelease, weight: int) -> None:
    namespace, gateway = release.metadata.namespace, _gateway(release)
    document = await api.get(HTTP_ROUTE, namespace, gateway.http_route)
    if document is None:
        return
    if 0 < weight < 100:
        fields = by_header(document, gateway, release)
        await api.apply(HTTP_ROUTE, namespace, _own_name(gateway), fields)
    else:
        await leave(api, release)
    await api.edit(HTTP_ROUTE, namespace, gateway.http_route, weighing(document, gateway, weight))


async def leave(api: Api, release: CanaryRelease) -> None:
    await api.delete(HTTP_ROUTE, release.metadata.namespace, _own_name(_gateway(release)))


def seen(document: Json, gateway: Gateway) -> Sighting:
    """The weight, once every Gateway that the route names has accepted it as it is now."""
    name = gateway.http_route
    shares = {_share(rule, gateway) for rule in _rules(document) if _splits(rule, gateway)}
    if not shares:
        names = f"{gateway.stable_service!r} and {gateway.canary_service!r}"
        return Sighting(None, f"HTTPRoute {name!r} has no rule that names both {names}.")
    if waiting := "; ".join(_unaccepted(document)):
        return Sighting(None, f"HTTPRoute {name!r}: {waiting}.")
    if len(shares) > 1:
        return Sighting(None, f"HTTPRoute {name!r} has rules of different weights: {sorted(shares)} %.")
    return Sighting(Route(shares.pop()))


def weighing(document: Json, gateway: Gateway, weight: int) -> list[Json]:
    """A JSON patch of the two Services' weights; it fails if the rules have changed in the meantime."""
    weights = {gateway.stable_service: 100 - weight, gateway.canary_service: weight}
    operations: list[Json] = []
    for number, rule in enumerate(_rules(document)):
        if not _splits(rule, gateway):
            continue
        for index, backend in enumerate(rule["backendRefs"]):
            if backend["name"] in weights:
                path = f"/spec/rules/{number}/backendRefs/{index}"
                operations += [
                    {"op": "test", "path": f"{path}/name", "value": backend["name"]},
                    {"op": "add", "path": f"{path}/weight", "value": weights[backend["name"]]},
                ]
    return operations


def by_header(document: Json, gateway: Gateway, release: CanaryRelease) -> Json:
    """The same way in, for requests with `Serinus-Version: canary`: Gateways prefer the rule with more headers."""
    spec = document["spec"]
    rules = [_canary_only(rule, gateway) for rule in _rules(document) if _splits(rule, gateway)]
    kept = {key: spec[key] for key in ("parentRefs", "hostnames") if key in spec}
    return {"metadata": {"labels": {RELEASE_LABEL: release.metadata.name}}, "spec": {**kept, "rules": rules}}


def _canary_only(rule: Json, gateway: Gateway) -> Json:
    matches = [{**each, "headers": [*each.get("headers", []), HEADER]} for each in rule.get("matches") or [_ANYTHING]]
    backends = [
        {key: value for key, value in each.items() if key != "weight"}
        for each in rule["backendRefs"]
        if each["name"] == gateway.canary_service
    ]
    kept: Json = {key: rule[key] for key in ("filters", "timeouts") if key in rule}
    return {"matches": matches, "backendRefs": backends, **kept}


def _unaccepted(document: Json) -> Iterator[str]:
    """What is missing, per Gateway the route names; an answer counts only for the route as it is now."""
    answers = document.get("status", {}).get("parents", [])
    for parent in document["spec"].get("parentRefs", []):
        gateway = parent["name"]
        given = [answer for answer in answers if _same(answer["parentRef"], parent)]
        if not given:
            yield f"Gateway {gateway!r} has not answered"
        for answer in given:
            yield from _objections(gateway, answer, document["metadata"].get("generation", 0))


def _objections(gateway: str, answer: Json, generation: int) -> Iterator[str]:
    conditions = {each["type"]: each for each in answer.get("conditions", [])}
    for kind in ("Accepted", "ResolvedRefs"):
        condition = conditions.get(kind)
        if condition is None or condition.get("observedGeneration", generation) < generation:
            yield f"Gateway {gateway!r} has not answered to the newest change ({kind})"
        elif condition["status"] != "True":
            yield f"Gateway {gateway!r} says {kind} {condition['status']}: {condition.get('message', '')}".rstrip(": ")


def _same(one: Json, other: Json) -> bool:
    return all(one.get(key) == other.get(key) for key in ("name", "sectionName", "port"))


def _share(rule: Json, gateway: Gateway) -> float:
    weights = {each["name"]: each.get("weight", 1) for each in rule["backendRefs"]}
    total = weights[gateway.stable_service] + weights[gateway.canary_service]
    return 100 * weights[gateway.canary_service] / total if total else 0.0


def _splits(rule: Json, gateway: Gateway) -> bool:
    names = {each["name"] for each in rule.get("backendRefs") or []}
    return {gateway.stable_service, gateway.canary_service} <= names


def _rules(document: Json) -> list[Json]:
    return list(document["spec"].get("rules") or [])


def _own_name(gateway: Gateway) -> str:
    return f"{gateway.http_route}-serinus"


def _gateway(release: CanaryRelease) -> Gateway:
    gateway = release.spec.traffic.gateway
    assert gateway is not None
    return gateway
