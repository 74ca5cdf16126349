from __future__ import annotations

import pytest

from serinus.judge.baserate import PRIOR_SHARE, BaseRate, learn, learn_stable
from serinus.judge.counts import Counts


def test_before_anything_is_seen_the_guess_is_the_prior() -> None:
    assert BaseRate().guess == pytest.approx(PRIOR_SHARE)


def test_the_guess_follows_what_stable_does_whatever_the_canary_does() -> None:
    rate = learn_stable(BaseRate(), Counts(100_000, 2_000, 100_000, 50_000), 0.0)
    assert rate.guess == pytest.approx(0.02, rel=0.01)


def test_half_is_forgotten_after_three_minutes() -> None:
    rate = learn(learn(BaseRate(), 1000, 10, 0.0), 0, 0, 180.0)
    assert (rate.requests, rate.faults) == pytest.approx((500, 5))
