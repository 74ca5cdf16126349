"""Routing by replica counts: one Service over the pods of two Deployments. In: EndpointSlices, pods. Out: their ratio.
A pod counts once the Service sends to it: ready, and on its way to no end.
"""

from __future__ import annotations

from serinus.kube.api import Api
from serinus.kube.kinds import ENDPOINT_SLICE, SERVICE, Json
from serinus.kube.routing.seam import Sighting
from serinus.kube.workloads import Pair, Version
from serinus.release.spec import CanaryRelease, Traffic
from serinus.release.world import Route


def claims(traffic: Traffic) -> frozenset[str]:
    return frozenset({f"service/{traffic.route}"})


async def look(api: Api, release: CanaryRelease, pair: Pair) -> Sighting:
    namespace, service = release.metadata.namespace, release.spec.traffic.route
    slices = await api.find(ENDPOINT_SLICE, namespace, {"kubernetes.io/service-name": service})
    if not slices and await api.get(SERVICE, namespace, service) is None:
        return Sighting(None, f"Service {service!r} does not exist; the release waits for it.")
    return ratio(service, slices, pair)


async def steer(api: Api, release: CanaryRelease, weight: int) -> None:
    """The replicas are the weight."""


async def leave(api: Api, release: CanaryRelease) -> None:
    """Nothing here is ours alone."""


def ratio(service: str, slices: list[Json], pair: Pair) -> Sighting:
    """The canary's percent of the pods that the Service sends to."""
    serving = {name for each in slices for endpoint in each.get("endpoints") or [] if (name := _ready_pod(endpoint))}
    stable, canary = serving & _names(pair.stable), serving & _names(pair.canary)
    if not serving:
        return Sighting(None, f"Service {service!r} has no ready pod.")
    if not stable | canary:
        return Sighting(None, f"Service {service!r} selects no pod of the two Deployments.")
    strangers = len(serving - stable - canary)
    warning = f"Service {service!r} sends to {strangers} pods of neither Deployment as well." if strangers else ""
    return Sighting(Route(100 * len(canary) / len(serving)), warning)


def _ready_pod(endpoint: Json) -> str:
    """The pod's name if it is sent to; "ready" leaves out pods that are ending."""
    conditions, target = endpoint.get("conditions", {}), endpoint.get("targetRef") or {}
    is_pod = target.get("kind") == "Pod"
    return str(target["name"]) if is_pod and conditions.get("ready", True) else ""


def _names(version: Version) -> set[str]:
    return {str(pod["metadata"]["name"]) for pod in version.pods}
