from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from serinus.judge.verdict import Interval, Share, Verdict
from serinus.release.course import MOST_POINTS, further
from serinus.release.run import Point
from tests.cli.builders import a_check
from tests.release.builders import PASS, UNDECIDED, ObedientCluster, a_world


def a_verdict(at: float) -> Verdict:
    check = replace(a_check(), difference=Interval(0.01, 0.02, 0.03), stable=Share(1, 100), limit=0.015)
    return replace(UNDECIDED, checks=(check,), complete_to=at)


def after(times: list[float]) -> tuple[Point, ...]:
    points: tuple[Point, ...] = ()
    for at in times:
        points = further(points, a_verdict(at), 25)
    return points


def test_a_point_is_the_check_over_all_endpoints() -> None:
    (point,) = after([1000.0])

    assert (point.at, point.low, point.estimate, point.high) == (1000.0, 0.01, 0.02, 0.03)
    assert (round(point.limit, 9), point.requests, point.weight) == (0.005, 400, 25)


def test_without_a_check_or_a_request_of_the_canary_nothing_is_kept() -> None:
    assert further((), None, 25) == ()
    assert further((), replace(UNDECIDED, checks=()), 25) == ()
    assert further((), replace(UNDECIDED, checks=(replace(a_check(), canary=Share(0, 0)),)), 25) == ()


@settings(deadline=None)
@given(st.lists(st.floats(1, 1e6), max_size=40))
def test_points_only_go_forward_in_time(times: list[float]) -> None:
    kept = [point.at for point in after(times)]

    assert kept == sorted(set(kept))
    assert not times or kept[-1] == max(times)


def test_a_long_run_is_thinned_evenly_and_keeps_both_ends() -> None:
    kept = [point.at for point in after([float(at) for at in range(1, 5001)])]

    assert MOST_POINTS / 2 <= len(kept) <= MOST_POINTS
    assert (kept[0], kept[-1]) == (1.0, 5000.0)
    assert max(later - sooner for sooner, later in pairwise(kept)) <= 4 * 5000 / MOST_POINTS


def test_the_record_keeps_the_evidence_over_time_and_each_run_begins_anew() -> None:
    cluster = ObedientCluster(a_world())
    cluster.until("Analysing", UNDECIDED)
    for at in (1010.0, 1020.0, 1020.0):
        cluster.step(a_verdict(at))

    assert [(point.at, point.weight) for point in cluster.world.run.points] == [(1010.0, 25), (1020.0, 25)]

    cluster.until("Promoted", PASS)
    assert [point.at for point in cluster.world.run.points][:2] == [1010.0, 1020.0]
