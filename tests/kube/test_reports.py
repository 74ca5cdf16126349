"""What a pass writes: status, record, event."""

from __future__ import annotations

from msgspec.structs import replace

from serinus.judge.judge import Evidence
from serinus.judge.verdict import Split
from serinus.kube import reports
from serinus.release.decide import decide
from serinus.release.status import Phase
from tests.release.builders import FAIL, UNDECIDED, a_world


def test_the_columns_of_kubectl_are_filled() -> None:
    world = a_world()
    status = reports.status(world, decide(world, Evidence(), UNDECIDED, 1000.0), [], 7)
    assert status["phase"] == "Scaling"
    assert status["progress"] == "1/3"
    assert status["weight"] == 25
    assert status["verdict"] == ""
    assert status["runName"] == "notification-1"
    assert status["observedGeneration"] == 7


def test_the_measured_share_is_shown_with_its_interval() -> None:
    assert reports.measured(Split(0.25, 0.248, 0.21, 0.29, 400, 0.1, True)) == "24.8 % (21.0–29.0)"
    assert reports.measured(None) == ""


def test_an_event_warns_of_harm_with_the_traces_that_show_it() -> None:
    world = a_world()
    status = replace(world.status, phase=Phase.ANALYSING, run=1, canary_version="V2", size=4)
    world = replace(world, status=status)
    verdict = replace(FAIL, examples=("1-a", "1-b"))
    plan = decide(world, Evidence(), verdict, 1000.0)
    event = reports.event(world, plan, "0123456789", 1000.0)
    assert (event["type"], event["reason"]) == ("Warning", "Restoring")
    assert event["message"].endswith("Traces: 1-a, 1-b.")
    assert reports.event(world, plan, "0123456789", 2000.0)["metadata"] == event["metadata"]


def test_only_a_change_that_people_should_hear_of_is_a_transition() -> None:
    world = a_world()
    plan = decide(world, Evidence(), UNDECIDED, 1000.0)
    assert reports.transition(world.status, plan)
    assert not reports.transition(plan.status, plan)
    assert not reports.transition(replace(plan.status, message="other"), plan)
    assert reports.transition(replace(plan.status, paused=True), plan)
