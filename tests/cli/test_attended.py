"""Who listens to passes is told of those that were applied, with what was seen before."""

from __future__ import annotations

import pytest

from serinus.cli.attended import Attended
from serinus.errors import ClusterError
from serinus.judge.judge import Evidence
from serinus.release.decide import decide
from serinus.release.plan import Plan
from serinus.release.world import World
from tests.release.builders import UNDECIDED, a_world


class Cluster:
    """Takes plans, or raises."""

    def __init__(self) -> None:
        self.fails = False

    async def observe(self, name: str) -> World:
        return a_world()

    async def apply(self, name: str, plan: Plan) -> None:
        if self.fails:
            raise ClusterError("no answer")


async def test_an_applied_plan_is_told_with_the_world_before_it() -> None:
    told: list[tuple[World, Plan]] = []
    attended = Attended(Cluster(), lambda world, plan: told.append((world, plan)))
    world = await attended.observe("notification")
    plan = decide(world, Evidence(), UNDECIDED, 1000.0)
    await attended.apply("notification", plan)
    assert told == [(world, plan)]


async def test_a_plan_that_could_not_be_applied_is_not_told() -> None:
    told: list[object] = []
    cluster = Cluster()
    cluster.fails = True
    attended = Attended(cluster, lambda _world, plan: told.append(plan))
    world = await attended.observe("notification")
    with pytest.raises(ClusterError):
        await attended.apply("notification", decide(world, Evidence(), UNDECIDED, 1000.0))
    assert told == []
