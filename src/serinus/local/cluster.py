"""EDGE The controller's port to the laptop. In: the state directory as it is now. Out: one World; and plans, written.
Desired states are written first, then the run's record, then the status: a crash in between is repeated harmlessly.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from serinus.errors import RecordError
from serinus.local.objects import RouteStatus
from serinus.local.state import State
from serinus.release.plan import Plan, Scale, SetWeight
from serinus.release.run import Counts, Run
from serinus.release.spec import CanaryRelease, Spec
from serinus.release.status import Status
from serinus.release.world import Route, Workload, World


@dataclass(frozen=True)
class LocalCluster:
    """The laptop seen as a cluster, through files alone."""

    state: State

    async def observe(self, name: str) -> World:
        """The release and all it touches. RecordError: there is no such release, or a file cannot be read."""
        release = self._release(name)
        status = self.state.status(name) or Status()
        return World(
            release=release,
            status=status,
            run=self.state.run(name, status.run) or Run(),
            stable=self._workload(release.spec.stable.deployment),
            canary=self._workload(release.spec.canary.deployment),
            route=as_route(self.state.route_status(route_name(release.spec))),
            command=self.state.command(name),
        )

    async def apply(self, name: str, plan: Plan) -> None:
        """Write what the plan wants. RecordError: the release or its route is not there."""
        for action in plan.actions:
            match action:
                case Scale(deployment, replicas):
                    self.state.write_scale(deployment, replicas)
                case SetWeight(weight):
                    self._set_weight(name, weight)
        for run in (plan.former, plan.run):
            if run and run.number:
                self.state.write_run(name, run)
        self.state.write_status(name, plan.status)

    def _release(self, name: str) -> CanaryRelease:
        release = self.state.release(name)
        if release is None:
            raise RecordError(f"no release {name!r} in {self.state.directory}")
        return release

    def _set_weight(self, name: str, weight: int) -> None:
        route = route_name(self._release(name).spec)
        spec = self.state.route(route)
        if spec is None:
            raise RecordError(f"no route {route!r} in {self.state.directory}")
        self.state.write_route(route, msgspec.structs.replace(spec, weight=weight))

    def _workload(self, name: str) -> Workload | None:
        template = self.state.template(name)
        if template is None:
            return None
        status = self.state.deployment_status(name)
        return Workload(
            name=name,
            version=template.version,
            service=template.service,
            desired=self.state.scale(name),
            ready=status.ready if status else 0,
            message=status.message if status else "",
        )


def route_name(spec: Spec) -> str:
    """The route's file: the Service whose replicas are counted, or the HTTPRoute. "" when the resource names none."""
    if spec.traffic.replicas:
        return spec.traffic.replicas.service
    return spec.traffic.gateway.http_route if spec.traffic.gateway else ""


def as_route(status: RouteStatus | None) -> Route | None:
    """What the router reports, in the release's words."""
    if status is None:
        return None
    if status.stable_requests is None or status.canary_requests is None:
        return Route(status.weight)
    return Route(status.weight, Counts(status.stable_requests, status.canary_requests))
