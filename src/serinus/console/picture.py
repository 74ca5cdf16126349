"""The evidence over time as a drawing for the report. In: a run's points. Out: SVG that needs nothing else, or "".
The same picture as on the page: the difference, its interval as a band, the limit, and where each weight began.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from serinus.judge.sentences import points as in_points
from serinus.release.run import Point

WIDE, HIGH, LEFT, BOTTOM = 640, 220, 56, 24
FEWEST = 3
ESTIMATE = 'stroke="#c2660a" stroke-width="2.5"'
LIMIT = 'stroke="#c0392b" stroke-width="2" stroke-dasharray="5 3"'
Scale = Callable[[float], float]


def evidence(points: Sequence[Point]) -> str:
    """Too few points make no picture."""
    if len(points) < FEWEST:
        return ""
    low, high = _reach(points)
    x = _scale(points[0].at, points[-1].at, LEFT, WIDE - 8)
    y = _scale(low, high, HIGH - BOTTOM, 8)
    band = [(one.at, one.high) for one in points] + [(one.at, one.low) for one in reversed(points)]
    last = points[-1]
    said = (
        f"Canary's faults minus stable's over time: {in_points(last.estimate)} pp at the end, "
        f"interval {in_points(last.low)} to {in_points(last.high)}, limit {in_points(last.limit)}"
    )
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{said}" width="100%" '
        f'font-size="11" fill="currentColor">{_axis(low, high, y)}'
        f'<polygon points="{_pairs(band, x, y)}" fill="#c2660a" opacity=".22"/>'
        f"{_line([(one.at, one.estimate) for one in points], x, y, ESTIMATE)}"
        f"{_line([(one.at, one.limit) for one in points], x, y, LIMIT)}"
        f"{_weights(points, x)}</svg>"
    )


def _reach(points: Sequence[Point]) -> tuple[float, float]:
    """The first intervals span everything; the picture is about the later ones."""
    settled = points[len(points) // 4 :]
    high = max(0.002, *(max(one.estimate * 1.5, min(one.high, _much(one))) for one in settled))
    return min(-0.002, *(max(one.low, -high / 2) for one in settled)), high


def _much(one: Point) -> float:
    return abs(one.estimate) * 3 + one.limit * 4 + 0.02


def _scale(start: float, end: float, left: float, right: float) -> Scale:
    """What lies outside is drawn at the edge."""
    least, most = min(left, right) - 4, max(left, right) + 4
    return lambda value: min(most, max(least, left + (value - start) / ((end - start) or 1) * (right - left)))


def _axis(low: float, high: float, y: Scale) -> str:
    rules = "".join(
        f'<line x1="{LEFT}" x2="{WIDE - 8}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="currentColor" '
        f'opacity="{opacity}"/><text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{in_points(value)}</text>'
        for value, opacity in ((low, 0.2), (0.0, 0.8), (high / 2, 0.2), (high, 0.2))
    )
    return f'{rules}<text x="4" y="{HIGH - 6}">pp</text>'


def _weights(points: Sequence[Point], x: Scale) -> str:
    began = [points[0], *(one for before, one in pairwise(points) if before.weight != one.weight)]
    return "".join(f'<text x="{x(one.at):.1f}" y="{HIGH - 6}">{one.weight} %</text>' for one in began)


def _line(places: list[tuple[float, float]], x: Scale, y: Scale, look: str) -> str:
    return f'<polyline points="{_pairs(places, x, y)}" fill="none" {look}/>'


def _pairs(places: list[tuple[float, float]], x: Scale, y: Scale) -> str:
    return " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in places)
