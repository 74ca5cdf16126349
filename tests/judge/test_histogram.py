from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.arms import BIN_WIDTH
from serinus.judge.histogram import (
    COARSE,
    Reference,
    beyond,
    faded,
    forgiven,
    merged,
    place,
    seconds_of,
    size,
    unforgiven,
)
from serinus.judge.policy import Slower

pairs = st.dictionaries(st.integers(-900, 900), st.integers(1, 50), max_size=30).map(lambda d: tuple(sorted(d.items())))


def test_a_bin_begins_at_its_latency() -> None:
    assert place(seconds_of(-7)) == -7
    assert seconds_of(place(0.25)) <= 0.25 < seconds_of(place(0.25) + 1)


@settings(deadline=None)
@given(st.floats(1.0, 3.0), st.floats(0.0, 0.5), st.floats(0.001, 10.0))
def test_forgiving_takes_off_what_is_tolerated_and_never_less(ratio: float, extra: float, fast: float) -> None:
    slow = np.array([float(place(fast * ratio + extra))])
    assert forgiven(slow, Slower(ratio, extra))[0] <= place(fast) + 1e-9


def test_nothing_tolerated_changes_nothing() -> None:
    bins = np.array([-3.0, 0.0, 9.0])
    assert forgiven(bins, Slower(1.0, 0.0)) is bins
    assert unforgiven(9.0, Slower(1.0, 0.0)) == 9.0


@given(pairs, pairs)
def test_adding_histograms_keeps_every_request(
    one: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...]
) -> None:
    assert size(merged([one, other])) == size(one) + size(other)
    assert merged([one, other]) == merged([other, one])


def test_what_fades_becomes_coarse_and_is_forgotten_in_the_end() -> None:
    held = faded({}, 1.0, ((0, 2), (COARSE - 1, 1), (COARSE, 4)))
    assert held == {0: 3.0, 1: 4.0}
    assert faded(held, 0.5, ((-1, 1),)) == {-1: 1.0, 0: 1.5, 1: 2.0}
    assert faded(held, 0.001, ()) == {}


@settings(deadline=None)
@given(pairs)
def test_memory_is_bounded_whatever_is_measured(latencies: tuple[tuple[int, int], ...]) -> None:
    assert len(faded({}, 1.0, latencies)) <= 170


def test_shares_and_quantiles_are_each_others_inverse() -> None:
    reference = Reference({0: 1.0, 1: 2.0, 3: 1.0})
    levels = np.array([0.1, 0.25, 0.5, 0.9])
    assert reference.below(reference.quantiles(levels)) == pytest.approx(levels)
    assert reference.total == 4
    assert exp(BIN_WIDTH) == pytest.approx(1.02)


def test_what_lies_at_the_edge_is_beyond_it() -> None:
    assert beyond(((1, 2), (5, 3), (6, 4)), 5) == 7


@given(st.dictionaries(st.integers(-40, 40), st.floats(0.01, 500.0), min_size=1))
def test_what_is_slower_is_at_least_as_rare(held: dict[int, float]) -> None:
    edges, reference = np.arange(-400.0, 400.0), Reference(held)
    rare = reference.rarity(edges, reference.below(edges))
    assert np.diff(rare).min() >= -1e-9


def test_a_new_record_is_as_rare_as_one_of_all_known_and_one_of_ten_times_the_old_a_thousandth_of_that() -> None:
    reference = Reference({0: 1000.0})
    top = float(reference.quantiles(np.array([0.999]))[0])
    edges = np.array([0.0, top, top + np.log(10) / BIN_WIDTH])
    rare = reference.rarity(edges, reference.below(edges))
    assert rare == pytest.approx([0.0, 3.0, 6.0])


@given(st.floats(1.0, 3.0), st.floats(0.0, 0.5), st.integers(-700, 300))
def test_from_where_on_the_canary_counts_as_slow(ratio: float, extra: float, edge: int) -> None:
    tolerated, bins = Slower(ratio, extra), np.arange(-900.0, 900.0)
    counted = forgiven(bins, tolerated) >= edge
    assert (counted == (bins >= unforgiven(float(edge), tolerated))).all()
