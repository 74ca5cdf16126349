"""Traefik, the real one, sends requests as the routes say, loses none meanwhile, and reports what is in force."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from serinus.local.objects import DeploymentStatus, Mode, RouteSpec, RouteStatus
from serinus.local.ports import free_ports
from serinus.local.processes import Supervisor
from serinus.local.state import State
from serinus.local.traefik import TraefikRouter, executable, template
from tests.local.load import Connection, Load, ask
from tests.local.replicas import small, until

ROUTE = "notification-clusterip-service"


class Laptop:
    """Two Deployments behind one route."""

    def __init__(self, state: State, mode: Mode) -> None:
        self.state = state
        ports = free_ports(7000 + os.getpid() % 3000)
        self.api, self.port = next(ports), next(ports)
        state.write_template(template(state, executable(), self.api, {ROUTE: self.port}))
        state.write_scale("traefik", 1)
        for name in ("v1", "v2"):
            state.write_template(small(name))
        state.write_scale("v1", 2)
        state.write_route(ROUTE, RouteSpec(mode, self.port, "v1", "v2"))

    @property
    def route(self) -> RouteStatus:
        return self.state.route_status(ROUTE) or RouteStatus(-1)

    def status(self, name: str) -> DeploymentStatus:
        return self.state.deployment_status(name) or DeploymentStatus()

    async def scale(self, name: str, replicas: int) -> None:
        """Scale and wait until only these are left."""
        self.state.write_scale(name, replicas)
        await until(lambda: self.status(name).ready == len(self.status(name).replicas) == replicas)

    async def settled(self) -> None:
        """The router's ports are exactly the ready ones."""
        await until(lambda: len(self.route.ports) == self.ready)

    @property
    def ready(self) -> int:
        return sum(self.status(name).ready for name in ("v1", "v2"))

    async def weigh(self, weight: int) -> None:
        """Set the weight and wait until Traefik reports it."""
        mode = Mode.GATEWAY
        self.state.write_route(ROUTE, RouteSpec(mode, self.port, "v1", "v2", weight))
        await until(lambda: self.route.weight == weight)


async def running(tmp_path: Path, mode: Mode) -> AsyncIterator[Laptop]:
    state = State(tmp_path)
    laptop = Laptop(state, mode)
    async with Supervisor(state, TraefikRouter(state, laptop.api)) as supervisor:
        await supervisor.ready(20)
        await laptop.settled()
        yield laptop


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Laptop]:
    async for laptop in running(tmp_path, Mode.GATEWAY):
        yield laptop


@pytest.fixture
async def replicas(tmp_path: Path) -> AsyncIterator[Laptop]:
    async for laptop in running(tmp_path, Mode.REPLICAS):
        yield laptop


async def test_requests_of_one_connection_are_shared_exactly_by_weight(gateway: Laptop) -> None:
    await gateway.scale("v2", 2)
    for weight in (25, 50, 75):
        await gateway.weigh(weight)
        answers = await ask(gateway.port, 40)
        assert answers.total() == answers["v1"] + answers["v2"] == 40
        assert abs(answers["v2"] - 40 * weight / 100) <= 1


async def test_a_weight_of_nothing_sends_nothing_and_of_everything_everything(gateway: Laptop) -> None:
    await gateway.scale("v2", 1)
    assert await ask(gateway.port, 30) == Counter(v1=30)
    await gateway.weigh(100)
    assert await ask(gateway.port, 30) == Counter(v2=30)


async def test_a_version_without_a_ready_replica_gets_nothing_and_the_router_says_so(gateway: Laptop) -> None:
    gateway.state.write_route(ROUTE, RouteSpec(Mode.GATEWAY, gateway.port, "v1", "v2", 50))
    assert await ask(gateway.port, 20) == Counter(v1=20)
    assert gateway.route.weight == 0
    await gateway.scale("v2", 1)
    await until(lambda: gateway.route.weight == 50)


