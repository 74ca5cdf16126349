from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.release.capacity import capacity
from serinus.release.spec import Gateway, Replicas, Traffic

GATEWAY = Traffic(gateway=Gateway("route"))
REPLICAS = Traffic(replicas=Replicas("service"))


@pytest.mark.parametrize(("weight", "stable", "canary"), [(0, 4, 0), (25, 3, 1), (50, 2, 2), (75, 1, 3), (100, 0, 4)])
def test_four_replicas_follow_the_published_table(weight: int, stable: int, canary: int) -> None:
    plan = capacity(REPLICAS, weight, 4)

    assert (plan.stable, plan.canary, plan.weight) == (stable, canary, float(weight))


@settings(deadline=None)
@given(weight=st.integers(1, 99), total=st.integers(2, 200))
def test_between_0_and_100_percent_neither_side_is_ever_empty(weight: int, total: int) -> None:
    plan = capacity(REPLICAS, weight, total)

    assert 0 < plan.canary < total
    assert plan.stable + plan.canary == total


@settings(deadline=None)
@given(weight=st.integers(1, 99), total=st.integers(2, 200))
def test_no_other_ratio_is_nearer_to_the_weight(weight: int, total: int) -> None:
    plan = capacity(REPLICAS, weight, total)

    nearest = min(abs(100 * pods / total - weight) for pods in range(1, total))
    assert abs(plan.weight - weight) == pytest.approx(nearest)


@settings(deadline=None)
@given(weight=st.integers(0, 100), size=st.integers(1, 200))
def test_a_gateway_gives_any_percent_and_stable_keeps_its_size(weight: int, size: int) -> None:
    plan = capacity(GATEWAY, weight, size)

    assert plan.weight == weight
    assert plan.stable == size
    assert plan.canary >= size * weight / 100
    assert (plan.canary == 0) == (weight == 0)


@pytest.mark.parametrize("weight", [0, 50, 100])
def test_before_a_run_has_a_size_nothing_is_asked_for(weight: int) -> None:
    assert capacity(REPLICAS, weight, 0).canary == 0
