from __future__ import annotations

import pytest

from serinus.errors import InvalidInput
from serinus.judge.planning import Traffic, plan
from serinus.judge.policy import Gate, Policy

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
    one, two = (plan(WEIGHTS, Policy(), Traffic(rate, 0.001), 1800) for rate in (10.0, 20.0))
    assert one.total_s == pytest.approx(2 * (two.total_s or 0))
    assert one.traces == two.traces
    assert one.dollars == pytest.approx((one.traces or 0) * 5.5e-6)


def test_thin_traffic_is_said_before_the_run() -> None:
    found = plan((25,), Policy(), Traffic(0.1, 0.001), 1800)
    assert "too thin" in found.warnings[0]
    assert "25 %: needs" in found.warnings[0]


def test_a_gate_out_of_reach_is_said_before_the_run() -> None:
    found = plan((25,), Policy(gates=(Gate(100, 0.5),)), Traffic(10.0, 0.5), 1800)
    assert (found.steps[0].passes_s, found.total_s, found.traces) == (None, None, None)
    assert "no room" in found.warnings[0]


@pytest.mark.parametrize(
    ("rate", "share", "field"), [(0, 0.1, "rps"), (float("nan"), 0.1, "rps"), (1, 1.0, "faultRate")]
)
def test_traffic_that_is_none_is_refused(rate: float, share: float, field: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{field}"):
        plan(WEIGHTS, Policy(), Traffic(rate, share), 1800)
