from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from serinus.judge.judge import Evidence
from serinus.judge.verdict import Verdict
from serinus.release.decide import decide
from serinus.release.plan import Scale, SetWeight
from serinus.release.world import Verb
from tests.release.builders import (
    ERROR,
    FAIL,
    PASS,
    REPLICAS,
    UNDECIDED,
    V1,
    V2,
    ObedientCluster,
    a_command,
    a_release,
    a_world,
    serving,
)


def test_a_healthy_canary_walks_through_all_steps_and_is_promoted() -> None:
    cluster = ObedientCluster(a_world())

    cluster.until("Promoted", PASS)

    weights = [a.weight for plan in cluster.plans for a in plan.actions if isinstance(a, SetWeight)]
    assert weights == [25, 50, 100]
    assert [step.applied for step in cluster.world.run.steps] == [25.0, 50.0, 100.0]
    assert cluster.world.run.outcome == "promoted"
    assert cluster.world.stable is not None
    assert cluster.world.stable.desired == 0
    assert cluster.world.status.promoted == "V2"


def test_replica_routing_walks_the_published_table() -> None:
    steps = [{"weight": 25}, {"weight": 50}, {"weight": 75}, {"weight": 100}]
    cluster = ObedientCluster(a_world(a_release(traffic=REPLICAS, steps=steps)))
    seen = []

    for _ in range(60):
        cluster.step(PASS)
        assert cluster.world.stable is not None
        assert cluster.world.canary is not None
        seen.append((cluster.world.stable.desired, cluster.world.canary.desired))

    table = list(dict.fromkeys(pair for pair in seen if sum(pair) == 4))
    assert table == [(3, 1), (2, 2), (1, 3), (0, 4)]
    assert max(sum(pair) for pair in seen) <= 5
    assert cluster.world.status.phase == "Promoted"


def test_capacity_comes_before_traffic() -> None:
    cluster = ObedientCluster(a_world())
    cluster.canary_ready = False

    for _ in range(5):
        cluster.step(PASS)

    assert cluster.world.status.phase == "Scaling"
    assert cluster.world.status.reason == "PodsNotReady"
    assert not any(isinstance(a, SetWeight) for plan in cluster.plans for a in plan.actions)


def test_a_weight_that_the_router_does_not_report_is_not_judged() -> None:
    cluster = ObedientCluster(a_world())
    cluster.route_obeys = False

    for _ in range(5):
        cluster.step(PASS)

    assert cluster.world.status.phase == "Routing"
    assert cluster.world.status.reason == "WeightNotApplied"


def test_harm_takes_all_traffic_off_the_canary_and_remembers_the_version() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)

    cluster.until("RolledBack", FAIL)

    assert cluster.world.route is not None
    assert cluster.world.route.weight == 0.0
    assert cluster.world.canary is not None
    assert cluster.world.canary.desired == 0
    assert cluster.world.status.rejected == ("V2",)
    assert cluster.world.status.reason == "HarmFound"
    assert cluster.world.run.outcome == "rolled back"


def test_a_rejected_version_does_not_come_back_by_itself_but_by_retry() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    cluster.until("RolledBack", FAIL)

    for _ in range(5):
        cluster.step(PASS)
    assert cluster.world.status.phase == "RolledBack"

    plan = cluster.step(PASS, command=a_command(Verb.RETRY))
    assert plan.status.phase == "Scaling"
    assert plan.status.run == 2


def test_a_retry_waits_for_nothing_where_stable_is_missing() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("RolledBack", FAIL)

    plan = decide(replace(cluster.world, stable=None, command=a_command(Verb.RETRY)), Evidence(), PASS, cluster.now)

    assert (plan.status.phase, plan.status.reason) == ("RolledBack", "DeploymentMissing")


@pytest.mark.parametrize("verdict", [UNDECIDED, ERROR])
def test_error_and_insufficient_hold(verdict: Verdict) -> None:
    cluster = ObedientCluster(a_world(a_release(analysis={"maxTime": "20s"})))
    cluster.until("Analysing", UNDECIDED)

    for _ in range(40):
        cluster.step(verdict)

    assert cluster.world.status.phase == "Analysing"
    assert cluster.world.status.weight == 25
    assert cluster.world.status.held


def test_a_held_step_goes_on_when_the_evidence_arrives() -> None:
    cluster = ObedientCluster(a_world(a_release(analysis={"maxTime": "5s"})))
    cluster.until("Analysing", UNDECIDED)
    for _ in range(10):
        cluster.step(UNDECIDED)

    plan = cluster.step(PASS)

    assert plan.status.phase == "Scaling"
    assert plan.status.weight == 50
    assert not plan.status.held


