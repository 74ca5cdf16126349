from __future__ import annotations

from msgspec.structs import replace

from serinus.release.world import Route, Verb
from tests.release.builders import FAIL, PASS, UNDECIDED, ObedientCluster, a_command, a_release, a_world


def test_waiting_for_pods_says_how_many_are_missing_and_what_they_complain_of() -> None:
    cluster = ObedientCluster(a_world())
    cluster.canary_ready = False
    cluster.step(PASS)
    assert cluster.world.canary is not None
    cluster.world = replace(cluster.world, canary=replace(cluster.world.canary, message="exit code 3"))

    plan = cluster.step(PASS)

    assert plan.status.message == "0 of 1 canary pods are ready. exit code 3"


def test_waiting_for_the_router_says_what_it_reports() -> None:
    cluster = ObedientCluster(a_world())
    cluster.route_obeys = False
    cluster.step(PASS)
    cluster.world = replace(cluster.world, route=Route(10.0))

    plan = cluster.step(PASS)

    assert plan.status.message == "The router reports 10 %, asked for 25 %."


def test_the_cause_stays_in_view_until_the_roll_back_is_over() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)

    cluster.until("RolledBack", FAIL)

    for _ in range(3):
        assert cluster.step(PASS).status.message == FAIL.sentence


def test_while_judging_the_verdict_speaks() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)

    plan = cluster.step(UNDECIDED)

    assert (plan.status.reason, plan.status.message) == ("Undecided", UNDECIDED.sentence)


def test_a_step_that_lasts_though_the_evidence_is_enough_says_why() -> None:
    steps = [{"weight": 25, "minTime": "5m"}, {"weight": 100}]
    cluster = ObedientCluster(a_world(a_release(steps=steps)))
    cluster.until("Analysing", UNDECIDED)

    plan = cluster.step(PASS)

    assert (plan.status.phase, plan.status.reason) == ("Analysing", str(PASS.reason))
    assert plan.status.message == f"{PASS.sentence} The step lasts 5m at least."
    assert cluster.step(UNDECIDED).status.message == UNDECIDED.sentence


def test_a_pause_is_said_at_once() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)

    assert cluster.step(UNDECIDED, command=a_command(Verb.PAUSE)).status.reason == "Paused"
