"""What stable's share of faults probably is right now. In: stable's counts, block by block. Out: a guess for the next.
A guess made from earlier blocks only costs evidence when it is wrong and never honesty. The past fades.
"""

from __future__ import annotations

from msgspec import Struct

from serinus.judge.counts import Counts

HALF_LIFE_S = 180.0
PRIOR_REQUESTS = 100.0
PRIOR_SHARE = 0.0005


class BaseRate(Struct, frozen=True):
    """Faded counts as they stood at `at` (epoch s)."""

    requests: float = 0.0
    faults: float = 0.0
    at: float | None = None

    @property
    def guess(self) -> float:
        """In 0…1, never 0 or 1: what was seen, drawn towards one fault in two thousand."""
        return (self.faults + PRIOR_REQUESTS * PRIOR_SHARE) / (self.requests + PRIOR_REQUESTS)


def learn(rate: BaseRate, requests: int, faults: int, at: float) -> BaseRate:
    """Fade what was known to `at`, then add what was seen."""
    faded = 1.0 if rate.at is None else 0.5 ** (max(0.0, at - rate.at) / HALF_LIFE_S)
    return BaseRate(rate.requests * faded + requests, rate.faults * faded + faults, at)


def learn_stable(rate: BaseRate, counts: Counts, at: float) -> BaseRate:
    """Learn from stable's part of a table."""
    return learn(rate, counts.stable, counts.stable_faults, at)
