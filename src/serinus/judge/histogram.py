"""Latencies in logarithmic bins. In: (bin, count) pairs as `Arm.latency` holds them. Out: faded ones,
shares, quantiles. What is remembered is five times coarser than what is compared: it serves to guess, and
stays small.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from math import exp, floor, log
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from serinus.judge.arms import BIN_WIDTH
from serinus.judge.policy import Slower

Floats = NDArray[np.float64]
Pairs = tuple[tuple[int, int], ...]
BIN = itemgetter(0)
COARSE = 5
LOWEST_BIN = floor(log(1e-4) / BIN_WIDTH / COARSE)
HIGHEST_BIN = floor(log(1e3) / BIN_WIDTH / COARSE)
LEAST = 0.01
FALLS = 3.0
FURTHEST = 1000


def place(seconds: float) -> int:
    """The fine bin of a latency above 0."""
    return floor(log(seconds) / BIN_WIDTH + 1e-9)


def seconds_of(edge: float) -> float:
    """The lower edge of a fine bin."""
    return exp(edge * BIN_WIDTH)


def forgiven(bins: Floats, tolerated: Slower) -> Floats:
    """The canary's fine bins as if it were as much faster as it may be slower. Rounded down: what is tolerated never
    counts as slower.
    """
    if (tolerated.ratio, tolerated.difference) == (1.0, 0.0):
        return bins
    places = np.clip(bins, -FURTHEST, FURTHEST).astype(np.intp) + FURTHEST
    found: Floats = _forgiven(tolerated)[places]
    return found


@lru_cache(maxsize=64)
def _forgiven(tolerated: Slower) -> Floats:
    """For each fine bin from -FURTHEST on: never falling."""
    bins = np.arange(-FURTHEST, FURTHEST + 1, dtype=np.float64)
    lower = np.maximum(np.exp(bins * BIN_WIDTH) - tolerated.difference, 1e-6) / tolerated.ratio
    return np.floor(np.log(lower) / BIN_WIDTH + 1e-9)


def unforgiven(edge: float, tolerated: Slower) -> float:
    """The first of the canary's fine bins that counts as one at or above a fine edge."""
    if (tolerated.ratio, tolerated.difference) == (1.0, 0.0):
        return edge
    return float(np.searchsorted(_forgiven(tolerated), edge)) - FURTHEST


def faded(known: Mapping[int, float], factor: float, fresh: Pairs) -> dict[int, float]:
    """Coarse bins: what was known times `factor` with the fresh counts added, in order, to three digits."""
    held = {number: count * factor for number, count in known.items()}
    for number, count in fresh:
        coarse = number // COARSE
        if not LOWEST_BIN <= coarse <= HIGHEST_BIN:
            coarse = min(max(coarse, LOWEST_BIN), HIGHEST_BIN)
        held[coarse] = held.get(coarse, 0.0) + count
    return {number: int(1000 * count + 0.5) / 1000 for number, count in sorted(held.items()) if count >= LEAST}


class Reference:
    """Shares of a coarse histogram below a fine bin's edge, linear between the coarse edges."""

    def __init__(self, held: Mapping[int, float]) -> None:
        low, high = min(held), max(held)
        counts = [held.get(number, 0.0) for number in range(low, high + 1)]
        self.total = sum(counts)
        self._edges = np.arange(low, high + 2, dtype=np.float64) * COARSE
        self._below = np.array([0.0, *accumulate(counts)]) / self.total

    def below(self, edges: Floats) -> Floats:
        """The share of latencies below each fine edge, 0…1."""
        return np.interp(edges, self._edges, self._below)

    def rarity(self, edges: Floats, below: Floats) -> Floats:
        """How rare it is to be beyond each fine edge, `below` of which lies that share, in powers of ten. Where less
        than one such latency is known the tail is taken to fall with the third power: a new record is no surprise, one
        of twice the old is.
        """
        least = 1 / max(self.total, 1.0)
        top = np.interp(1 - least, self._below, self._edges)
        further = np.maximum(edges - top, 0.0) * BIN_WIDTH / log(10)
        rare: Floats = FALLS * further - np.log10(np.maximum(1 - below, least))
        return rare

    def quantiles(self, levels: Floats) -> Floats:
        """Fine edges with these shares below them, not whole."""
        return np.interp(levels, self._below, self._edges)


def beyond(latencies: Pairs, edge: float) -> int:
    """How many are at or above a fine edge."""
    return sum([count for _, count in latencies[bisect_left(latencies, edge, key=BIN) :]])


def size(latencies: Pairs) -> int:
    return sum([count for _, count in latencies])


def merged(arms: Sequence[Pairs]) -> Pairs:
    """Several histograms, each in order, as one."""
    if len(arms) == 1:
        return arms[0]
    held: dict[int, int] = {}
    for arm in arms:
        for number, count in arm:
            held[number] = held.get(number, 0) + count
    return tuple(sorted(held.items()))
