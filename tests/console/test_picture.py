from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.console.picture import HIGH, WIDE, evidence
from serinus.release.run import Point

SHARES = st.floats(-1, 1)
POINTS = st.lists(st.builds(Point, st.floats(1, 1e9), SHARES, SHARES, SHARES, st.floats(0, 1), st.just(5), st.just(25)))


def test_too_few_points_make_no_picture() -> None:
    assert evidence(()) == evidence([Point(1.0, 0.0, -1.0, 1.0, 0.01, 1, 5)] * 2) == ""


def test_it_says_where_the_evidence_stood_and_where_each_weight_began() -> None:
    weights = (5, 5, 25, 25)
    drawn = evidence([Point(float(at), 0.05, 0.02, 0.09, 0.01, at, weight) for at, weight in enumerate(weights)])

    assert "+5.0 pp at the end, interval +2.0 to +9.0, limit +1.0" in drawn
    assert [text for text in ET.fromstring(drawn).itertext() if "%" in text] == ["5 %", "25 %"]


@settings(deadline=None)
@given(POINTS)
def test_nothing_is_drawn_outside_of_it(points: list[Point]) -> None:
    drawn = evidence(sorted(points, key=lambda one: one.at))
    if len(points) < 3:
        return
    pairs = [pair.split(",") for one in ET.fromstring(drawn).iter() for pair in one.get("points", "").split()]

    assert pairs
    assert all(0 <= float(x) <= WIDE and 0 <= float(y) <= HIGH for x, y in pairs)
