from __future__ import annotations

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.counts import Counts
from serinus.judge.faults import components, harm, harmless
from serinus.judge.policy import DEFAULT_GATES, Gate, Margin
from tests.judge.enumeration import expectation

MARGINS = [Margin(), Margin(1.0, 0.01), Margin(1.1, 0.0), Margin(1.0, 0.0)]


@pytest.mark.parametrize("margin", MARGINS)
@pytest.mark.parametrize("base", [0.0001, 0.01, 0.3, 0.95])
@pytest.mark.parametrize("stable", [0.0, 0.001, 0.05, 0.5])
def test_no_bet_gains_on_average_while_the_canary_is_within_the_margin(
    margin: Margin, base: float, stable: float
) -> None:
    odds = margin.ratio * stable / (1 - stable)
    on_the_border = odds / (1 + odds) if margin.difference == 0 else margin.ratio * stable + margin.difference
    for place in range(components(margin)):
        for canary in (on_the_border, on_the_border / 3):
            mean = expectation(lambda t, g=place: exp(harm(t, base, margin)[g]), 4, 3, stable, canary)  # type: ignore[misc]
            assert mean <= 1 + 1e-9


@pytest.mark.parametrize("gate", DEFAULT_GATES)
@pytest.mark.parametrize("base", [0.0001, 0.01, 0.3])
@pytest.mark.parametrize("stable", [0.0, 0.01, 0.3])
def test_no_evidence_for_passing_while_the_canary_is_beyond_the_gate(gate: Gate, base: float, stable: float) -> None:
    for canary in (gate.ratio * stable + gate.difference, 0.9):
        assert expectation(lambda t: exp(harmless(t, base, gate)), 5, 4, stable, canary) <= 1 + 1e-9


@settings(deadline=None)
@given(
    st.integers(0, 40),
    st.integers(1, 40),
    st.integers(0, 20),
    st.floats(0.0001, 0.5),
    st.sampled_from(MARGINS),
    st.sampled_from(DEFAULT_GATES),
)
def test_one_more_canary_fault_never_speaks_for_the_canary(
    stable_faults: int, canary: int, canary_faults: int, base: float, margin: Margin, gate: Gate
) -> None:
    good = Counts(40, stable_faults, canary, min(canary_faults, canary - 1))
    bad = Counts(40, stable_faults, canary, good.canary_faults + 1)
    assert all(b >= g - 1e-9 for b, g in zip(harm(bad, base, margin), harm(good, base, margin), strict=True))
    assert harmless(bad, base, gate) <= harmless(good, base, gate) + 1e-9


@pytest.mark.parametrize("margin", MARGINS)
def test_there_are_as_many_bets_on_every_block(margin: Margin) -> None:
    for table in (Counts(), Counts(10, 10, 5, 5), Counts(10, 0, 0, 0), Counts(0, 0, 5, 5)):
        for base in (0.0001, 0.95):
            assert len(harm(table, base, margin)) == components(margin)


def test_a_gate_out_of_reach_says_nothing() -> None:
    assert harmless(Counts(10, 9, 10, 0), 0.9, Gate(100, 0.05)) == 0
