from __future__ import annotations

import pytest
from msgspec.structs import replace

from serinus.release.run import Counts
from serinus.release.world import Route, Verb
from tests.release.builders import FAIL, PASS, REPLICAS, UNDECIDED, ObedientCluster, a_command, a_release, a_world


def test_weights_are_logged_with_the_moment_they_came_into_force() -> None:
    cluster = ObedientCluster(a_world())

    cluster.until("Promoted", PASS)

    log = cluster.world.run.weights
    assert [change.weight for change in log] == [0.0, 0.25, 0.5, 1.0]
    assert all(change.confirmed_at is not None and change.confirmed_at >= change.at for change in log)
    assert [change.at for change in log] == sorted(change.at for change in log)


def test_replicas_move_traffic_from_the_moment_they_are_scaled() -> None:
    by_weight, by_replicas = ObedientCluster(a_world()), ObedientCluster(a_world(a_release(traffic=REPLICAS)))

    by_weight.step(UNDECIDED)
    by_replicas.step(UNDECIDED)

    assert len(by_weight.world.run.weights) == 1
    assert [change.weight for change in by_replicas.world.run.weights] == [0.0, 0.25]
    assert by_replicas.world.run.weights[-1].confirmed_at is None


def test_a_step_keeps_what_was_applied_measured_and_counted_by_the_router() -> None:
    cluster = ObedientCluster(a_world())
    cluster.world = replace(cluster.world, route=Route(0.0, Counts(100, 0)))
    cluster.until("Analysing", UNDECIDED)
    cluster.world = replace(cluster.world, route=Route(25.0, Counts(400, 100)))

    cluster.step(UNDECIDED)

    step = cluster.world.run.steps[-1]
    assert step.applied == 25.0
    assert step.routed == Counts(300, 100)
    assert step.measured == UNDECIDED.split


def test_a_step_that_passes_at_its_first_look_keeps_what_that_look_measured() -> None:
    cluster = ObedientCluster(a_world())

    cluster.until("Promoted", PASS)

    assert [step.measured for step in cluster.world.run.steps] == [PASS.split] * 3


def test_a_restarted_router_counts_from_zero_and_nothing_false_is_recorded() -> None:
    cluster = ObedientCluster(a_world())
    cluster.world = replace(cluster.world, route=Route(0.0, Counts(100, 0)))
    cluster.until("Analysing", UNDECIDED)
    cluster.world = replace(cluster.world, route=Route(25.0, Counts(3, 1)))

    cluster.step(UNDECIDED)

    assert cluster.world.run.steps[-1].routed is None


def test_each_step_is_closed_when_the_next_begins() -> None:
    cluster = ObedientCluster(a_world())

    cluster.until("Promoted", PASS)

    steps = cluster.world.run.steps
    assert [step.left for step in steps[:-1]] == [step.entered for step in steps[1:]]
    assert steps[-1].left == cluster.world.run.ended


@pytest.mark.parametrize("verb", [Verb.PAUSE, Verb.PROMOTE, Verb.ABORT])
def test_the_timeline_tells_who_asked_for_what_and_why(verb: Verb) -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    cluster.step(UNDECIDED, command=a_command(verb))

    entry = cluster.world.run.timeline[-1]
    assert (entry.by, entry.asked) == ("ana", f"{verb}: because")
    assert {(one.by, one.asked) for one in cluster.world.run.timeline[:-1]} == {("serinus", "")}


@pytest.mark.parametrize("verb", list(Verb))
def test_a_command_that_changed_nothing_is_not_credited_with_what_the_controller_did(verb: Verb) -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("RollingBack", FAIL)

    plan = cluster.step(UNDECIDED, command=a_command(verb))

    assert (plan.status.phase, plan.status.answered) == ("Draining", "1")
    assert {(one.by, one.asked) for one in plan.run.timeline} == {("serinus", "")}


def test_a_pause_that_comes_with_the_harm_is_not_credited_with_the_roll_back() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)

    plan = cluster.step(FAIL, command=a_command(Verb.PAUSE))

    assert (plan.status.phase, plan.status.paused) == ("Restoring", False)
    assert plan.run.timeline[-1].by == "serinus"


def test_a_retry_of_a_held_step_is_kept_though_phase_and_reason_stay() -> None:
    cluster = ObedientCluster(a_world(a_release(analysis={"maxTime": "5s"})))
    cluster.until("Analysing", UNDECIDED)
    for _ in range(10):
        cluster.step(UNDECIDED)

    plan = cluster.step(UNDECIDED, command=a_command(Verb.RETRY))

    assert not plan.status.held
    assert (plan.run.timeline[-1].reason, plan.run.timeline[-1].asked) == ("Undecided", "retry: because")


def test_nothing_new_adds_no_line() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    before = len(cluster.world.run.timeline)

    for _ in range(10):
        cluster.step(UNDECIDED)

    assert len(cluster.world.run.timeline) <= before + 1


def test_the_record_says_when_a_run_ended_and_keeps_the_verdict() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)

    plan = cluster.until("RolledBack", FAIL)

    assert plan.run.ended is not None
    assert plan.run.verdict == FAIL


@pytest.mark.parametrize("passes", [1, 2, 3])
def test_a_new_version_is_asked_its_own_weight_whatever_phase_it_comes_in(passes: int) -> None:
    """By replicas the phase may be Scaling before and after: the change of weight is noted all the same."""
    cluster = ObedientCluster(a_world(a_release(traffic=REPLICAS)))
    cluster.canary_ready = False
    for _ in range(passes):
        cluster.step(UNDECIDED)
    assert cluster.world.canary is not None
    cluster.world = replace(cluster.world, canary=replace(cluster.world.canary, version="V3"))
    cluster.canary_ready = True

    cluster.until("Analysing", UNDECIDED)

    run = cluster.world.run
    assert run.number == 2
    assert run.weights[-1].weight == 0.25
    assert run.weights[-1].confirmed_at is not None


def test_a_step_skipped_while_scaling_is_a_change_of_weight() -> None:
    cluster = ObedientCluster(a_world(a_release(traffic=REPLICAS)))
    cluster.step(UNDECIDED)

    cluster.step(UNDECIDED, command=a_command(Verb.PROMOTE, full=True))

    assert [change.weight for change in cluster.world.run.weights] == [0.0, 0.25, 1.0]