async def test_the_routers_counters_agree_with_the_client_and_survive_its_restart(gateway: Laptop) -> None:
    await gateway.scale("v2", 1)
    await gateway.weigh(25)
    answers = await ask(gateway.port, 40)
    counted = (answers["v1"], answers["v2"])
    await until(lambda: (gateway.route.stable_requests, gateway.route.canary_requests) == counted)
    await gateway.weigh(0)
    (traefik,) = gateway.status("traefik").replicas
    os.kill(traefik.pid or 0, signal.SIGKILL)
    await until(lambda: gateway.status("traefik").replicas[0].restarts == 1 and gateway.status("traefik").ready == 1)
    more = await ask(gateway.port, 10)
    await until(lambda: gateway.route.stable_requests == counted[0] + more["v1"])
    assert gateway.route.canary_requests == counted[1]


async def test_no_request_fails_while_weights_and_replicas_change_under_keep_alive_load(gateway: Laptop) -> None:
    async with Load(gateway.port) as load:
        await gateway.scale("v2", 2)
        for weight in (10, 50, 100):
            await gateway.weigh(weight)
        await gateway.scale("v1", 0)
        await gateway.scale("v1", 3)
        await gateway.weigh(0)
        await gateway.scale("v2", 0)
        await gateway.scale("v1", 1)
        await until(lambda: load.total > 1000)
    assert load.failures == []
    assert load.answers["v2"] > 0


async def test_an_answer_of_a_version_is_never_hidden_by_another_try(gateway: Laptop) -> None:
    gateway.state.write_template(small("v2", FAULT="1"))
    await gateway.scale("v2", 1)
    await gateway.weigh(50)
    assert await ask(gateway.port, 40) == Counter({"v1": 20, "500": 20})


async def test_a_replica_killed_under_load_costs_at_most_the_requests_it_had(gateway: Laptop) -> None:
    async with Load(gateway.port) as load:
        await until(lambda: load.total > 200)
        os.kill(gateway.status("v1").replicas[0].pid or 0, signal.SIGKILL)
        await until(lambda: gateway.status("v1").replicas[0].restarts == 1 and gateway.status("v1").ready == 2)
        seen = load.total
        await until(lambda: load.total > seen + 200)
    assert len(load.failures) <= 4  # one on each of the four connections


async def test_replicas_share_connections_so_one_keep_alive_client_sees_one_version(replicas: Laptop) -> None:
    await replicas.scale("v2", 2)
    await until(lambda: replicas.route.weight == 50)
    assert len(await ask(replicas.port, 40)) == 1
    first = Counter([next(iter(await ask(replicas.port, 1))) for _ in range(40)])
    assert first == Counter(v1=20, v2=20)
    assert (replicas.route.stable_requests, replicas.route.canary_requests) == (None, None)


async def test_the_seeds_replica_table_is_the_share_of_ready_endpoints(replicas: Laptop) -> None:
    for stable, canary, weight in ((3, 1, 25), (2, 2, 50), (1, 3, 75)):
        replicas.state.write_scale("v1", stable)
        replicas.state.write_scale("v2", canary)
        await until(lambda weight=weight: replicas.route.weight == weight and replicas.ready == 4)  # type: ignore[misc]


async def test_connections_survive_scaling_of_the_replicas_they_are_not_on(replicas: Laptop) -> None:
    connection = Connection(replicas.port)
    answers = {await connection.get()}
    await replicas.scale("v2", 2)
    await replicas.scale("v2", 0)
    answers.add(await connection.get())
    connection.close()
    assert answers == {(200, "v1")}


async def test_all_is_over_within_seconds_and_the_ports_are_free_again(tmp_path: Path) -> None:
    async for laptop in running(tmp_path, Mode.GATEWAY):
        port = laptop.port
    with pytest.raises(OSError, match="Connect call failed"):
        await Connection(port).get()
