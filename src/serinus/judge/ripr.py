"""Evidence in a 2×2 table against p2 <= m(p1) or p2 >= m(p1), m(p) = ratio * p + difference.
In: a table, a guess made before it was seen, a limit. Out: log e. Turner, Ly & Grünwald (2024), reverse information
projection; exact in finite samples for the exposures that really happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, log1p

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from serinus.judge.counts import Counts

Floats = NDArray[np.float64]
ITERATIONS = 80
PRECISION = 1e-13
FEW = 24
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
    ratio, difference, rest, weight = line.ratio, line.difference, 1 - share, share * line.ratio
    stable, canary = min(max(stable, EDGE), 1 - EDGE), min(max(canary, EDGE), 1 - EDGE)
    low, high = sorted((stable, min(max((canary - difference) / ratio, 0.0), 1 - EDGE)))
    high = min(high, (1 - EDGE - difference) / ratio)
    a = min(max(rest * stable + share * (canary - difference) / ratio, low), high)
    for _ in range(ITERATIONS):
        b = ratio * a + difference
        left, pull, right = a * (1 - a), b * (1 - b), b - canary
        value = rest * (a - stable) * pull + weight * right * left
        slope = rest * (pull + (a - stable) * ratio * (1 - 2 * b)) + weight * (ratio * left + right * (1 - 2 * a))
        low, high = (low, a) if value > 0 else (a, high)
        step = a - value / slope if slope > 0 else -1.0
        if abs(step - a) <= PRECISION * a:
            break
        a = step if low < step < high else (low + high) / 2
    return a, ratio * a + difference


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


class Table(Struct, frozen=True):
    """Counts to be judged by guesses of the canary's share, all off one line; of stable's, `base` is the guess."""

    counts: Counts
    base: float
    guesses: tuple[float, ...]
    line: Line


def log_es(tables: Sequence[Table]) -> list[tuple[float, ...]]:
    """As `log_e` for each guess of each table: all at once, for there are many. No table may lack a version."""
    if not tables:
        return []
    sizes = [len(table.guesses) for table in tables]
    column = np.repeat(
        np.array([_row(table) for table in tables], dtype=np.float64).reshape(len(tables), -1), sizes, axis=0
    ).T
    n1, x1, n2, x2, base, ratio, difference = column
    guesses = np.clip(np.concatenate([table.guesses for table in tables]), EDGE, 1 - EDGE)
    project_all = _projected if len(guesses) > FEW else _projected_singly
    a = project_all(base, guesses, n2 / (n1 + n2), ratio, difference)
    b = ratio * a + difference
    logs = x1 * np.log(base / a) + (n1 - x1) * (np.log1p(-base) - np.log1p(-a))
    logs += x2 * np.log(guesses / b) + (n2 - x2) * (np.log1p(-guesses) - np.log1p(-b))
    return [tuple(part.tolist()) for part in np.split(logs, np.cumsum(sizes)[:-1])]


def _row(table: Table) -> tuple[float, ...]:
    counts, base = table.counts, min(max(table.base, EDGE), 1 - EDGE)
    exposures = (counts.stable, counts.stable_faults, counts.canary, counts.canary_faults)
    return (*exposures, base, table.line.ratio, table.line.difference)


def _projected_singly(stable: Floats, canary: Floats, share: Floats, ratio: Floats, difference: Floats) -> Floats:
    """The same digits as `_projected`, sooner for a few guesses."""
    rows = zip(*(column.tolist() for column in (stable, canary, share, ratio, difference)), strict=True)
    return np.array([project(row[0], row[1], row[2], Line(row[3], row[4]))[0] for row in rows])


def _projected(stable: Floats, canary: Floats, share: Floats, ratio: Floats, difference: Floats) -> Floats:
    """`project` for many guesses above or below their lines; the canary's part follows from the line."""
    other = np.clip((canary - difference) / ratio, 0.0, 1 - EDGE)
    low, high = np.minimum(stable, other), np.minimum(np.maximum(stable, other), (1 - EDGE - difference) / ratio)
    rest, weight = 1 - share, share * ratio
    a = np.clip(rest * stable + share * (canary - difference) / ratio, low, high)
    for _ in range(ITERATIONS):
        b = ratio * a + difference
        left, pull, right = a * (1 - a), b * (1 - b), b - canary
        value = rest * (a - stable) * pull + weight * right * left
        slope = rest * (pull + (a - stable) * ratio * (1 - 2 * b)) + weight * (ratio * left + right * (1 - 2 * a))
        above = value > 0
        low, high = np.where(above, low, a), np.where(above, a, high)
        rising = slope > 0
        step = a - value / np.where(rising, slope, 1.0)
        found = rising & (np.abs(step - a) <= PRECISION * a)
        if bool(found.all()):
            break
        newton = rising & (step > low) & (step < high)
        a = np.where(found, a, np.where(newton, step, (low + high) / 2))
    return a


def growth(stable: float, canary: float, guess: tuple[float, float], share: float, line: Line) -> float:
    """Log e that one more canary request is expected to bring (with its part of stable's) at these true shares."""
    a, b = project(*guess, share, line)
    of_stable = stable * log(guess[0] / a) + (1 - stable) * (log1p(-guess[0]) - log1p(-a))
    of_canary = canary * log(guess[1] / b) + (1 - canary) * (log1p(-guess[1]) - log1p(-b))
    return of_canary + of_stable * (1 - share) / share
