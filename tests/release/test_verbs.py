from __future__ import annotations

import pytest

from serinus.release.status import Phase, Status
from serinus.release.transitions import AT_REST, IN_RUN
from serinus.release.verbs import GOES_BACK, unfit
from serinus.release.world import Verb

STEERS = (Verb.PROMOTE, Verb.PAUSE, Verb.RESUME, Verb.ABORT)


@pytest.mark.parametrize("phase", IN_RUN)
def test_a_run_can_always_be_aborted(phase: Phase) -> None:
    assert unfit(Status(phase=phase), Verb.ABORT) == ""


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in IN_RUN])
@pytest.mark.parametrize("verb", STEERS)
def test_where_no_run_goes_on_nothing_is_steered(phase: Phase, verb: Verb) -> None:
    assert unfit(Status(phase=phase), verb) != ""


@pytest.mark.parametrize(
    ("phase", "verb", "why"),
    [
        (Phase.IDLE, Verb.ABORT, "no run is going on"),
        (Phase.PROMOTED, Verb.ABORT, "the run is over; there is nothing to abort"),
        (Phase.PROMOTED, Verb.RETRY, "the run is over; there is nothing to retry"),
        (Phase.ROLLED_BACK, Verb.PAUSE, "the run is over; there is nothing to pause"),
        (Phase.RETIRING, Verb.ABORT, "all traffic is on the canary for good; there is nothing to abort"),
        (Phase.ROLLING_BACK, Verb.ABORT, "it is being rolled back"),
        (Phase.DRAINING, Verb.RETRY, "it is being rolled back; when it has been, the version can be retried"),
        (Phase.SCALING, Verb.PROMOTE, "25 % is not in force yet; when it is, the step can be promoted"),
        (Phase.BAKING, Verb.PROMOTE, "all traffic is on the canary already"),
        (Phase.ANALYSING, Verb.RESUME, "it is not paused"),
        (Phase.ANALYSING, Verb.RETRY, "nothing was rolled back or is held"),
    ],
)
def test_it_says_why_not(phase: Phase, verb: Verb, why: str) -> None:
    assert unfit(Status(phase=phase, weight=25), verb) == why


def test_all_steps_left_can_be_skipped_before_the_step_is_judged() -> None:
    assert unfit(Status(phase=Phase.SCALING), Verb.PROMOTE, full=True) == ""


def test_retry_is_for_what_was_rolled_back_or_is_held() -> None:
    assert unfit(Status(phase=Phase.ROLLED_BACK), Verb.RETRY) == ""
    assert unfit(Status(phase=Phase.ANALYSING, held=True), Verb.RETRY) == ""
    assert all(unfit(Status(phase=phase), Verb.RETRY) for phase in (*GOES_BACK, Phase.IDLE, Phase.PROMOTED))


def test_every_phase_is_in_a_run_at_rest_going_back_or_retiring() -> None:
    assert {*IN_RUN, *AT_REST, *GOES_BACK, Phase.RETIRING} == set(Phase)
