"""The latency metric: bets against "the canary is not slower than stable, as slow as it may be" on every shape of harm.
In: two histograms, what earlier blocks looked like. Out: log e of each bet. Requests that faulted are in neither.
The null is stochastic order; each bet is a bounded increasing score, so E[e] <= 1 by the AM-GM inequality.
"""

from __future__ import annotations

from functools import lru_cache
from math import log

import numpy as np

from serinus.judge.counts import Counts
from serinus.judge.histogram import Floats, Pairs, Reference, beyond, forgiven, place, seconds_of, size
from serinus.judge.policy import Gate, Policy, Slower, level
from serinus.judge.ripr import Line, log_e, log_likelihood

BODY = ((0.25, 0.33), (0.8, 0.03))
TAILS = ((1.0, 3.0, 2.3, 0.07), (1.6, 2.8, 1.9, 0.38), (3.0, 4.0, 60.0, 0.12))
BEYOND = 0.07
LOWS, HIGHS = np.array(TAILS)[:, :2].T[:, :, None]
RANGES = HIGHS - LOWS
TAIL_MEANS = (10**-LOWS - 10**-HIGHS) / (log(10) * RANGES)
STAKES = np.array([stake for stake, _ in BODY])
TAIL_ODDS = np.array([odds for *_, odds, _ in TAILS])
QUANTILES = np.array([0.99, 0.999, 0.999])
ODDS = (1.6, 4.0, 30.0)
ODDS_OF_THRESHOLDS = (4.0, 30.0)
WIDEST = 2.5
LOGIT_PER_SD = 1.702
HIGHEST = 0.95
ENOUGH = 20.0
EQUAL = Line(1.0, 0.0)
LEAST_BEYOND, MOST_BEYOND = 1e-4, 0.5
SEEN_BEYOND = 3.0
LEAST_GUESS = 0.2


def components(policy: Policy) -> int:
    return len(BODY) + len(TAILS) + _beyonds(policy)


def prior(policy: Policy) -> tuple[float, ...]:
    """On the whole body, on the tail from p90, p97.5 or p99.9, and on shares beyond quantiles and thresholds."""
    beyonds = _beyonds(policy)
    return (*(part for _, part in BODY), *(part for *_, part in TAILS), *(BEYOND / beyonds,) * beyonds)


def _beyonds(policy: Policy) -> int:
    return len(ODDS) + len(ODDS_OF_THRESHOLDS) * len(policy.thresholds)


def harm(stable: Pairs, canary: Pairs, reference: Reference | None, policy: Policy) -> tuple[float, ...]:
    """Log e of each bet; zeros where either side is empty or too little was seen before."""
    n1, n2 = size(stable), size(canary)
    if not (n1 and n2) or reference is None or reference.total < ENOUGH:
        return (0.0,) * components(policy)
    share = n2 / (n1 + n2)
    (bins, x1), (late, x2) = _columns(stable), _columns(canary)
    late = forgiven(late, policy.tolerated)
    edges = _edges(reference, policy)
    scores = _scores(reference, np.concatenate((bins, late)) + 0.5)
    one, other = scores[:, : len(bins)], scores[:, len(bins) :]
    bets = (
        *_scored(one, x1, other, x2, share),
        *_beyond(_above(bins, x1, edges), _above(late, x2, edges), share, policy),
    )
    return tuple(float(bet) for bet in bets)


def passing(stable: Pairs, canary: Pairs, reference: Reference | None, quantile: float, ratio: float) -> float:
    """Log e against "the share of the canary beyond `ratio` times stable's quantile is at least stable's beyond it"."""
    if reference is None or reference.total < ENOUGH:
        return 0.0
    edge, relaxed = passing_edges(reference, quantile, ratio)
    guess = 1 - reference.below(np.array([edge, relaxed], dtype=np.float64))
    at, past = float(np.clip(guess[0], 1e-4, 0.999)), float(guess[1])
    counts = Counts(size(stable), beyond(stable, edge), size(canary), beyond(canary, relaxed))
    return log_e(counts, at, min(max(past, at / 50), 0.98 * at), EQUAL)


def tails(stable: Pairs, canary: Pairs, reference: Reference | None, policy: Policy) -> tuple[Counts, ...]:
    """For each gate: how many requests of either version were slower than is tolerated beside the quantile that it asks
    for, as stable was expected to have it; a lower one where too few requests are known to tell it.
    """
    if reference is None or reference.total < ENOUGH:
        return (Counts(),) * len(policy.gates)
    named = np.array([min(1 - beyond_at_most(gate), 1 - SEEN_BEYOND / reference.total) for gate in policy.gates])
    usual = [seconds_of(float(edge)) for edge in reference.quantiles(named)]
    edges = [place(policy.tolerated.ratio * one + policy.tolerated.difference) + 1 for one in usual]
    n1, n2 = size(stable), size(canary)
    return tuple(Counts(n1, beyond(stable, edge), n2, beyond(canary, edge)) for edge in edges)


