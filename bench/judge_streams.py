"""Seeded traffic with faults and latencies, and the least that any test must learn from it. In: a case, a seed.
Out: blocks as the judge gets them, and nats of information in them (Wald's bound is ln 1/α of these).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log, pi, sin

import msgspec
import numpy as np
from numpy.typing import NDArray

from serinus.judge.arms import BIN_WIDTH
from serinus.judge.counts import counts_of
from serinus.judge.observation import Arm, Block
from serinus.judge.policy import Margin
from serinus.judge.ripr import Line, log_likelihood, project

Course = Callable[[float], float]
Floats = NDArray[np.float64]
Slowing = Callable[[Floats, Floats], Floats]
LOWEST, HIGHEST = -420, 160
MEDIAN_S, P99_S = 0.125, 0.4
DRAWN = 400_000
FIVE = (0.4, 0.3, 0.15, 0.1, 0.05)


class Case(msgspec.Struct, frozen=True):
    """Traffic: fault shares and the canary's weight over the seconds of a run, requests a second, length, endpoints.
    `slowing`: what becomes of the canary's latency, by seconds and quantile; None: no latencies are simulated.
    `pods`: standard deviation of the canary's share of faults from run to run, as of one pod on a poor node.
    """

    name: str
    stable: Course
    canary: Course
    weight: Course
    rate: float = 100.0
    minutes: float = 60.0
    tick: float = 5.0
    endpoints: tuple[float, ...] = (1.0,)
    slowing: Slowing | None = None
    drift: Course | None = None
    pods: float = 0.0


def always(value: float) -> Course:
    return lambda _: value


def ramp(at: float) -> float:
    return (0.05, 0.1, 0.25, 0.5)[min(3, int(at // 300))]


def from_minute(minute: float, before: float, after: float) -> Course:
    return lambda at: after if at >= 60 * minute else before


def wave(middle: float) -> Course:
    return lambda at: middle * (1 + 0.8 * sin(2 * pi * at / 1800))


def equal(seconds: Floats, _quantile: Floats) -> Floats:
    return seconds


def everywhere(factor: float) -> Slowing:
    return lambda seconds, _: seconds * factor


def at_the_tail(seconds: Floats, quantile: Floats) -> Floats:
    """+10 % at p99 and beyond, less before it, nothing below p95."""
    return seconds * np.interp(quantile, [0.95, 0.99], [1.0, 1.1])


def sometimes(share: float, more: float) -> Slowing:
    """`more` seconds for a share of all requests, whatever else they would take."""
    return lambda seconds, quantile: seconds + more * ((quantile * 7919) % 1 < share)


def shares(slowing: Slowing) -> Floats:
    """Probability of each fine bin from LOWEST on, lognormal before it is slowed."""
    dice = np.random.default_rng(5)
    quantile = (np.arange(DRAWN) + 0.5) / DRAWN
    sd = log(P99_S / MEDIAN_S) / 2.3263
    seconds = slowing(MEDIAN_S * np.exp(sd * _normal(quantile, dice)), quantile)
    bins = np.clip(np.floor(np.log(seconds) / BIN_WIDTH).astype(int) - LOWEST, 0, HIGHEST - LOWEST)
    counts = np.bincount(bins, minlength=HIGHEST - LOWEST + 1)
    found: Floats = counts / counts.sum()
    return found


def _normal(quantile: Floats, dice: np.random.Generator) -> Floats:
    """Standard normal quantiles, from a large sorted sample: no other library is needed."""
    return np.interp(quantile, (np.arange(DRAWN) + 0.5) / DRAWN, np.sort(dice.standard_normal(DRAWN)))


def stream(case: Case, seed: int) -> list[Block]:
    """All blocks of a run, in order; before it, half a minute of stable alone, while the canary starts."""
    dice = np.random.default_rng(seed)
    starts = np.arange(int(case.minutes * 60 / case.tick)) * case.tick
    at = np.repeat(starts, len(case.endpoints))
    requests = dice.poisson(case.rate * case.tick * np.tile(case.endpoints, len(starts)))
    worse = max(0.0, 1 + case.pods * dice.standard_normal())
    canary = dice.binomial(requests, np.array([case.weight(start) for start in at]))
    x1 = dice.binomial(requests - canary, [case.stable(start) for start in at])
    x2 = dice.binomial(canary, [min(1.0, worse * case.canary(start)) for start in at])
    latencies = _latencies(case, dice)
    blocks = _history(case, latencies, dice)
    for place, start in enumerate(at.tolist()):
        if not requests[place]:
            continue
        stable, faults1 = int(requests[place] - canary[place]), int(x1[place])
        seen, faults2 = int(canary[place]), int(x2[place])
        slow = latencies(stable - faults1, seen - faults2, start) if latencies else ((), ())
        name = f"endpoint {place % len(case.endpoints)}"
        arms = Arm(stable, faults1, latency=slow[0]), Arm(seen, faults2, latency=slow[1])
        blocks.append(Block(name, start, start + case.tick, case.weight(start), *arms))
    return blocks


Histogram = tuple[tuple[int, int], ...]
Latencies = Callable[[int, int, float], tuple[Histogram, Histogram]]


def _latencies(case: Case, dice: np.random.Generator) -> Latencies | None:
    if case.slowing is None:
        return None
    stable, canary, drift = shares(equal), shares(case.slowing), case.drift or always(1.0)

    def drawn(n1: int, n2: int, at: float) -> tuple[Histogram, Histogram]:
        shift = round(log(drift(at)) / BIN_WIDTH)
        return _pairs(dice.multinomial(n1, stable), shift), _pairs(dice.multinomial(n2, canary), shift)

    return drawn


def _pairs(counts: NDArray[np.int64], shift: int) -> Histogram:
    bins = np.flatnonzero(counts)
    return tuple(zip((bins + LOWEST + shift).tolist(), counts[bins].tolist(), strict=True))


def _history(case: Case, latencies: Latencies | None, dice: np.random.Generator) -> list[Block]:
    """What stable answered just before the run, by endpoint."""
    found = []
    for place, part in enumerate(case.endpoints):
        requests = round(30 * case.rate * part)
        faults = int(dice.binomial(requests, case.stable(0.0)))
        slow = latencies(requests - faults, 0, 0.0)[0] if latencies else ()
        stable = Arm(requests, faults, latency=slow)
        found.append(Block(f"endpoint {place}", -30.0, 0.0, case.weight(0.0), stable, Arm()))
    return found


def spent(case: Case, blocks: Sequence[Block], until: float, limit: Margin) -> float:
    """Nats with which the best test there is could have told the true shares from the nearest tolerated ones: the
    likelihood ratio of what came until then. Its mean is the information in it (Wald), at a fraction of the spread.
    """
    return sum(_log_likelihood_ratio(case, block, limit) for block in blocks if block.end <= until)


def _log_likelihood_ratio(case: Case, block: Block, limit: Margin) -> float:
    counts = counts_of((block,))
    if not (counts.stable and counts.canary):
        return 0.0
    true = case.stable(block.start), case.canary(block.start)
    tolerated = project(*true, counts.share, Line(limit.ratio, limit.difference))
    return log_likelihood(counts, *true) - log_likelihood(counts, *tolerated)


def slowness(slowing: Slowing, weight: float) -> float:
    """Nats a request (of both versions) with which the best test could tell the canary's latencies from stable's."""
    one, other = shares(equal), shares(slowing)
    mixed = (1 - weight) * one + weight * other
    return (1 - weight) * _kl(one, mixed) + weight * _kl(other, mixed)


def _kl(one: Floats, other: Floats) -> float:
    present = one > 0
    return float((one[present] * np.log(one[present] / other[present])).sum())


def canary_requests(blocks: Sequence[Block], until: float) -> int:
    return sum(block.canary.requests for block in blocks if block.end <= until)
