"""EDGE The controller's port to Kubernetes, for one release. In: the API. Out: one World; and plans, applied.
Desired states first, then the run's record, then events, the status last: a crash in between is repeated harmlessly.
A record that Kubernetes will not take is said in the log and lost: what moves traffic does not wait for it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from serinus.errors import ClusterError, NotStorable
from serinus.kube import reports
from serinus.kube.api import Api
from serinus.kube.conditions import conditions, dated
from serinus.kube.kinds import DEPLOYMENT, EVENT, RELEASE, RELEASE_LABEL, RUN
from serinus.kube.objects import Objects, read, run_name
from serinus.kube.observe import misspelt, world_of
from serinus.kube.routing import router_for
from serinus.release.plan import Action, Plan, Scale, SetWeight
from serinus.release.run import Run
from serinus.release.telemetry import NOTHING_KNOWN
from serinus.release.world import World

log = logging.getLogger(__name__)
RUNS_KEPT: Final = 20


class KubernetesCluster:
    """Remembers what the last `observe` saw, until `apply` has compared with it. `telemetry`: what is known of X-Ray
    itself, for the conditions.
    """

    def __init__(self, api: Api, namespace: str, clock: Callable[[], float] = time.time) -> None:
        self._api = api
        self._namespace = namespace
        self._clock = clock
        self._seen: tuple[Objects, World] | None = None
        self._said = ""
        self.telemetry = NOTHING_KNOWN

    async def observe(self, name: str) -> World:
        """Raises ClusterError, InvalidInput, RecordError."""
        objects = await read(self._api, self._namespace, name)
        world = world_of(objects)
        self._seen = (objects, world)
        return world

    async def apply(self, name: str, plan: Plan) -> None:
        """Raises ClusterError. A status changed by somebody else meanwhile is left; the next pass sees it."""
        assert self._seen is not None, "apply comes after observe"
        objects, world = self._seen
        for action in plan.actions:
            await self._act(world, action)
        await self._record(name, world, plan)
        await self._tell(objects, world, plan)
        await self._write_status(name, objects, world, plan)

    async def _act(self, world: World, action: Action) -> None:
        match action:
            case Scale(deployment, replicas):
                fields = {"spec": {"replicas": replicas}}
                if not await self._api.apply(DEPLOYMENT, self._namespace, deployment, fields, "scale"):
                    raise ClusterError(f"scale {deployment}: in conflict")
            case SetWeight(weight):
                await router_for(world.release.spec.traffic).steer(self._api, world.release, weight)

    async def _record(self, name: str, world: World, plan: Plan) -> None:
        for run in (plan.former, plan.run):
            if run and run.number and run != world.run:
                await self._keep(name, world, run)
        if plan.run.number != world.run.number:
            await self._prune(name, plan.run.number)

    async def _keep(self, name: str, world: World, run: Run) -> None:
        try:
            await self._api.apply(RUN, self._namespace, run_name(name, run.number), reports.record(world, run))
        except NotStorable as error:
            if str(error) != self._said:
                log.warning("%s/%s: run %d is not recorded: %s", self._namespace, name, run.number, error)
            self._said = str(error)

    async def _prune(self, name: str, number: int) -> None:
        for each in await self._api.find(RUN, self._namespace, {RELEASE_LABEL: name}):
            if each["spec"]["number"] <= number - RUNS_KEPT:
                await self._api.delete(RUN, self._namespace, each["metadata"]["name"])

    async def _tell(self, objects: Objects, world: World, plan: Plan) -> None:
        if reports.transition(world.status, plan):
            uid = objects.document["metadata"]["uid"]
            await self._api.create(EVENT, self._namespace, reports.event(world, plan, uid, self._clock()))

    async def _write_status(self, name: str, objects: Objects, world: World, plan: Plan) -> None:
        metadata, before = objects.document["metadata"], objects.document.get("status", {})
        generation = metadata.get("generation", 0)
        found = conditions(world, plan, objects.sighting, misspelt(objects.document), self.telemetry)
        times = dated(found, before.get("conditions", []), generation, self._clock())
        status = reports.status(world, plan, times, generation)
        if status == before:
            return
        version = {"metadata": {"resourceVersion": metadata["resourceVersion"]}}
        await self._api.apply(RELEASE, self._namespace, name, {**version, "status": status}, "status")
