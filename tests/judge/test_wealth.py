from __future__ import annotations

from itertools import product
from math import exp, inf, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.wealth import bet, log_sum, opening, plain

moves = st.lists(
    st.tuples(
        st.floats(0, 900), st.sampled_from([None, 0.05, 0.5]), st.lists(st.floats(-5, 5), min_size=3, max_size=3)
    ),
    max_size=8,
)


@settings(deadline=None)
@given(moves)
def test_investing_moves_money_and_makes_none(steps: list[tuple[float, float | None, list[float]]]) -> None:
    wealth, at = opening(3), 0.0
    for later, weight, _ in steps:
        at += later
        wealth = bet(wealth, (0.0, 0.0, 0.0), at, weight)
    assert wealth.log_e == pytest.approx(0, abs=1e-9)


def test_fair_bets_leave_the_expected_wealth_at_one() -> None:
    fair = (0.5, 1.5)
    ends = []
    for tosses in product(fair, repeat=6):
        wealth = opening(2)
        for number, toss in enumerate(tosses):
            wealth = bet(wealth, (log(toss), log(2 - toss)), 100.0 * number, 0.05 if number < 3 else 0.1)
        ends.append(exp(wealth.log_e))
    assert sum(ends) / len(ends) == pytest.approx(1)


def test_cash_lets_late_harm_be_found_after_long_losses() -> None:
    wealth = opening(1)
    for number in range(360):
        wealth = bet(wealth, (-1.0,), 5.0 * number, 0.5)
    needed = 0
    while wealth.log_e < log(100):
        needed += 1
        wealth = bet(wealth, (1.0,), 1800.0 + 5.0 * needed, 0.5)
    assert needed <= 15


def test_a_step_invests_a_quarter_of_the_cash() -> None:
    before = bet(opening(1), (0.0,), 0.0, 0.05)
    assert bet(before, (0.0,), 0.0, 0.1).cash == pytest.approx(0.75 * before.cash)
    assert bet(before, (0.0,), 0.0, None).cash == before.cash


def test_numbers_stay_finite() -> None:
    assert log_sum((-inf, -inf)) == -inf
    assert log_sum((1000.0, 1000.0)) == pytest.approx(1000 + log(2))
    assert plain(1e6) < inf
