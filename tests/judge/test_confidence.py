from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from serinus.judge.confidence import (
    _best_at_difference,
    _best_at_odds,
    difference_interval,
    odds_interval,
    share_interval,
)
from serinus.judge.counts import Counts
from serinus.judge.ripr import log_likelihood

tables = st.tuples(st.integers(1, 300), st.integers(1, 300)).flatmap(
    lambda n: st.builds(Counts, st.just(n[0]), st.integers(0, n[0]), st.just(n[1]), st.integers(0, n[1]))
)


@settings(deadline=None)
@given(tables)
def test_the_estimate_lies_in_every_interval(table: Counts) -> None:
    for interval in (
        difference_interval((table, table), 0.01),
        odds_interval((table, table), 0.01),
        share_interval(table.canary_faults, table.canary, 0.01),
    ):
        assert interval.low <= interval.estimate <= interval.high


@settings(deadline=None)
@given(tables, st.floats(-0.9, 0.9))
def test_the_best_fit_at_a_difference_is_the_best(table: Counts, difference: float) -> None:
    low, high = max(0.0, -difference), min(1.0, 1 - difference)
    oracle = minimize_scalar(
        lambda p: -log_likelihood(table, min(max(p, 1e-12), 1 - 1e-12), min(max(p + difference, 1e-12), 1 - 1e-12)),
        bounds=(low, high),
        method="bounded",
    )
    assert _best_at_difference(table, difference) >= -float(oracle.fun) - 1e-3


@settings(deadline=None)
@given(tables, st.floats(-6, 6))
def test_the_best_fit_at_an_odds_ratio_is_the_best(table: Counts, log_odds: float) -> None:
    factor = float(np.exp(log_odds))

    def loss(stable: float) -> float:
        return -log_likelihood(table, stable, stable * factor / (1 - stable + stable * factor))

    oracle = minimize_scalar(loss, bounds=(1e-9, 1 - 1e-9), method="bounded")
    assert _best_at_odds(table, log_odds) >= -float(oracle.fun) - 1e-3


def covered_at_every_look(dice: np.random.Generator) -> bool:
    cells: list[Counts] = []
    for base, share in ((0.002, 0.1), (0.03, 0.5)):
        total = Counts()
        for _ in range(8):
            canary = int(dice.binomial(200, share))
            x1, x2 = int(dice.binomial(200 - canary, base)), int(dice.binomial(canary, base + 0.02))
            total += Counts(200 - canary, x1, canary, x2)
            interval = difference_interval((*cells, total), 0.01)
            if not interval.low <= 0.02 <= interval.high:
                return False
        cells.append(total)
    return True


def test_the_difference_is_covered_at_every_look_though_weight_and_base_rate_move() -> None:
    dice = np.random.default_rng(7)
    missed = sum(not covered_at_every_look(dice) for _ in range(150))
    assert missed <= 5  # P(more) = 0.4 % if each run misses with probability 1 %


def test_harm_that_began_late_is_measured_where_it_is() -> None:
    interval = difference_interval((Counts(20_000, 20, 20_000, 20), Counts(1_000, 1, 1_000, 100)), 0.01)
    assert interval.low < 0.099 < interval.high
    assert interval.low > 0.05


def test_intervals_shrink_with_evidence_and_grow_with_confidence() -> None:
    few, many = Counts(300, 3, 100, 5), Counts(3000, 30, 1000, 50)
    widths = [
        difference_interval((table,), alpha).high - difference_interval((table,), alpha).low
        for table, alpha in ((many, 0.05), (many, 0.01), (few, 0.01))
    ]
    assert widths == sorted(widths)


def test_nothing_faulted_bounds_the_difference_near_the_rule_of_three() -> None:
    interval = difference_interval((Counts(1500, 0, 500, 0),), 0.01)
    assert interval.estimate == 0
    assert 0.009 < interval.high < 0.014


def test_without_two_versions_everything_is_possible() -> None:
    interval = difference_interval((Counts(stable=10),), 0.01)
    assert (interval.low, interval.high) == (-1, 1)


def test_the_odds_ratio_is_found_where_it_is() -> None:
    interval = odds_interval((Counts(3000, 30, 1000, 50), Counts(1000, 11, 1000, 52)), 0.01)
    assert interval.low < 5 < interval.high
    assert interval.low > 2


def test_the_share_interval_is_the_inverted_mixture() -> None:
    interval = share_interval(0, 100, 0.01)
    assert interval.low == 0
    assert -100 * log(1 - interval.high) == pytest.approx(log(100) + 2.87, abs=0.02)
