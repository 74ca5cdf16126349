from __future__ import annotations

import pytest
from msgspec.structs import replace

from serinus.judge.verdict import Verdict
from serinus.release.events import occurred
from serinus.release.status import Phase, Status
from serinus.release.transitions import Event
from serinus.release.world import Verb, World
from tests.release.builders import ERROR, FAIL, PASS, UNDECIDED, a_command, a_release, a_world

NOW = 1000.0


def analysing(*, max_time: str = "1h", on_timeout: str = "hold", since: float = NOW - 30) -> World:
    release = a_release(analysis={"maxTime": max_time, "onTimeout": on_timeout})
    status = Status(phase=Phase.ANALYSING, run=1, weight=25, size=4, since=since, canary_version="V2")
    return replace(a_world(release), status=status)


@pytest.mark.parametrize(
    ("verdict", "event"),
    [
        (PASS, Event.STEP_PASSED),
        (FAIL, Event.HARM_FOUND),
        (UNDECIDED, Event.NOTHING),
        (ERROR, Event.NOTHING),
    ],
)
def test_a_verdict_is_an_event_of_its_own(verdict: Verdict, event: Event) -> None:
    assert occurred(analysing(), verdict, NOW) is event


def test_a_step_lasts_its_least_time_however_soon_the_evidence_is_enough() -> None:
    steps = [{"weight": 25, "minTime": "5m"}, {"weight": 100}]
    status = Status(phase=Phase.ANALYSING, run=1, weight=25, size=4, since=NOW, judged_since=NOW, canary_version="V2")
    world = replace(a_world(a_release(steps=steps)), status=status)

    assert occurred(world, PASS, NOW + 299) is Event.NOTHING
    assert occurred(world, FAIL, NOW + 1) is Event.HARM_FOUND
    assert occurred(world, PASS, NOW + 300) is Event.STEP_PASSED
    assert occurred(world, UNDECIDED, NOW + 301) is Event.NOTHING
    asked = replace(world, command=a_command(Verb.PROMOTE))
    assert occurred(asked, UNDECIDED, NOW + 1) is Event.STEP_PASSED


@pytest.mark.parametrize(
    ("written", "event"),
    [
        ([50, 100], Event.STEP_PASSED),
        ([5, 100], Event.STEP_PASSED),
        ([5, 10, 25, 50, 75, 100], Event.STEP_PASSED),
        ([100], Event.STEP_PASSED),
    ],
)
def test_steps_that_are_written_anew_during_a_run_never_make_less_than_all_the_traffic_the_last_step(
    written: list[int], event: Event
) -> None:
    status = Status(phase=Phase.ANALYSING, run=1, step=3, weight=50, size=4, canary_version="V2")
    world = replace(a_world(a_release(steps=[{"weight": weight} for weight in written])), status=status)

    assert occurred(world, PASS, NOW) is event
    assert occurred(replace(world, status=replace(status, weight=100)), PASS, NOW) is Event.LAST_STEP_PASSED


def test_the_deadline_comes_before_everything_when_it_rolls_back() -> None:
    late = analysing(max_time="10s", on_timeout="rollBack")

    assert occurred(late, PASS, NOW) is Event.DEADLINE_EXCEEDED
    assert occurred(replace(late, command=a_command(Verb.PROMOTE)), PASS, NOW) is Event.DEADLINE_EXCEEDED


def test_a_persons_abort_comes_before_a_pass() -> None:
    assert occurred(replace(analysing(), command=a_command(Verb.ABORT)), PASS, NOW) is Event.ABORTED


def test_a_command_counts_once() -> None:
    world = analysing()
    answered = replace(world, status=replace(world.status, answered="1"), command=a_command(Verb.ABORT))

    assert occurred(answered, UNDECIDED, NOW) is Event.NOTHING


@pytest.mark.parametrize("verb", list(Verb))
def test_commands_at_rest_do_nothing_but_retry(verb: Verb) -> None:
    idle = replace(a_world(), status=Status(phase=Phase.ROLLED_BACK, rejected=("V2",)), command=a_command(verb))

    expected = Event.RETRIED if verb is Verb.RETRY else Event.NOTHING
    assert occurred(idle, PASS, NOW) is expected


def test_the_version_that_stable_runs_is_no_news() -> None:
    world = a_world()
    assert world.canary is not None

    assert occurred(replace(world, canary=replace(world.canary, version="V1")), PASS, NOW) is Event.NOTHING
