"""What a router is: four functions in one small file. In: the API, a release's spec. Out: what splits the traffic.
To add one: a field of `Traffic`, a module with these functions, one line in `router_for`.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from serinus.kube.api import Api
from serinus.kube.workloads import Pair
from serinus.release.spec import CanaryRelease, Traffic
from serinus.release.world import Route


class Sighting(Struct, frozen=True):
    """What the router reports. `route` None: no weight is known to be in force, and `message` says why; with a route
    `message` is a warning.
    """

    route: Route | None
    message: str = ""


class Router(Protocol):
    """Safe to repeat, each of them. All but `claims` may raise ClusterError."""

    def claims(self, traffic: Traffic) -> frozenset[str]:
        """What it steers, such as service/notification: two releases must not claim the same."""

    async def look(self, api: Api, release: CanaryRelease, pair: Pair, /) -> Sighting:
        """The canary's weight in force."""

    async def steer(self, api: Api, release: CanaryRelease, weight: int) -> None:
        """Send `weight` percent to the canary; nothing to do where replicas are the weight."""

    async def leave(self, api: Api, release: CanaryRelease) -> None:
        """Take back what is ours alone; the traffic stays where it is."""
