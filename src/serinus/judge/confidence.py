"""Intervals that hold however often one looks: all values that the evidence so far does not refute at level 1-alpha.
In: counts, alpha. Out: low, estimate, high. Each inverts an e-process: a mixture of the unrestricted model against the
best fit under the value in question (Robbins 1970; Wasserman, Ramdas & Balakrishnan 2020 for the two-sample ones).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, lgamma, log, log1p, sqrt

from serinus.judge import ripr
from serinus.judge.counts import Counts
from serinus.judge.verdict import Interval
from serinus.judge.wealth import log_sum

RESOLUTION = 2e-5
RARE_OR_ANY = ((0.75, 0.25, 25.0), (0.25, 0.5, 0.5))
LARGEST_LOG_ODDS = 14.0


def log_beta(a: float, b: float) -> float:
    """Log of Euler's beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def log_mixture(events: int, others: int, a: float, b: float) -> float:
    """Log probability of a sequence with these counts when its share is drawn from Beta(a, b)."""
    return log_beta(a + events, b + others) - log_beta(a, b)


def share_interval(events: int, requests: int, alpha: float, prior: tuple[float, float] = (0.5, 0.5)) -> Interval:
    """The share of `events` among `requests`, in 0…1; `prior`: Beta weights of the mixture, fixed beforehand."""
    others = requests - events
    mixture = log_mixture(events, others, *prior)
    estimate = events / requests if requests else prior[0] / sum(prior)

    def refuted(share: float) -> float:
        likely = (events * log(share) if events else 0.0) + (others * log1p(-share) if others else 0.0)
        return mixture - likely + log(alpha)

    return _invert(refuted, estimate, 0.0, 1.0)


def difference_interval(cells: Sequence[Counts], alpha: float) -> Interval:
    """Canary's share of faults minus stable's, common to all `cells` (one a weight); each has its own base rate."""
    used = [cell for cell in cells if cell.stable and cell.canary]
    if not used:
        return Interval(-1.0, 0.0, 1.0)
    mixture = _unrestricted(used)

    def refuted(difference: float) -> float:
        return mixture - sum(_best_at_difference(cell, difference) for cell in used) + log(alpha)

    return _invert(refuted, _mantel_haenszel(used), -1.0, 1.0)


def odds_interval(cells: Sequence[Counts], alpha: float) -> Interval:
    """The canary's odds of a fault as a multiple of stable's; bounds within exp(±14)."""
    used = [cell for cell in cells if cell.stable and cell.canary]
    mixture = _unrestricted(used)

    def refuted(log_odds: float) -> float:
        return mixture - sum(_best_at_odds(cell, log_odds) for cell in used) + log(alpha)

    fitted = _invert(refuted, _common_log_odds(used), -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)
    return Interval(*(exp(bound) for bound in (fitted.low, fitted.estimate, fitted.high)))


def _unrestricted(cells: Sequence[Counts]) -> float:
    """Mixture over both shares, three quarters of it on rare faults; the cells' shares need not differ."""
    total = sum(cells, Counts())
    arms = ((total.stable_faults, total.stable), (total.canary_faults, total.canary))
    return sum(
        log_sum([log_mixture(faults, requests - faults, a, b) + log(part) for part, a, b in RARE_OR_ANY])
        for faults, requests in arms
    )


def _best_at_difference(cell: Counts, difference: float) -> float:
    """The largest log likelihood with p2 = p1 + difference: the nearest point of that line to the observed shares."""
    if difference < 0:
        cell = Counts(cell.canary, cell.canary_faults, cell.stable, cell.stable_faults)
    shares = cell.stable_faults / cell.stable, cell.canary_faults / cell.canary
    return ripr.log_likelihood(cell, *ripr.project(*shares, cell.share, ripr.Line(1.0, abs(difference))))


def _best_at_odds(cell: Counts, log_odds: float) -> float:
    """The same with odds(p2) = o * odds(p1): the expected sum of faults equals the observed one, a quadratic."""
    excess = exp(log_odds) - 1
    faults = min(max(cell.stable_faults + cell.canary_faults, 1e-9), cell.requests - 1e-9)
    middle = cell.stable + cell.canary * (excess + 1) - faults * excess
    root = sqrt(middle * middle + 4 * cell.stable * excess * faults)
    stable = 2 * faults / (middle + root)
    canary = stable * (excess + 1) / (1 + stable * excess)
    return ripr.log_likelihood(cell, min(stable, 1 - 1e-15), min(canary, 1 - 1e-15))


def _mantel_haenszel(cells: Sequence[Counts]) -> float:
    weights = [cell.stable * cell.canary / cell.requests for cell in cells]
    differences = [cell.canary_faults / cell.canary - cell.stable_faults / cell.stable for cell in cells]
    return sum(w * d for w, d in zip(weights, differences, strict=True)) / sum(weights)


def _common_log_odds(cells: Sequence[Counts]) -> float:
    """Mantel-Haenszel's estimate with half an event added on each side, so that it exists without faults."""
    worse = sum(cell.canary_faults * (cell.stable - cell.stable_faults) / cell.requests for cell in cells) + 0.5
    better = sum(cell.stable_faults * (cell.canary - cell.canary_faults) / cell.requests for cell in cells) + 0.5
    return log(worse / better)


def _invert(refuted: Callable[[float], float], estimate: float, low: float, high: float) -> Interval:
    """The estimate with the outermost values that are not refuted (`refuted` < 0 inside, convex)."""
    return Interval(_bound(refuted, estimate, low), estimate, _bound(refuted, estimate, high))


def _bound(refuted: Callable[[float], float], inside: float, outside: float) -> float:
    edge = outside + (inside - outside) * 1e-6
    if edge == inside or refuted(edge) < 0:
        return outside
    while abs(outside - inside) > RESOLUTION:
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if refuted(middle) < 0 else (inside, middle)
    return outside