def test_on_timeout_roll_back_comes_first_even_before_a_passing_verdict() -> None:
    cluster = ObedientCluster(a_world(a_release(analysis={"maxTime": "5s", "onTimeout": "rollBack"})))
    cluster.until("Analysing", UNDECIDED)
    for _ in range(5):
        cluster.step(UNDECIDED)
    cluster.now += 10

    plan = cluster.step(PASS)

    assert plan.status.reason == "DeadlineExceeded"
    assert cluster.until("RolledBack", PASS).run.outcome == "rolled back"


def test_approval_waits_for_a_person() -> None:
    cluster = ObedientCluster(a_world(a_release(steps=[{"weight": 25, "approval": True}, {"weight": 100}])))
    cluster.until("AwaitingApproval", PASS)
    for _ in range(5):
        cluster.step(PASS)
    assert cluster.world.status.reason == "AwaitingApproval"

    plan = cluster.step(PASS, command=a_command(Verb.PROMOTE))

    assert plan.status.weight == 100
    assert plan.run.timeline[-1].by == "ana"


def test_pause_keeps_the_weight_resume_goes_on_and_harm_still_rolls_back() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    cluster.step(PASS, command=a_command(Verb.PAUSE))
    for _ in range(5):
        cluster.step(PASS)
    assert cluster.world.status.weight == 25
    assert cluster.world.status.reason == "Paused"

    resumed = replace(cluster.world.status)
    plan = cluster.step(PASS, command=a_command(Verb.RESUME, id_="2"))
    assert resumed.paused
    assert not plan.status.paused

    cluster.step(PASS, command=a_command(Verb.PAUSE, id_="3"))
    assert cluster.until("RolledBack", FAIL).status.rejected == ("V2",)


def test_abort_rolls_back_and_says_who_and_why() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)

    plan = cluster.step(PASS, command=a_command(Verb.ABORT))

    assert plan.status.reason == "Aborted"
    assert plan.status.message == "Aborted by ana: because"
    assert cluster.until("RolledBack", UNDECIDED).run.outcome == "aborted"


def test_promote_full_skips_the_judging_of_the_steps_left() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    cluster.step(UNDECIDED, command=a_command(Verb.PROMOTE, full=True))

    plan = cluster.until("Promoted", UNDECIDED)

    assert plan.run.outcome == "promoted"


def test_a_second_new_version_starts_over_and_does_not_inherit_the_weight() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    cluster.step(PASS)
    cluster.until("Analysing", UNDECIDED)
    assert cluster.world.route is not None
    assert cluster.world.route.weight == 50.0
    assert cluster.world.canary is not None
    cluster.world = replace(cluster.world, canary=replace(cluster.world.canary, version="V3"))

    plan = cluster.step(PASS)

    assert plan.status.step == 0
    assert plan.status.run == 2
    assert SetWeight(25) in plan.actions
    assert plan.former is not None
    assert (plan.former.number, plan.former.outcome, plan.former.ended) == (1, "superseded", cluster.now - 1)
    assert plan.former.steps[-1].left == cluster.now - 1
    assert plan.former.timeline[-1].message == "Version V3 takes the canary's place: run 2 begins."


def test_a_version_after_a_run_that_ended_supersedes_nothing() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Promoted", PASS)
    assert cluster.world.stable is not None
    roles = a_release(stable={"deployment": V2}, canary={"deployment": V1})
    exchanged = replace(cluster.world, release=roles, stable=cluster.world.canary, canary=cluster.world.stable)
    retired = decide(exchanged, Evidence(), PASS, cluster.now)
    assert (retired.status.run, retired.actions) == (1, ())

    fresh = replace(exchanged, canary=replace(cluster.world.stable, version="V3"))
    plan = decide(fresh, Evidence(), PASS, cluster.now)

    assert (plan.status.run, plan.status.canary_version, plan.former) == (2, "V3", None)


@pytest.mark.parametrize("traffic", [{}, {"traffic": REPLICAS}])
def test_a_new_version_in_place_of_the_one_that_serves_alone_moves_nothing(traffic: dict[str, Any]) -> None:
    cluster = ObedientCluster(a_world(a_release(**traffic)))
    cluster.until("Promoted", PASS)
    assert cluster.world.canary is not None
    cluster.world = replace(cluster.world, canary=replace(cluster.world.canary, version="V3"))

    plan = cluster.step(UNDECIDED)

    assert (plan.status.run, plan.actions, plan.status.reason) == (1, (), "NothingToCompare")
    assert f"Deployment '{V1}' has no replicas" in plan.status.message
    assert serving(cluster.world) == 4


@pytest.mark.parametrize(("written", "weights"), [([50, 100], [100]), ([5, 60, 100], [60, 100])])
def test_steps_written_anew_during_a_run_go_on_from_the_weight_in_force(written: list[int], weights: list[int]) -> None:
    steps = [{"weight": weight} for weight in (5, 10, 25, 50, 75, 100)]
    cluster = ObedientCluster(a_world(a_release(steps=steps)))
    while (cluster.world.status.phase, cluster.world.status.weight) != ("Analysing", 50):
        cluster.step(PASS)
    cluster.world = replace(cluster.world, release=a_release(steps=[{"weight": weight} for weight in written]))

    cluster.until("Promoted", PASS)

    assert [step.weight for step in cluster.world.run.steps][-len(weights) :] == weights
    assert cluster.world.route is not None
    assert cluster.world.route.weight == 100


