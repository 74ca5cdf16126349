"""The controller sees the laptop as a World, and its plans become files in the safe order."""

from __future__ import annotations

from pathlib import Path

import pytest

from serinus.errors import RecordError
from serinus.local.cluster import LocalCluster, route_name
from serinus.local.objects import DeploymentStatus, Mode, ProcessTemplate, ReplicaStatus, RouteSpec, RouteStatus
from serinus.local.state import State
from serinus.release.plan import Plan, Scale, SetWeight
from serinus.release.run import Counts, Run
from serinus.release.spec import CanaryRelease, Gateway, Metadata, Reference, Replicas, Spec, Traffic
from serinus.release.status import Phase, Status
from serinus.release.world import Route, Workload

ROUTE = "notification-clusterip-service"
SPEC = Spec(Reference("v1"), Reference("v2"), Traffic(gateway=Gateway(ROUTE)))


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path)
    state.write_release(CanaryRelease(Metadata("notification"), SPEC))
    return state


async def test_an_empty_laptop_has_neither_workloads_nor_route(state: State) -> None:
    world = await LocalCluster(state).observe("notification")
    assert (world.stable, world.canary, world.route, world.command) == (None, None, None, None)
    assert (world.status, world.run) == (Status(), Run())


async def test_the_world_is_what_is_reported_not_what_is_wished(state: State) -> None:
    state.write_template(ProcessTemplate("v1", ("x",), version="V1", service="V1-Notification-Microservice"))
    state.write_scale("v1", 3)
    state.write_deployment_status(
        "v1", DeploymentStatus((ReplicaStatus(1, 2, True), ReplicaStatus(2, 3, False, 0, "starting")))
    )
    state.write_route(ROUTE, RouteSpec(Mode.GATEWAY, 8096, "v1", "v2", weight=50))
    state.write_route_status(ROUTE, RouteStatus(25, 75, 25))
    world = await LocalCluster(state).observe("notification")
    assert world.stable == Workload("v1", "V1", "V1-Notification-Microservice", 3, 1, "starting")
    assert world.route == Route(25, Counts(75, 25))


async def test_a_router_of_connections_has_no_counts(state: State) -> None:
    state.write_route_status(ROUTE, RouteStatus(50))
    assert (await LocalCluster(state).observe("notification")).route == Route(50)


async def test_a_plan_becomes_desired_states_record_and_status(state: State) -> None:
    spec = RouteSpec(Mode.GATEWAY, 8096, "v1", "v2")
    state.write_route(ROUTE, spec)
    plan = Plan(Status(Phase.ROUTING, run=1), Run(number=1), (Scale("v2", 4), SetWeight(25)))
    for _ in range(2):
        await LocalCluster(state).apply("notification", plan)
    assert state.scale("v2") == 4
    assert state.route(ROUTE) == RouteSpec(Mode.GATEWAY, 8096, "v1", "v2", 25)
    world = await LocalCluster(state).observe("notification")
    assert (world.status, world.run) == (plan.status, plan.run)


async def test_an_action_that_fails_leaves_the_status_alone(state: State) -> None:
    with pytest.raises(RecordError, match=f"no route '{ROUTE}'"):
        await LocalCluster(state).apply("notification", Plan(Status(run=7), Run(number=7), (SetWeight(5),)))
    assert state.status("notification") is None
    assert state.run("notification", 7) is None


async def test_an_unknown_release_is_named(state: State) -> None:
    with pytest.raises(RecordError, match="no release 'mail'"):
        await LocalCluster(state).observe("mail")


def test_the_route_is_the_one_the_resource_names() -> None:
    assert route_name(SPEC) == ROUTE
    assert route_name(Spec(Reference("a"), Reference("b"), Traffic(replicas=Replicas("svc")))) == "svc"
