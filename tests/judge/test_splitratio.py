from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.splitratio import log_e, split
from tests.judge.enumeration import binomial


@pytest.mark.parametrize("desired", [0.05, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("requests", [1, 7, 40])
def test_a_right_split_earns_no_evidence_on_average(desired: float, requests: int) -> None:
    mean = sum(binomial(x, requests, desired) * exp(log_e(requests - x, x, desired)) for x in range(requests + 1))
    assert mean == pytest.approx(1)


@pytest.mark.parametrize("stray", [0.0, 0.001, 0.01])
@pytest.mark.parametrize("desired", [0.0, 1.0])
def test_at_the_ends_one_stray_request_in_a_hundred_earns_none_either(desired: float, stray: float) -> None:
    share = stray if desired == 0 else 1 - stray
    mean = sum(binomial(x, 40, share) * exp(log_e(40 - x, x, desired)) for x in range(41))
    assert mean <= 1 + 1e-9


@settings(deadline=None)
@given(st.integers(0, 3000), st.integers(0, 3000), st.sampled_from([0.05, 0.25, 0.5, 0.9]))
def test_the_interval_leaves_the_asked_share_out_just_when_the_evidence_is_decisive(
    stable: int, canary: int, desired: float
) -> None:
    seen = split(stable, canary, desired, 0.01)
    if abs(log_e(stable, canary, desired) - log(100)) > 0.1:
        assert (seen.low <= desired <= seen.high) is (seen.e_value < 100)
    assert seen.agrees is (None if seen.requests < 20 else seen.e_value < 100)


def test_forty_five_instead_of_fifty_percent_is_found_within_the_promised_requests() -> None:
    dice = np.random.default_rng(91)
    found = []
    for _ in range(200):
        canary = np.cumsum(dice.random(6000) < 0.45)
        marks = range(20, 6000, 20)
        found.append(
            next(n for n in marks if split(n - int(canary[n - 1]), int(canary[n - 1]), 0.5, 0.01).agrees is False)
        )
    assert np.median(found) <= 1_600


def test_a_right_split_is_rarely_doubted_however_often_one_looks() -> None:
    dice = np.random.default_rng(92)
    doubted = 0
    for _ in range(400):
        canary = np.cumsum(dice.random(3000) < 0.25)
        doubted += any(log_e(n - int(canary[n - 1]), int(canary[n - 1]), 0.25) >= log(100) for n in range(20, 3000, 20))
    assert doubted <= 9


@pytest.mark.parametrize(("stable", "canary", "desired"), [(20, 0, 0.0), (0, 20, 1.0), (1, 300, 1.0)])
def test_all_or_nothing_agrees_when_it_is_so(stable: int, canary: int, desired: float) -> None:
    assert split(stable, canary, desired, 0.01).agrees is True


@pytest.mark.parametrize(("stable", "canary", "desired"), [(20, 4, 0.0), (6, 60, 1.0)])
def test_requests_to_the_wrong_version_count_against_it(stable: int, canary: int, desired: float) -> None:
    assert split(stable, canary, desired, 0.01).agrees is False
