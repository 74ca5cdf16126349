"""How the evidence moved during a run, for people who look later. In: the points so far, a verdict. Out: the points.
Nothing here is needed for any decision; what is kept is bounded, both ends of the run stay.
"""

from __future__ import annotations

from serinus.judge.verdict import Check, Verdict
from serinus.release.run import Point

MOST_POINTS = 200


def further(points: tuple[Point, ...], verdict: Verdict | None, weight: int) -> tuple[Point, ...]:
    """With the check over all endpoints as `verdict` has it, unless nothing has moved or the canary has
    had no request. `weight`: the step's, percent.
    When there are too many, the one goes that leaves the smallest gap.
    """
    check = verdict.checks[0] if verdict and verdict.checks else None
    if verdict is None or check is None or not check.canary.requests:
        return points
    if points and points[-1].at >= verdict.complete_to:
        return points
    grown = (*points, _point(verdict.complete_to, weight, check))
    return grown if len(grown) <= MOST_POINTS else _thinned(grown)


def _thinned(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """One less; the first and the last stay."""
    least = min(range(1, len(points) - 1), key=lambda place: points[place + 1].at - points[place - 1].at)
    return (*points[:least], *points[least + 1 :])


def _point(at: float, weight: int, check: Check) -> Point:
    seen, limit = check.difference, check.limit - check.stable.value
    return Point(at, seen.estimate, seen.low, seen.high, limit, check.canary.requests, weight)
