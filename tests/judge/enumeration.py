"""Expectations without dice: every table that can occur, with its probability. In: exposures, shares. Out: E[f]."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import comb

from serinus.judge.counts import Counts


def binomial(faults: int, requests: int, share: float) -> float:
    return comb(requests, faults) * share**faults * (1 - share) ** (requests - faults)


def expectation(
    of: Callable[[Counts], float], stable: int, canary: int, stable_share: float, canary_share: float
) -> float:
    """E[of(table)] when each version's requests fault independently at its share."""
    return sum(
        of(Counts(stable, x1, canary, x2)) * binomial(x1, stable, stable_share) * binomial(x2, canary, canary_share)
        for x1, x2 in product(range(stable + 1), range(canary + 1))
    )
