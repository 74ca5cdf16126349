from __future__ import annotations

from statistics import median

import pytest
from bench.judge_streams import Case, always, equal, stream

from serinus.errors import InvalidInput
from serinus.judge.evidence import Evidence
from serinus.judge.judge import Stage, judge
from serinus.judge.metrics import TAIL
from serinus.judge.observation import Window
from serinus.judge.planning import Traffic, plan
from serinus.judge.policy import Gate, Policy, Slower
from serinus.judge.verdict import VerdictOutcome

WEIGHTS = (5, 25, 50, 100)


def test_more_weight_finds_the_same_harm_sooner_and_grosser_harm_sooner_still() -> None:
    found = plan(WEIGHTS, Policy(), Traffic(100.0, 0.001), 1800)
    times = [step.harm[2].seconds for step in found.steps[:3]]
    assert [harm.share for harm in found.steps[0].harm] == pytest.approx([0.002, 0.005, 0.01, 0.1])
    assert times == sorted(times, reverse=True)  # type: ignore[type-var]
    for step in found.steps[:3]:
        sizes = [harm.seconds for harm in step.harm]
        assert sizes == sorted(sizes, reverse=True)  # type: ignore[type-var]
    assert found.warnings == ()


def test_ten_times_the_faults_at_half_the_traffic_take_about_what_the_judge_was_measured_to_take() -> None:
    (step,) = plan((50,), Policy(), Traffic(100.0, 0.001), 1800).steps
    assert step.harm[2].seconds is not None
    assert 25 < step.harm[2].seconds < 60


def test_at_full_weight_nothing_is_compared() -> None:
    step = plan(WEIGHTS, Policy(), Traffic(100.0, 0.001), 1800).steps[-1]
    assert all(harm.seconds is None for harm in step.harm)
    assert step.canary_requests == 50


def test_twice_the_traffic_takes_half_the_time_and_as_many_traces() -> None:
    one, two = (plan(WEIGHTS, Policy(warm_up=0.0), Traffic(rate, 0.001), 1800) for rate in (100.0, 200.0))
    assert one.total_s == pytest.approx(2 * (two.total_s or 0))
    assert one.traces == two.traces
    assert one.dollars == pytest.approx((one.traces or 0) * 5.5e-6)


def test_a_step_takes_its_least_time_where_the_evidence_is_enough_sooner() -> None:
    asked = (plan(WEIGHTS, Policy(), Traffic(100.0, 0.001), 1800, times) for times in ((), (0.0, 600.0, 0.0, 60.0)))
    free, bound = ([step.passes_s for step in found.steps] for found in asked)
    assert (bound[0], bound[1], bound[3]) == (free[0], 600.0, 60.0)
    assert bound[2] == 1.0  # what the long step has shown is carried on


def test_thin_traffic_is_said_before_the_run() -> None:
    found = plan((25,), Policy(), Traffic(0.1, 0.001), 1800)
    assert "too thin" in found.warnings[0]
    assert "25 %: needs" in found.warnings[0]


def test_a_step_takes_as_long_as_the_judge_needs_for_faults_and_tail_together() -> None:
    (step,) = plan((50,), Policy(), Traffic(40.0, 0.001, 0.125, 0.4), 1800).steps
    assert step.passes_s is not None
    assert median(passed(seed) for seed in range(9)) == pytest.approx(step.passes_s, rel=0.4)


def passed(seed: int) -> float:
    """Seconds until the judge lets sound versions through a step at 50 %, at 40 requests a second."""
    case = Case("", always(0.001), always(0.001), always(0.5), 40.0, 10.0, slowing=equal)
    evidence = Evidence()
    for block in stream(case, seed):
        evidence, verdict = judge(evidence, Window((block,), block.end), Policy(), Stage(50, 0.0))
        if verdict.outcome is VerdictOutcome.PASS:
            return block.end
    return 600.0


def test_heavier_tails_take_longer_and_say_so() -> None:
    light, heavy = (plan((50,), Policy(), Traffic(100.0, 0.0, 0.1, p99), 1800).steps[0] for p99 in (0.2, 1.5))
    assert (light.longest, heavy.longest) == (TAIL, TAIL)
    assert heavy.passes_s is not None
    assert light.passes_s is not None
    assert heavy.passes_s > 2 * light.passes_s


def test_what_one_step_has_shown_the_next_need_not_show_again() -> None:
    alone = plan((75,), Policy(), Traffic(100.0, 0.001), 1800).steps[0]
    second = plan((50, 75), Policy(), Traffic(100.0, 0.001), 1800).steps[1]
    assert second.canary_requests == Policy().min_requests < (alone.canary_requests or 0)


def test_where_nothing_is_tolerated_no_tail_can_be_shown_and_the_plan_says_so() -> None:
    found = plan((50,), Policy(slower=Slower(1.0, 0.0)), Traffic(100.0, 0.001), 1800)
    assert (found.steps[0].passes_s, found.total_s) == (None, None)
    assert "leave no room to show the slowest requests" in found.warnings[0]


def test_a_named_quantile_is_to_be_shown_as_well() -> None:
    plain, asked = (
        plan((50,), Policy(latency=named), Traffic(100.0, 0.0), 1800).steps[0] for named in ({}, {"p99.9": 1.2})
    )
    assert asked.longest == "p99.9"
    assert (asked.passes_s or 0) > 5 * (plain.passes_s or 0)


def test_a_gate_out_of_reach_is_said_before_the_run() -> None:
    found = plan((25,), Policy(gates=(Gate(100, 0.5),)), Traffic(10.0, 0.5), 1800)
    assert (found.steps[0].passes_s, found.total_s, found.traces) == (None, None, None)
    assert "no room" in found.warnings[0]


@pytest.mark.parametrize(
    ("traffic", "field"),
    [
        (Traffic(0, 0.1), "rps"),
        (Traffic(float("nan"), 0.1), "rps"),
        (Traffic(1, 1.0), "faultRate"),
        (Traffic(1, 0.1, 0.3, 0.3), "p99"),
        (Traffic(1, 0.1, 0.0), "p99"),
    ],
)
def test_traffic_that_is_none_is_refused(traffic: Traffic, field: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{field}"):
        plan(WEIGHTS, Policy(), traffic, 1800)
