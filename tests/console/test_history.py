from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.console.history import MOST_POINTS, MOST_RUNS, History
from serinus.console.wire import Point


def a_point(at: float) -> Point:
    return Point(at, 0.0, -1.0, 1.0, 0.01, 5, 25)


@settings(deadline=None)
@given(st.lists(st.floats(1, 1e6), max_size=40))
def test_points_only_go_forward_in_time(times: list[float]) -> None:
    history = History()
    for at in times:
        history.add(("shop", "cart", 1), a_point(at))

    kept = [point.at for point in history.points(("shop", "cart", 1))]
    assert kept == sorted(set(kept))
    assert not times or kept[-1] == max(times)


def test_a_long_run_is_thinned_and_keeps_both_ends() -> None:
    history, key = History(), ("shop", "cart", 1)
    for at in range(1, 5001):
        history.add(key, a_point(float(at)))

    kept = history.points(key)
    assert len(kept) <= MOST_POINTS
    assert (kept[0].at, kept[-1].at) == (1.0, 5000.0)


def test_the_runs_longest_untouched_go_first() -> None:
    history = History()
    for run in range(1, MOST_RUNS + 2):
        history.add(("shop", "cart", run), a_point(1.0))

    assert history.points(("shop", "cart", 1)) == ()
    assert len(history.points(("shop", "cart", MOST_RUNS + 1))) == 1
