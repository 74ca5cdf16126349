"""Evidence against "the canary's odds of a fault are at most r times stable's", whatever the base rate is.
In: a 2×2 table. Out: log e for a grid of odds ratios. Given the sum of faults, the canary's part is Fisher's noncentral
hypergeometric (canary-versus-stable exposures realised), so no base rate enters.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from serinus.judge.counts import Counts

Floats = NDArray[np.float64]

WORSE = (1.2, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 200.0)
LARGEST = 300.0
SMALLEST = 1e-150


def log_normaliser(counts: Counts, log_odds: Floats) -> Floats:
    """Log of the sum over x of C(n2, x) C(n1, k-x) o**x, up to a constant that is the same for every odds ratio o."""
    return _log_sums(_terms(counts, log_odds))


def _terms(counts: Counts, log_odds: Floats) -> Floats:
    """Log of each term of that sum: a row for each number of canary faults that there could have been."""
    faults = counts.stable_faults + counts.canary_faults
    low, high = max(0, faults - counts.stable), min(faults, counts.canary)
    x = np.arange(low, high, dtype=np.float64)
    ratio = (counts.canary - x) * (faults - x) / ((x + 1) * (counts.stable - faults + x + 1))
    weights = np.concatenate(([0.0], np.cumsum(np.log(ratio))))
    terms: Floats = weights[:, None] + np.arange(low, high + 1, dtype=np.float64)[:, None] * log_odds
    return terms


def _log_sums(terms: Floats) -> Floats:
    top: Floats = terms.max(axis=0)
    sums: Floats = top + np.log(np.exp(terms - top).sum(axis=0))
    return sums


def _empty(counts: Counts) -> bool:
    return not (counts.stable and counts.canary and counts.stable_faults + counts.canary_faults)


@lru_cache(maxsize=64)
def _grid(tolerated: float) -> Floats:
    """Log of the odds ratios: the border, then those bet on."""
    grid: Floats = np.log(tolerated) + np.log(np.array((1.0, *WORSE)))
    return grid


def log_es(counts: Counts, tolerated: float) -> tuple[float, ...]:
    """Log e of the table for each odds ratio `tolerated * WORSE`, against every odds ratio up to `tolerated`.

    E[e] <= 1 on that null by the monotone likelihood ratio of the distribution. Without faults: zeros.
    """
    if _empty(counts):
        return (0.0,) * len(WORSE)
    grid = _grid(tolerated)
    normalisers = log_normaliser(counts, grid)
    logs = counts.canary_faults * (grid[1:] - grid[0]) - normalisers[1:] + normalisers[0]
    return tuple(float(value) for value in logs)


def log_boost(counts: Counts, tolerated: float, held: Sequence[float], idle: float, log_most: float) -> float:
    """Log of the factor, 1 at least, by which all wealth may count more after this table if it never counts for more
    than `log_most`: the mean of the lesser of both, on the border of the null, is the wealth before it.

    `held`: log wealth on each of the bets of `log_es` before it, `idle`: on anything else. What would overshoot the
    threshold is lent to the outcomes that do not reach it (Fischer & Ramdas 2024).
    """
    if _empty(counts):
        return 0.0
    terms = _terms(counts, _grid(tolerated))
    logs = terms - _log_sums(terms)
    each = np.array((*held, idle)) - log_most
    gained = np.concatenate((logs[:, 1:] - logs[:, :1], np.zeros((len(logs), 1))), axis=1)
    wealth = np.exp(np.minimum(each + gained, LARGEST)).sum(axis=1)
    return _log_factor(np.exp(logs[::-1, 0]), wealth[::-1])


def _log_factor(chances: Floats, wealth: Floats) -> float:
    """Log of the b >= 1 with which the mean of min(b * wealth, 1) is the mean of wealth; the wealthiest outcome first,
    1 the threshold. At each place: the factor if all before it are beyond the threshold and the others are not.
    """
    means = np.cumsum((chances * wealth)[::-1])[::-1]
    if wealth[0] <= 1 or means[0] >= 1:
        return 0.0
    beyond = np.cumsum(chances) - chances
    factors = (means[0] - beyond) / np.maximum(means, SMALLEST)
    return max(0.0, float(np.log(factors[int(np.argmax(factors * wealth <= 1))])))
