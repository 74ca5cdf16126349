"""Intervals that hold however often one looks: all values that the evidence so far does not refute at level 1-alpha.
In: counts, alpha. Out: low, estimate, high. Each inverts an e-process: a mixture of the unrestricted model against the
best fit under the value in question (Robbins 1970; Wasserman, Ramdas & Balakrishnan 2020 for the two-sample ones).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import acos, copysign, cos, exp, lgamma, log, log1p, pi, sqrt

from serinus.judge import ripr
from serinus.judge.counts import Counts
from serinus.judge.verdict import Interval
from serinus.judge.wealth import log_sum

RESOLUTION = 5e-5
LEAST_STEP = 0.001
NEARER = (0.01, 0.1, 1 - 1e-6)
RARE_OR_ANY = ((0.75, 0.25, 25.0), (0.25, 0.5, 0.5))
LARGEST_LOG_ODDS = 14.0
LOWEST, HIGHEST = 1e-15, 1 - 1e-15


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
    """Canary's share of faults minus stable's, common to all `cells` (one a weight); each has its own base rate.

    Where no common difference fits, because harm began late, the earliest cells are left out until one does.
    """
    used = [cell for cell in cells if cell.stable and cell.canary]
    if not used:
        return Interval(-1.0, 0.0, 1.0)
    estimate, refuted = _mantel_haenszel(used), _refuted(used, _best_at_difference, alpha)
    if len(used) > 1 and refuted(estimate) >= 0:
        return difference_interval(used[1:], alpha)
    return _invert(refuted, estimate, -1.0, 1.0)


def odds_interval(cells: Sequence[Counts], alpha: float) -> Interval:
    """The canary's odds of a fault as a multiple of stable's, as above; bounds within exp(±14)."""
    used = [cell for cell in cells if cell.stable and cell.canary]
    estimate, refuted = _common_log_odds(used), _refuted(used, _best_at_odds, alpha)
    if len(used) > 1 and refuted(estimate) >= 0:
        return odds_interval(used[1:], alpha)
    fitted = _invert(refuted, estimate, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)
    return Interval(exp(fitted.low), exp(fitted.estimate), exp(fitted.high))


def _refuted(cells: Sequence[Counts], best: Callable[[Counts, float], float], alpha: float) -> Callable[[float], float]:
    """Above 0 for the values of a common effect that the evidence refutes at level 1-alpha."""
    against = _unrestricted(cells) + log(alpha)
    return lambda effect: against - sum([best(cell, effect) for cell in cells])


def _unrestricted(cells: Sequence[Counts]) -> float:
    """Mixture over shares: half of it the same in all cells, half each cell's own, three quarters of them rare."""
    alike, apart = _drawn(sum(cells, Counts())), sum(_drawn(cell) for cell in cells)
    return log_sum([alike + log(0.5), apart + log(0.5)])


def _drawn(cell: Counts) -> float:
    arms = ((cell.stable_faults, cell.stable), (cell.canary_faults, cell.canary))
    return sum(
        log_sum([log_mixture(faults, requests - faults, a, b) + log(part) for part, a, b in RARE_OR_ANY])
        for faults, requests in arms
    )


def _best_at_difference(cell: Counts, difference: float) -> float:
    """The largest log likelihood with p2 = p1 + difference."""
    if difference < 0:
        cell = Counts(cell.canary, cell.canary_faults, cell.stable, cell.stable_faults)
    stable = _nearest(cell, abs(difference))
    return ripr.log_likelihood(cell, stable, min(stable + abs(difference), HIGHEST))


def _nearest(cell: Counts, difference: float) -> float:
    """Stable's share there: the middle root of the likelihood equation, a cubic (Miettinen & Nurminen 1985)."""
    n1, x1, total, faults = cell.stable, cell.stable_faults, cell.requests, cell.stable_faults + cell.canary_faults
    square = ((cell.canary + 2 * n1) * difference - total - faults) / (3 * total)
    linear = ((n1 * difference - total - 2 * x1) * difference + faults) / (3 * total)
    rest = x1 * difference * (1 - difference) / (2 * total)
    root = sqrt(max(square * square - linear, LOWEST))
    cubed = square * square * square - 1.5 * square * linear + rest
    turn = acos(min(max(cubed / copysign(root * root * root, cubed), -1.0), 1.0))
    found = 2 * copysign(root, cubed) * cos((pi + turn) / 3) - square
    return min(max(found, LOWEST), HIGHEST - difference)


def _best_at_odds(cell: Counts, log_odds: float) -> float:
    """The same with odds(p2) = o * odds(p1): the expected sum of faults equals the observed one, a quadratic."""
    excess = exp(log_odds) - 1
    faults = min(max(cell.stable_faults + cell.canary_faults, 1e-9), cell.requests - 1e-9)
    middle = cell.stable + cell.canary * (excess + 1) - faults * excess
    root = sqrt(middle * middle + 4 * cell.stable * excess * faults)
    stable = 2 * faults / (middle + root)
    canary = stable * (excess + 1) / (1 + stable * excess)
    return ripr.log_likelihood(cell, min(stable, HIGHEST), min(canary, HIGHEST))


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
    """Where `refuted` crosses 0, from outside, to RESOLUTION: false position with the Illinois rule."""
    below = refuted(inside)
    edge, above = _refuted_beyond(refuted, inside, outside)
    if edge == inside or above < 0 or below >= 0:
        return outside
    outside, last = edge, 0.0
    while abs(outside - inside) > RESOLUTION:
        place = outside + (inside - outside) * max(LEAST_STEP, above / (above - below))
        value = refuted(place)
        if value < 0:
            inside, below, above = place, value, above / 2 if last < 0 else above
        else:
            outside, above, below = place, value, below / 2 if last > 0 else below
        last = value
    return outside


def _refuted_beyond(refuted: Callable[[float], float], inside: float, outside: float) -> tuple[float, float]:
    """A value on the way outside that is refuted, as near as a few looks find it; the outermost where none is."""
    for part in NEARER:
        edge = inside + (outside - inside) * part
        above = refuted(edge)
        if above >= 0:
            break
    return edge, above
