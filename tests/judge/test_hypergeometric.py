"""2a: scipy's Fisher noncentral hypergeometric is the oracle, enumeration the proof of honesty."""

from __future__ import annotations

from math import comb, exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nchypergeom_fisher

from serinus.judge.counts import Counts
from serinus.judge.hypergeometric import WORSE, log_boost, log_es, log_normaliser
from tests.judge.enumeration import expectation

tables = st.tuples(st.integers(1, 40), st.integers(1, 40)).flatmap(
    lambda n: st.builds(Counts, st.just(n[0]), st.integers(0, n[0]), st.just(n[1]), st.integers(0, n[1]))
)


@settings(deadline=None, max_examples=60)
@given(tables, st.sampled_from([1.0, 1.1, 1.5]))
def test_each_e_is_the_likelihood_ratio_of_the_conditional_law(table: Counts, tolerated: float) -> None:
    faults = table.stable_faults + table.canary_faults
    law = (table.stable + table.canary, table.canary, faults)
    null = float(nchypergeom_fisher.logpmf(table.canary_faults, *law, tolerated))
    for value, factor in zip(log_es(table, tolerated), WORSE, strict=True):
        oracle = float(nchypergeom_fisher.logpmf(table.canary_faults, *law, tolerated * factor)) - null
        assert value == pytest.approx(oracle, abs=1e-6)


@pytest.mark.parametrize("tolerated", [1.0, 1.2])
@pytest.mark.parametrize("stable", [0.01, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("lower", [1.0, 0.8, 0.1])
@pytest.mark.parametrize("requests", [(1, 1), (5, 2), (3, 6)])
def test_no_canary_within_the_odds_earns_evidence_against_itself(
    requests: tuple[int, int], lower: float, stable: float, tolerated: float
) -> None:
    odds = lower * tolerated * stable / (1 - stable)
    for place in range(len(WORSE)):
        mean = expectation(lambda t, g=place: exp(log_es(t, tolerated)[g]), *requests, stable, odds / (1 + odds))  # type: ignore[misc]
        assert mean <= 1 + 1e-9


def test_with_outcomes_fixed_a_random_assignment_alone_earns_nothing() -> None:
    faults, stable, canary = 4, 7, 3
    for place in range(len(WORSE)):
        mean = sum(
            comb(canary, x)
            * comb(stable, faults - x)
            / comb(stable + canary, faults)
            * exp(log_es(Counts(stable, faults - x, canary, x), 1.0)[place])
            for x in range(min(canary, faults) + 1)
        )
        assert mean == pytest.approx(1)


def weighed(table: Counts, tolerated: float, held: tuple[float, ...], most: float) -> float:
    """What everything is worth after the table, as a part of `most`, with the boost and never more than that."""
    wealth = 1 + sum(exp(one + e) for one, e in zip(held, log_es(table, tolerated), strict=True))
    return min(exp(log_boost(table, tolerated, held, 0.0, log(most))) * wealth / most, 1.0)


@pytest.mark.parametrize("held", [-3.0, 0.0, 1.0])
@pytest.mark.parametrize("tolerated", [1.0, 1.2])
@pytest.mark.parametrize("stable", [0.01, 0.2, 0.7])
@pytest.mark.parametrize("requests", [(1, 1), (5, 2), (4, 5)])
def test_what_a_boost_lends_is_paid_by_what_would_overshoot(
    requests: tuple[int, int], stable: float, tolerated: float, held: float
) -> None:
    bets = tuple(held - place / 9 for place in range(len(WORSE)))
    now = 1 + sum(map(exp, bets))
    for most in (1.3 * now, 3.0 * now):
        for lower in (1.0, 0.7, 0.1):
            odds = lower * tolerated * stable / (1 - stable)
            mean = expectation(
                lambda t, m=most: weighed(t, tolerated, bets, m),  # type: ignore[misc]
                *requests,
                stable,
                odds / (1 + odds),
            )
            assert mean <= now / most + 1e-9


@settings(deadline=None, max_examples=60)
@given(tables, st.floats(1.01, 50.0))
def test_a_boost_takes_nothing_and_leaves_nothing_over(table: Counts, times: float) -> None:
    faults, bets = table.stable_faults + table.canary_faults, (0.0,) * len(WORSE)
    now = 1.0 + len(WORSE)
    law = nchypergeom_fisher(table.requests, table.canary, faults, 1.0)
    possible = range(max(0, faults - table.stable), min(faults, table.canary) + 1)
    assert log_boost(table, 1.0, bets, 0.0, log(times * now)) >= 0
    mean = sum(
        float(law.pmf(x)) * weighed(Counts(table.stable, faults - x, table.canary, x), 1.0, bets, times * now)
        for x in possible
    )
    assert mean == pytest.approx(1 / times)


def test_beyond_the_threshold_and_without_faults_nothing_is_lent() -> None:
    bets = (0.0,) * len(WORSE)
    assert log_boost(Counts(10, 1, 10, 5), 1.0, bets, 0.0, log(2.0)) == 0
    assert log_boost(Counts(10, 0, 10, 0), 1.0, bets, 0.0, log(20.0)) == 0


def test_a_block_without_faults_says_nothing() -> None:
    assert set(log_es(Counts(100, 0, 50, 0), 1.0)) == {0.0}


def test_large_blocks_do_not_overflow() -> None:
    table = Counts(100_000, 5_000, 100_000, 5_100)
    assert np.isfinite(log_normaliser(table, np.log(np.array([1.0, 200.0])))).all()
    assert all(np.isfinite(log_es(table, 1.0)))
    assert np.isfinite(log_boost(table, 1.0, (0.0,) * len(WORSE), -600.0, log(160.0)))
