"""2a: scipy's Fisher noncentral hypergeometric is the oracle, enumeration the proof of honesty."""

from __future__ import annotations

from math import comb, exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nchypergeom_fisher

from serinus.judge.counts import Counts
from serinus.judge.hypergeometric import WORSE, log_es, log_normaliser
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


def test_a_block_without_faults_says_nothing() -> None:
    assert set(log_es(Counts(100, 0, 50, 0), 1.0)) == {0.0}


def test_large_blocks_do_not_overflow() -> None:
    table = Counts(100_000, 5_000, 100_000, 5_100)
    assert np.isfinite(log_normaliser(table, np.log(np.array([1.0, 200.0])))).all()
    assert all(np.isfinite(log_es(table, 1.0)))
