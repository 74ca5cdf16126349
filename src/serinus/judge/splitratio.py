"""Does the router send what it was told to send? In: requests by version in one step. Out: a `Split` with its evidence.
One process a step: a step's split that was wrong and has been repaired must not stand against the next one.
"""

from __future__ import annotations

from math import log, log1p

from serinus.judge.confidence import log_mixture, share_interval
from serinus.judge.verdict import Split
from serinus.judge.wealth import log_sum, plain

PRIOR_REQUESTS = 100.0
STRAY = 0.01
STRAYING = (0.03, 0.1, 0.3, 0.9)
ENOUGH = 20


def log_e(stable: int, canary: int, desired: float) -> float:
    """Log e against "each request goes to the canary with probability `desired`" (Lindon & Malek 2022).

    At 0 and 1 one request may go astray at a border of time, so there the claim tested is "at most one in a hundred".
    """
    if 0 < desired < 1:
        mixture = log_mixture(canary, stable, PRIOR_REQUESTS * desired, PRIOR_REQUESTS * (1 - desired))
        return mixture - canary * log(desired) - stable * log1p(-desired)
    wrong, right = (canary, stable) if desired <= 0 else (stable, canary)
    return log_sum(
        [
            wrong * log(share / STRAY) + right * (log1p(-share) - log1p(-STRAY)) - log(len(STRAYING))
            for share in STRAYING
        ]
    )


def split(stable: int, canary: int, desired: float, false_alarm: float) -> Split:
    """What was measured beside what was asked for. Between 0 and 1 the interval leaves `desired` out just when
    the evidence is decisive: both are one mixture.
    """
    requests = stable + canary
    inner = 0 < desired < 1
    prior = (PRIOR_REQUESTS * desired, PRIOR_REQUESTS * (1 - desired)) if inner else (0.5, 0.5)
    interval = share_interval(canary, requests, false_alarm, prior)
    evidence = log_e(stable, canary, desired)
    agrees = None if requests < ENOUGH else evidence < -log(false_alarm)
    return Split(desired, interval.estimate, interval.low, interval.high, requests, plain(evidence), agrees)
