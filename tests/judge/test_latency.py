from __future__ import annotations

from collections import Counter
from itertools import product
from math import exp, log, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.arms import BIN_WIDTH
from serinus.judge.counts import Counts
from serinus.judge.histogram import Reference
from serinus.judge.latency import beyond_at_most, components, harm, keeps_up, levels, passing, prior, tails
from serinus.judge.policy import Gate, Policy, Slower
from tests.judge.enumeration import expectation

STRICT = Policy(slower=Slower(1.0, 0.0))
REFERENCE = Reference({-20: 50.0, -10: 40.0, 0: 9.0, 5: 1.0})
SPEEDS = (-100, -50, 0, 30)


def histogram(draws: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(Counter(draws).items()))


def expected(stable: tuple[float, ...], canary: tuple[float, ...], requests: tuple[int, int]) -> np.ndarray:
    """E[e] of each bet over everything that so many requests can do; laws over SPEEDS."""
    total = np.zeros(components(STRICT))
    for slow in product(range(4), repeat=requests[0]):
        for seen in product(range(4), repeat=requests[1]):
            likely = prod(stable[place] for place in slow) * prod(canary[place] for place in seen)
            one, other = (histogram(tuple(SPEEDS[place] for place in draws)) for draws in (slow, seen))
            total += likely * np.exp(harm(one, other, REFERENCE, STRICT))
    return total


@pytest.mark.parametrize("requests", [(1, 1), (2, 1), (1, 2), (3, 1), (4, 1)])
@pytest.mark.parametrize(
    ("stable", "canary"),
    [
        ((0.4, 0.3, 0.2, 0.1), (0.4, 0.3, 0.2, 0.1)),
        ((0.1, 0.1, 0.2, 0.6), (0.4, 0.3, 0.2, 0.1)),
        ((0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 1.0)),
    ],
)
def test_no_bet_gains_on_average_while_the_canary_is_not_slower(
    stable: tuple[float, ...], canary: tuple[float, ...], requests: tuple[int, int]
) -> None:
    assert expected(stable, canary, requests).max() <= 1 + 1e-9


def test_the_prior_spreads_everything_over_all_bets() -> None:
    assert len(prior(STRICT)) == components(STRICT)
    assert sum(prior(STRICT)) == pytest.approx(1)


def test_nothing_is_bet_before_stable_is_known_or_without_both_versions() -> None:
    some = ((0, 3),)
    for stable, canary, known in ((some, (), REFERENCE), ((), some, REFERENCE), (some, some, None)):
        assert set(harm(stable, canary, known, STRICT)) == {0.0}
    assert set(harm(some, some, Reference({0: 3.0}), STRICT)) == {0.0}


@settings(deadline=None)
@given(st.floats(1.0, 2.0), st.floats(0.0, 0.05), st.integers(-300, 100))
def test_what_is_tolerated_never_speaks_against_the_canary(ratio: float, difference: float, fast: int) -> None:
    policy = Policy(slower=Slower(ratio, difference))
    slow = int(np.floor(log(exp(fast * BIN_WIDTH) * ratio + difference) / BIN_WIDTH + 1e-9))
    same = harm(((fast, 40),), ((fast, 10),), REFERENCE, policy)
    tolerated = harm(((fast, 40),), ((slow, 10),), REFERENCE, policy)
    strict = harm(((fast, 40),), ((fast, 10),), REFERENCE, STRICT)
    assert max(tolerated) <= max(strict) + 1e-9
    assert all(a <= b + 1e-9 for a, b in zip(same, strict, strict=True))


def test_a_slower_canary_is_found_by_its_body_its_tail_or_a_threshold() -> None:
    calm, late = ((-20, 200),), ((-20, 180), (20, 20))
    assert max(harm(calm, late, REFERENCE, STRICT)) > 10
    assert max(harm(calm, calm, REFERENCE, STRICT)) <= 0


