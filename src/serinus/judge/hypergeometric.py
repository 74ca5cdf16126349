"""Evidence against "the canary's odds of a fault are at most r times stable's", whatever the base rate is.
In: a 2×2 table. Out: log e for a grid of odds ratios. Given the sum of faults, the canary's part is Fisher's noncentral
hypergeometric (canary-versus-stable exposures realised), so no base rate enters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from serinus.judge.counts import Counts

WORSE = (1.2, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 200.0)


def log_normaliser(counts: Counts, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the sum over x of C(n2, x) C(n1, k-x) o**x, up to a constant that is the same for every odds ratio o."""
    faults = counts.stable_faults + counts.canary_faults
    low, high = max(0, faults - counts.stable), min(faults, counts.canary)
    x = np.arange(low, high, dtype=np.float64)
    ratio = (counts.canary - x) * (faults - x) / ((x + 1) * (counts.stable - faults + x + 1))
    weights = np.concatenate(([0.0], np.cumsum(np.log(ratio))))
    terms = weights[:, None] + np.arange(low, high + 1, dtype=np.float64)[:, None] * log_odds
    top: NDArray[np.float64] = terms.max(axis=0)
    sums: NDArray[np.float64] = top + np.log(np.exp(terms - top).sum(axis=0))
    return sums


def log_es(counts: Counts, tolerated: float) -> tuple[float, ...]:
    """Log e of the table for each odds ratio `tolerated * WORSE`, against every odds ratio up to `tolerated`.

    E[e] <= 1 on that null by the monotone likelihood ratio of the distribution. Without faults: zeros.
    """
    if not (counts.stable and counts.canary and counts.stable_faults + counts.canary_faults):
        return (0.0,) * len(WORSE)
    shift = np.log(np.array(WORSE, dtype=np.float64))
    null = np.log(tolerated)
    normalisers = log_normaliser(counts, np.concatenate(([null], null + shift)))
    logs = counts.canary_faults * shift - normalisers[1:] + normalisers[0]
    return tuple(float(value) for value in logs)
