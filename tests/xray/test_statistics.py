"""Counts, sums and histograms are those of the API."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus_xray.statistics import DISTINCT, ErrorStatistics, FaultStatistics, HistogramEntry, Tally
from tests.xray.build import call, segment


def tally(*durations: float) -> Tally:
    found = Tally()
    for number, duration in enumerate(durations):
        found.add(segment("web", number, took=duration))
    return found


def test_throttles_count_among_errors_and_faults_come_first() -> None:
    found = Tally()
    for number, flags in enumerate(
        [{}, {"error": True}, {"error": True, "throttle": True}, {"error": True, "fault": True}]
    ):
        found.add(segment("web", number, **flags))
    statistics = found.statistics()
    assert (statistics.ok_count, statistics.total_count) == (1, 4)
    assert statistics.error_statistics == ErrorStatistics(1, 1, 2)
    assert statistics.fault_statistics == FaultStatistics(1, 1)
    assert statistics.total_response_time == 4.0


def test_a_histogram_lists_few_values_one_by_one() -> None:
    assert tally(0.25, 0.125, 0.25).response_times() == (HistogramEntry(0.125, 1), HistogramEntry(0.25, 2))


def test_a_histogram_of_many_values_stays_small_and_complete() -> None:
    histogram = tally(*(0.001 * number for number in range(1, 2000))).response_times()
    assert len(histogram) <= 4 * 90
    assert sum(entry.count for entry in histogram) == 1999
    assert DISTINCT < 1999


@given(st.floats(1e-6, 1e5))
@settings(deadline=None)
def test_a_value_keeps_three_significant_digits_down_to_a_microsecond(seconds: float) -> None:
    (entry,) = tally(seconds).response_times()
    assert math.isclose(entry.value, seconds, rel_tol=0.006, abs_tol=1e-6)


def test_duration_reaches_to_the_last_subsegment() -> None:
    found = Tally()
    found.add(segment("web", 1, took=1.0, subsegments=(call("queue", 2, 1, at=0.5, took=3.0),)))
    assert found.response_times() == (HistogramEntry(1.0, 1),)
    assert found.durations() == (HistogramEntry(3.5, 1),)


def test_segments_in_progress_count_for_nothing_yet() -> None:
    found = Tally()
    found.add(segment("web", 1, end_time=None, in_progress=True, fault=True))
    assert found.statistics().total_count == 0
    assert found.response_times() == ()


@pytest.mark.parametrize("duration", [0.0, 1e-9])
def test_what_is_faster_than_clocks_takes_no_time(duration: float) -> None:
    assert tally(duration).response_times() == (HistogramEntry(0.0, 1),)
