from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.errors import InvalidInput
from serinus.judge.calendar import calendar
from serinus.judge.observation import WeightChange
from tests.judge.streams import STARTED, TICK, logs_of_weights


@settings(deadline=None)
@given(logs_of_weights, st.floats(STARTED - 100, STARTED + 500))
def test_every_moment_lies_between_its_two_edges_and_none_is_between(weights: list[WeightChange], at: float) -> None:
    edges = calendar(weights, STARTED, TICK)
    assert edges.last_edge(at) <= at < edges.next_edge(at)
    assert edges.next_edge(edges.last_edge(at)) == edges.next_edge(at)
    assert edges.last_edge(edges.next_edge(at)) == edges.next_edge(at)


def test_before_the_first_change_nothing_was_told() -> None:
    edges = calendar([WeightChange(STARTED + 5, 0.25, STARTED + 6)], STARTED, TICK)
    assert [edges.weight(STARTED + at) for at in (4, 5, 6)] == [None, None, 0.25]


def test_a_start_that_is_no_time_is_named() -> None:
    with pytest.raises(InvalidInput, match="started: must be epoch seconds"):
        calendar([], float("inf"), TICK)
