"""What is compared beside faults, and how much of all bets each comparison holds. In: blocks. Out: counts by metric.
Metrics depend on each other, so their evidence is averaged and never multiplied.
"""

from __future__ import annotations

from collections.abc import Iterable

from serinus.judge.counts import Counts
from serinus.judge.observation import Block
from serinus.judge.policy import Margin, Policy

FAULTS = "faults"
LATENCY = "latency"
ERRORS = "errors"
THROTTLES = "throttles"
MISSING = "missing"
CALLERS = "callers"
TAIL = "tail"
PARTS = {FAULTS: 0.54, LATENCY: 0.4, ERRORS: 0.02, THROTTLES: 0.02, MISSING: 0.005, CALLERS: 0.015}
COUNTED = (ERRORS, THROTTLES, MISSING, CALLERS)
_LIKE_FAULTS = (FAULTS, MISSING, CALLERS)


def margin(policy: Policy, metric: str) -> Margin:
    """What a counted metric tolerates; answers that never came, and faults of who asked, as faults do."""
    return policy.faults if metric in _LIKE_FAULTS else {ERRORS: policy.errors, THROTTLES: policy.throttles}[metric]


def decisive(metric: str, places: int, policy: Policy) -> float:
    """Where one of `places` comparisons of a metric is proven by itself: a weighted e-Bonferroni bound."""
    return max(places, 1) / (policy.false_alarm * PARTS[metric])


def counted(blocks: Iterable[Block], metric: str) -> Counts:
    """The blocks' requests and events of one counted metric, added up."""
    total = Counts()
    for block in blocks:
        stable, canary = getattr(block.stable, metric), getattr(block.canary, metric)
        total += Counts(block.stable.requests, stable, block.canary.requests, canary)
    return total