def keeps_up(counts: Counts, usual: float, most: float) -> float:
    """Log e against "`most` of the canary's requests, or a larger share, are slower than tolerated", guessing that as
    many are as of stable's usually, `usual`, but no fewer than a fifth of `most`: where little is known, one slow
    request shall not cost a hundred others. E[e] <= 1 for all such shares, as the guess is below them.
    """
    alone = Counts(canary=counts.canary, canary_faults=counts.canary_faults)
    guess = min(max(usual, LEAST_GUESS * most), most / 2)
    return log_likelihood(alone, 0.0, guess) - log_likelihood(alone, 0.0, most)


def beyond_at_most(gate: Gate) -> float:
    """The share that may be beyond the quantile a gate asks for: 1 %, so p99, for half a percentage point."""
    return min(max(2 * gate.difference, LEAST_BEYOND), MOST_BEYOND)


def passing_edges(reference: Reference, quantile: float, ratio: float) -> tuple[int, int]:
    """Whole fine edges: stable's quantile as guessed, and at most `ratio` times as slow."""
    edge = round(float(reference.quantiles(np.array([quantile]))[0]))
    return edge, edge + max(0, place(ratio))


def levels(policy: Policy) -> tuple[str, ...]:
    """Which quantiles are shown: those named, else the middle, the tail, and its end: a canary of which one request in
    a hundred is slow has hardly more requests beyond stable's p99 than stable.
    """
    return tuple(sorted(policy.latency, key=level)) or ("p50", "p99", "p99.9")


def _columns(latencies: Pairs) -> tuple[Floats, Floats]:
    table = np.array(latencies, dtype=np.float64)
    return table[:, 0], table[:, 1]


def _scores(reference: Reference, places: Floats) -> Floats:
    """A row for each bet on the body, by the share of stable's answers that are expected to be faster; then one for
    each on a tail, by how rare that is in powers of ten: from 0 at `low` to 1 at `high`, less the mean of it.
    """
    below = reference.below(places)
    inner = np.minimum(np.maximum(below, 1e-4), 1 - 1e-4)
    body = np.minimum(np.maximum(np.log(inner / (1 - inner)) / (LOGIT_PER_SD * WIDEST), -1.0), 1.0)
    rare = np.minimum(np.maximum(reference.rarity(places, below) - LOWS, 0.0), RANGES)
    return np.concatenate(((body,) * len(BODY), rare / RANGES - TAIL_MEANS))


def _scored(u1: Floats, n1: Floats, u2: Floats, n2: Floats, share: float) -> Floats:
    """On the body a stake within what either version's best answer may cost; on a tail as much as a canary's request at
    its very end, which is `odds` as likely to be the canary's as stable's, is worth: o / (1 - w + wo).
    """
    body = np.minimum(STAKES, HIGHEST / max(share, 1 - share))
    tails = (TAIL_ODDS - 1) / (1 - share + share * TAIL_ODDS)
    stakes = np.concatenate((body, tails))[:, None]
    logs: Floats = np.log1p((1 - share) * stakes * u2) @ n2 + np.log1p(-share * stakes * u1) @ n1
    return logs


def _edges(reference: Reference, policy: Policy) -> Floats:
    """On stable's scale: where it is expected to have its quantiles, and where it would pass the thresholds."""
    return np.concatenate((np.round(reference.quantiles(QUANTILES)), _limits(policy.thresholds, policy.tolerated)))


@lru_cache(maxsize=64)
def _limits(thresholds: tuple[float, ...], tolerated: Slower) -> Floats:
    """A place for each of the odds of each threshold."""
    limits = np.array([float(place(limit)) for limit in thresholds for _ in ODDS_OF_THRESHOLDS])
    return forgiven(limits, tolerated)


@lru_cache(maxsize=64)
def _odds(thresholds: int) -> Floats:
    return np.array(ODDS + ODDS_OF_THRESHOLDS * thresholds)


def _above(bins: Floats, counts: Floats, edges: Floats) -> Floats:
    above: Floats = (bins[None, :] >= edges[:, None]) @ counts
    return above


def _beyond(x1: Floats, x2: Floats, share: float, policy: Policy) -> Floats:
    """Which version a slow request was of, for each edge with its odds: Lindon & Malek's label test."""
    odds = _odds(len(policy.thresholds))
    drawn = 1 - share + share * odds
    logs: Floats = x2 * np.log(odds / drawn) - x1 * np.log(drawn)
    return logs