def test_an_approval_is_given_though_the_steps_have_become_fewer() -> None:
    steps = [{"weight": 25}, {"weight": 50, "approval": True}, {"weight": 100}]
    cluster = ObedientCluster(a_world(a_release(steps=steps)))
    cluster.until("AwaitingApproval", PASS)
    cluster.world = replace(cluster.world, release=a_release(steps=[{"weight": 100}]))

    assert cluster.step(PASS, command=a_command(Verb.PROMOTE)).status.weight == 100


def test_behind_a_gateway_stable_may_grow_and_is_not_made_smaller_when_it_must_take_all() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    assert cluster.world.stable is not None
    cluster.world = replace(cluster.world, stable=replace(cluster.world.stable, desired=12, ready=12))

    cluster.step(PASS)
    assert cluster.world.canary is not None
    assert (cluster.world.status.weight, cluster.world.canary.desired) == (50, 6)
    cluster.until("RolledBack", FAIL)

    assert cluster.world.stable is not None
    assert cluster.world.stable.desired == 12


def test_a_rejected_version_that_comes_back_during_another_run_ends_it() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    cluster.until("RolledBack", FAIL)
    assert cluster.world.canary is not None
    fresh, again = (replace(cluster.world.canary, version=version) for version in ("V3", "V2"))
    cluster.world = replace(cluster.world, canary=fresh)
    cluster.until("Analysing", UNDECIDED)
    assert cluster.world.canary is not None
    cluster.world = replace(cluster.world, canary=replace(cluster.world.canary, version=again.version))

    plan = cluster.step(UNDECIDED)

    assert (plan.status.phase, plan.status.reason, plan.status.rejected) == ("Restoring", "Rejected", ("V2",))
    ended = cluster.until("RolledBack", UNDECIDED)
    assert (ended.run.outcome, ended.status.run) == ("aborted", 2)
    assert cluster.step(UNDECIDED).status.phase == "RolledBack"


def test_a_missing_deployment_is_named_and_waited_for() -> None:
    world = replace(a_world(), canary=None)

    plan = decide(world, Evidence(), PASS, 1000.0)

    assert plan.status.reason == "DeploymentMissing"
    assert V2 in plan.status.message
    assert plan.actions == ()


def test_a_deployment_that_goes_mid_run_is_waited_for_and_not_scaled() -> None:
    cluster = ObedientCluster(a_world())
    cluster.step(UNDECIDED)
    assert cluster.world.canary is not None
    cluster.world = replace(cluster.world, canary=None)

    plan = decide(cluster.world, Evidence(), UNDECIDED, cluster.now)

    assert (plan.status.phase, plan.status.reason, plan.actions) == ("Scaling", "DeploymentMissing", ())


def test_rolling_back_waits_for_a_ready_stable_then_takes_what_there_is() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    plan = cluster.step(FAIL)
    assert plan.status.phase == "Restoring"
    assert cluster.world.stable is not None
    cluster.world = replace(cluster.world, stable=replace(cluster.world.stable, ready=1))
    early = decide(cluster.world, Evidence(), FAIL, cluster.now)
    late = decide(cluster.world, Evidence(), FAIL, cluster.now + 60)

    assert early.status.phase == "Restoring"
    assert late.status.phase == "RollingBack"


@pytest.mark.parametrize(("ready", "phase"), [(1, "Restoring"), (2, "RollingBack")])
def test_where_harm_was_found_half_of_stable_must_do(ready: int, phase: str) -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    cluster.step(FAIL)
    assert cluster.world.stable is not None
    cluster.world = replace(cluster.world, stable=replace(cluster.world.stable, ready=ready))

    assert decide(cluster.world, Evidence(), FAIL, cluster.now).status.phase == phase


def test_without_harm_all_of_stable_is_waited_for() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    assert cluster.step(UNDECIDED, command=a_command(Verb.ABORT)).status.phase == "Restoring"
    assert cluster.world.stable is not None
    cluster.world = replace(cluster.world, stable=replace(cluster.world.stable, ready=3))

    assert decide(cluster.world, Evidence(), UNDECIDED, cluster.now).status.phase == "Restoring"


def test_nothing_is_asked_twice() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)

    plan = cluster.step(UNDECIDED)

    assert plan.actions == ()


def test_scale_actions_name_the_deployment() -> None:
    cluster = ObedientCluster(a_world())

    plan = cluster.step(UNDECIDED)

    assert plan.actions == (Scale(V2, 1),)
    assert Scale(V1, 4) not in plan.actions
