"""The loop on small fakes of its two ports; the real adapters are proven by the journeys."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from serinus.controller import Journal, step
from serinus.errors import TracesUnavailable
from serinus.judge.journal import Entry, seen
from serinus.judge.judge import Evidence
from serinus.judge.observation import Arm, Block, WeightChange, Window
from serinus.release.plan import Plan, Scale, SetWeight
from serinus.release.run import Counts
from serinus.release.target import Target
from serinus.release.world import World
from tests.release.builders import V1, ObedientCluster, a_release, a_world

TRACE = "1-67441000-0123456789abcdef01234567"


class FakeCluster:
    """Observes a world in memory; plans take effect at once."""

    def __init__(self, world: World) -> None:
        self.obedient = ObedientCluster(world)
        self.passes = 0

    async def observe(self, name: str) -> World:
        assert name == self.obedient.world.release.metadata.name
        return self.obedient.world

    async def apply(self, name: str, plan: Plan) -> None:
        assert name == self.obedient.world.release.metadata.name
        self.obedient.world = replace(self.obedient.world, status=plan.status, run=plan.run)
        self.obedient.take_effect(plan.actions)


class FakeTraces:
    """A stream of blocks with given faults; or an X-Ray that does not answer."""

    def __init__(self, *, stable_faults: int = 0, canary_faults: int = 0, down: bool = False) -> None:
        self.faults = (stable_faults, canary_faults)
        self.down = down
        self.gone = False
        self.sought = 0
        self.targets: list[Target] = []

    async def collect(
        self, target: Target, evidence: Evidence, weights: tuple[WeightChange, ...], now: float
    ) -> Window:
        self.targets.append(target)
        if self.down:
            raise TracesUnavailable("connection refused")
        weight = weights[-1].weight
        canary = round(200 * weight)
        stable_faults, canary_faults = (
            min(count, size) for count, size in zip(self.faults, (200 - canary, canary), strict=True)
        )
        block = Block(
            stratum="POST /notification/send",
            start=max(evidence.complete_to, now - 5),
            end=now,
            weight=weight if weights[-1].confirmed_at is not None else None,
            stable=Arm(requests=200 - canary, faults=stable_faults),
            canary=Arm(
                requests=canary,
                faults=canary_faults,
                examples=(TRACE,) * bool(canary_faults),
            ),
        )
        return Window(blocks=(block,), complete_to=now, open_since={block.stratum: now})

    async def documents(self, ids: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
        self.sought += 1
        if self.down:
            raise TracesUnavailable("connection refused")
        return tuple({"Id": id_, "Segments": []} for id_ in ids if not self.gone)


async def passes(cluster: FakeCluster, traces: FakeTraces, count: int, journal: Journal | None = None) -> list[Plan]:
    begin = cluster.passes
    cluster.passes += count
    return [await step("notification", cluster, traces, 1000.0 + 5 * (begin + n), journal) for n in range(count)]


async def test_a_healthy_canary_is_promoted_on_its_traces() -> None:
    cluster = FakeCluster(a_world(a_release(bake="10s")))

    await passes(cluster, FakeTraces(), 120)

    assert cluster.obedient.world.status.phase == "Promoted"
    assert [step.weight for step in cluster.obedient.world.run.steps] == [25, 50, 100]


async def test_a_faulty_canary_is_rolled_back_and_its_traces_are_kept() -> None:
    cluster = FakeCluster(a_world())

    plans = await passes(cluster, FakeTraces(canary_faults=10), 40)

    run = cluster.obedient.world.run
    assert run.outcome == "rolled back"
    assert run.examples[0]["Id"] == TRACE
    assert SetWeight(0) in [action for plan in plans for action in plan.actions]
    assert Scale(V1, 0) not in [action for plan in plans for action in plan.actions]


async def test_examples_are_asked_for_until_x_ray_answers_and_then_no_more_whatever_it_has() -> None:
    cluster, traces = FakeCluster(a_world()), FakeTraces(canary_faults=10)
    while cluster.obedient.world.status.phase != "Draining":
        await passes(cluster, traces, 1)

    traces.down, traces.gone = True, True
    await passes(cluster, traces, 3)
    assert (cluster.obedient.world.status.phase, cluster.obedient.world.run.sought) == ("RolledBack", False)
    asked = traces.sought
    traces.down = False
    await passes(cluster, traces, 5)

    run = cluster.obedient.world.run
    assert (traces.sought, run.sought, run.examples) == (asked + 1, True, ())


async def test_the_same_faults_on_both_sides_are_no_evidence_against_the_canary() -> None:
    cluster = FakeCluster(a_world())

    await passes(cluster, FakeTraces(stable_faults=3, canary_faults=1), 40)

    assert cluster.obedient.world.run.outcome in ("", "promoted")


async def test_an_xray_that_does_not_answer_holds_and_says_so() -> None:
    cluster = FakeCluster(a_world())

    plans = await passes(cluster, FakeTraces(down=True), 20)

    assert cluster.obedient.world.status.phase == "Analysing"
    assert cluster.obedient.world.status.weight == 25
    assert plans[-1].status.reason == "TelemetryGap"
    assert "connection refused" in plans[-1].status.message


async def test_the_services_are_asked_for_by_their_names_in_xray() -> None:
    cluster, traces = FakeCluster(a_world()), FakeTraces()

    await passes(cluster, traces, 3)

    assert traces.targets[-1].stable_service == "V1-Notification-Microservice"
    assert traces.targets[-1].canary_service == "V2-Notification-Microservice"
    assert traces.targets[-1].started == 1000.0


class FakeJournal:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, int, Entry]] = []

    def append(self, name: str, number: int, entry: Entry) -> None:
        self.entries.append((name, number, entry))


async def test_every_look_is_logged_with_what_it_began_from_and_what_it_came_to() -> None:
    cluster, journal = FakeCluster(a_world()), FakeJournal()

    await passes(cluster, FakeTraces(), 5, journal)
    await passes(cluster, FakeTraces(down=True), 1, journal)

    run, (name, number, last) = cluster.obedient.world.run, journal.entries[-1]
    assert (name, number) == ("notification", 1)
    assert (last.after, last.verdict) == (run.evidence, run.verdict)
    assert "connection refused" in last.look.unread
    assert all(seen(one.before, one.look, one.policy) == (one.after, one.verdict) for _, _, one in journal.entries)


async def test_the_judge_is_told_what_the_router_counted_since_the_step_began_and_when_it_looked() -> None:
    cluster, journal = FakeCluster(a_world()), FakeJournal()
    await passes(cluster, FakeTraces(), 4, journal)
    world = cluster.obedient.world
    assert world.route is not None
    cluster.obedient.world = replace(world, route=replace(world.route, counts=Counts(750, 250)))
    await passes(cluster, FakeTraces(), 1, journal)

    stage = journal.entries[-1][2].look.stage
    assert stage is not None
    assert stage.routed is not None
    assert (stage.routed.stable, stage.routed.canary) == (750, 250)
    assert stage.looked == stage.since + stage.routed.seconds == 1020.0


async def test_nothing_is_logged_before_a_run_and_after_it() -> None:
    cluster, journal = FakeCluster(a_world()), FakeJournal()

    await passes(cluster, FakeTraces(), 1, journal)
    assert journal.entries == []
    await passes(cluster, FakeTraces(canary_faults=10), 40, journal)
    logged = len(journal.entries)
    await passes(cluster, FakeTraces(canary_faults=10), 10, journal)

    assert cluster.obedient.world.status.phase == "RolledBack"
    assert len(journal.entries) == logged