@pytest.mark.parametrize("requests", [(2, 2), (3, 1), (1, 3)])
def test_no_evidence_for_passing_while_the_canary_is_exactly_too_slow(requests: tuple[int, int]) -> None:
    total = 0.0
    for slow in product((0, 1), repeat=requests[0]):
        for seen in product((0, 1), repeat=requests[1]):
            likely = prod((0.9, 0.1)[one] for one in (*slow, *seen))
            fast, late = (histogram(tuple((-100, 90)[one] for one in draws)) for draws in (slow, seen))
            total += likely * exp(passing(fast, late, REFERENCE, 0.9, 1.1))
    assert total <= 1 + 1e-9


def test_an_equally_fast_canary_is_shown_to_be() -> None:
    reference = Reference(dict.fromkeys(range(-20, 20), 10.0))
    arm = tuple((number, 10) for number in range(-100, 100))
    assert passing(arm, arm, reference, 0.5, 1.5) > log(100)
    assert passing(arm, tuple((number + 40, 10) for number in range(-100, 100)), reference, 0.5, 1.5) < 0


def test_no_bet_can_lose_everything_however_small_the_canarys_part_is() -> None:
    fastest, slowest = ((-400, 1),), ((400, 1),)
    for many in (1, 1000):
        rest = ((-20, many),)
        assert np.isfinite(harm(rest, fastest, REFERENCE, STRICT)).all()
        assert np.isfinite(harm(slowest, rest, REFERENCE, STRICT)).all()


def test_a_request_is_slow_beyond_what_is_tolerated_beside_the_quantile_that_the_gate_asks_for() -> None:
    reference, policy = Reference({0: 985.0, 5: 15.0}), Policy(slower=Slower(1.2, 0.02), gates=(Gate(100, 0.005),))
    last = int(log(1.2 * exp((25 + 5 / 3) * BIN_WIDTH) + 0.02) / BIN_WIDTH)
    found = tails(((0, 9), (last + 1, 1)), ((last, 5), (last + 1, 3)), reference, policy)
    assert found == (Counts(10, 1, 8, 3),)


def test_one_slow_answer_among_few_does_not_move_what_counts_as_slow() -> None:
    (found,) = tails(((0, 1),), ((100, 1),), Reference({0: 49.0, 150: 1.0}), Policy(gates=(Gate(100, 0.005),)))
    assert found.canary_faults == 1
    assert tails(((0, 1),), ((100, 1),), Reference({0: 3.0}), Policy()) == (Counts(),) * 3


def test_gates_ask_for_the_tail_that_their_difference_leaves() -> None:
    asked = [beyond_at_most(gate) for gate in (*Policy().gates, Gate(100, 0.5), Gate(100, 1e-300))]
    assert asked == pytest.approx([0.1, 0.02, 0.01, 0.5, 0.0001])


@pytest.mark.parametrize("usual", [1e-4, 0.004, 0.9])
@pytest.mark.parametrize("share", [0.01, 0.02, 0.5])
def test_keeping_up_gains_nothing_on_average_while_too_many_requests_are_slow(usual: float, share: float) -> None:
    mean = expectation(lambda counts: exp(keeps_up(counts, usual, 0.01)), 2, 30, 0.1, share)
    assert mean <= 1 + 1e-9


def test_one_slow_request_costs_no_more_than_two_hundred_others_earn_however_little_is_known() -> None:
    slow, fast = Counts(canary=1, canary_faults=1), Counts(canary=200)
    assert keeps_up(slow, 0.0001, 0.01) + keeps_up(fast, 0.0001, 0.01) == pytest.approx(0, abs=0.01)


def test_the_middle_and_the_tail_are_shown_unless_quantiles_are_named() -> None:
    assert levels(Policy()) == ("p50", "p99", "p99.9")
    assert levels(Policy(latency={"p99.9": 2.0, "p90": 1.2})) == ("p90", "p99.9")
