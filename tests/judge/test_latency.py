from __future__ import annotations

from collections import Counter
from itertools import product
from math import exp, log, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.arms import BIN_WIDTH
from serinus.judge.histogram import Reference
from serinus.judge.latency import components, harm, levels, passing, prior
from serinus.judge.policy import Policy, Slower

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


@pytest.mark.parametrize("requests", [(1, 1), (2, 1), (1, 2), (3, 1)])
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


def test_the_middle_and_the_tail_are_shown_unless_quantiles_are_named() -> None:
    assert levels(Policy()) == ("p50", "p99")
    assert levels(Policy(latency={"p99.9": 2.0, "p90": 1.2})) == ("p90", "p99.9")
