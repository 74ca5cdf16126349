"""Evidence in a 2×2 table against p2 <= m(p1) or p2 >= m(p1), m(p) = ratio * p + difference.
In: a table, a guess made before it was seen, a limit. Out: log e. Turner, Ly & Grünwald (2024), reverse information
projection; exact in finite samples for the exposures that really happened.
"""

from __future__ import annotations

from math import log, log1p

from msgspec import Struct

from serinus.judge.counts import Counts

ITERATIONS = 80
PRECISION = 1e-13
EDGE = 1e-12


class Line(Struct, frozen=True):
    """The border between harmless and harmful: p2 = ratio * p1 + difference, ratio >= 1."""

    ratio: float
    difference: float

    def at(self, stable: float) -> float:
        """The canary's share on the border at stable's share."""
        return self.ratio * stable + self.difference


def project(stable: float, canary: float, share: float, line: Line) -> tuple[float, float]:
    """The point (a, b) of the line nearest to the guess: the least (1-w) KL(stable|a) + w KL(canary|b), w = `share`.

    Its slope has one zero between the guess's two shadows on the line; times a(1-a)b(1-b) it is the cubic solved here
    by Newton steps that never leave the bracket.
    """
    stable, canary = min(max(stable, EDGE), 1 - EDGE), min(max(canary, EDGE), 1 - EDGE)
    low, high = sorted((stable, min(max((canary - line.difference) / line.ratio, 0.0), 1 - EDGE)))
    high = min(high, (1 - EDGE - line.difference) / line.ratio)
    a = min(max((1 - share) * stable + share * (canary - line.difference) / line.ratio, low), high)
    for _ in range(ITERATIONS):
        value, slope = _cubic(a, stable, canary, share, line)
        low, high = (low, a) if value > 0 else (a, high)
        step = a - value / slope if slope > 0 else -1.0
        if abs(step - a) <= PRECISION * a:
            break
        a = step if low < step < high else (low + high) / 2
    return a, line.at(a)


def _cubic(a: float, stable: float, canary: float, share: float, line: Line) -> tuple[float, float]:
    b, rest = line.at(a), 1 - share
    pull, weight = b * (1 - b), share * line.ratio
    value = rest * (a - stable) * pull + weight * (b - canary) * a * (1 - a)
    slope = rest * (pull + (a - stable) * line.ratio * (1 - 2 * b)) + weight * (
        line.ratio * a * (1 - a) + (b - canary) * (1 - 2 * a)
    )
    return value, slope


def log_likelihood(counts: Counts, stable: float, canary: float) -> float:
    """Of the table's outcomes at shares in 0…1; 0 * log 0 is 0."""
    return _bernoulli(counts.stable_faults, counts.stable, stable) + _bernoulli(
        counts.canary_faults, counts.canary, canary
    )


def _bernoulli(faults: int, requests: int, share: float) -> float:
    of_faults = faults * log(share) if faults else 0.0
    return of_faults + ((requests - faults) * log1p(-share) if requests > faults else 0.0)


def log_e(counts: Counts, stable: float, canary: float, line: Line) -> float:
    """Log e of the table for a guess off the line: above it against p2 <= m(p1), below it against p2 >= m(p1).

    E[e] <= 1 over the whole (convex) null for any guess fixed beforehand. Without requests of both versions: 0.
    """
    if not (counts.stable and counts.canary):
        return 0.0
    on_the_line = project(stable, canary, counts.share, line)
    return log_likelihood(counts, stable, canary) - log_likelihood(counts, *on_the_line)


def growth(stable: float, canary: float, guess: tuple[float, float], share: float, line: Line) -> float:
    """Log e that one more canary request is expected to bring (with its part of stable's) at these true shares."""
    a, b = project(*guess, share, line)
    of_stable = stable * log(guess[0] / a) + (1 - stable) * (log1p(-guess[0]) - log1p(-a))
    of_canary = canary * log(guess[1] / b) + (1 - canary) * (log1p(-guess[1]) - log1p(-b))
    return of_canary + of_stable * (1 - share) / share
