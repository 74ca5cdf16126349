"""A cluster whose passes are told on. In: a cluster, somebody to tell. Out: the same cluster to the controller.
Told is what was seen and what was decided, once it is applied: nothing that listens can change it.
"""

from __future__ import annotations

from collections.abc import Callable

from serinus.controller import Cluster
from serinus.release.plan import Plan
from serinus.release.world import World


class Attended:
    """`applied` is called after each pass whose plan was applied, with the world before it."""

    def __init__(self, cluster: Cluster, applied: Callable[[World, Plan], None]) -> None:
        self._cluster = cluster
        self._applied = applied
        self._world: World | None = None

    async def observe(self, name: str) -> World:
        """Raises as the cluster does."""
        self._world = await self._cluster.observe(name)
        return self._world

    async def apply(self, name: str, plan: Plan) -> None:
        """Raises as the cluster does; nobody is told then."""
        await self._cluster.apply(name, plan)
        assert self._world is not None, "apply comes after observe"
        self._applied(self._world, plan)
