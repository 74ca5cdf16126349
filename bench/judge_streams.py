"""Seeded traffic with faults and latencies, and the least that any test must learn from it. In: a case, a seed.
Out: blocks as the judge gets them, and nats of information in them (Wald's bound is ln 1/α of these).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import exp, log, pi, sin

import msgspec
import numpy as np
from numpy.typing import NDArray

from serinus.judge.arms import BIN_WIDTH
from serinus.judge.blocks import ENOUGH_CANARY, LONGEST_S, close_blocks
from serinus.judge.counts import counts_of
from serinus.judge.observation import Arm, Block, Observation, Outcome, Variant, WeightChange
from serinus.judge.policy import Margin
from serinus.judge.ripr import Line, log_likelihood, project
from serinus.judge.sessions import dated

Course = Callable[[float], float]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Histogram = tuple[tuple[int, int], ...]
Slowing = Callable[[Floats, Floats], Floats]
LOWEST, HIGHEST = -420, 160
MEDIAN_S, P99_S = 0.125, 0.4
DRAWN = 400_000
LASTING_S = 10.0
MEMORY_S = 60.0
FIVE = (0.4, 0.3, 0.15, 0.1, 0.05)


class Case(msgspec.Struct, frozen=True):
    """Traffic: fault shares and the canary's weight over the seconds of a run, requests a second, length, endpoints.
    `slowing`: what becomes of the canary's latency, by seconds and quantile; None: no latencies are simulated.
    `pods`: standard deviation of the canary's share of faults from run to run, as of one pod on a poor node. `noise`:
    of the logarithm of both versions' shares, which wanders with them (AR(1), a minute's memory). `cluster`: requests
    come in sessions of up to so many, within `LASTING_S`, each sent to one version and failing as a whole, at whichever
    endpoints it asks; sessions have keys. `errors`, `throttles`: shares of 4xx and 429 in both versions.
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
    noise: float = 0.0
    cluster: int = 0
    errors: float = 0.0
    throttles: float = 0.0


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


@lru_cache(maxsize=32)
def shares(slowing: Slowing) -> Floats:
    """Probability of each fine bin from LOWEST on, lognormal before it is slowed."""
    quantile = (np.arange(DRAWN) + 0.5) / DRAWN
    sd = log(P99_S / MEDIAN_S) / 2.3263
    seconds = slowing(MEDIAN_S * np.exp(sd * _normal()), quantile)
    bins = np.clip(np.floor(np.log(seconds) / BIN_WIDTH).astype(int) - LOWEST, 0, HIGHEST - LOWEST)
    counts = np.bincount(bins, minlength=HIGHEST - LOWEST + 1)
    found: Floats = counts / counts.sum()
    return found


@cache
def _normal() -> Floats:
    """Standard normal quantiles, from a large sorted sample: no other library is needed."""
    return np.sort(np.random.default_rng(5).standard_normal(DRAWN))


class Ticks(msgspec.Struct, frozen=True):
    """What was asked of the versions, a row for each tick, a column for each endpoint: stable's requests and faults,
    the canary's requests and faults.
    """

    n1: Integers
    x1: Integers
    n2: Integers
    x2: Integers


def stream(case: Case, seed: int) -> list[Block]:
    """All blocks of a run, in order; before it, half a minute of stable alone, while the canary starts. As the judge
    closes them: at a tick that makes five canary requests full, after a minute, or where the weight changes.
    """
    dice = np.random.default_rng(seed)
    starts: Floats = np.arange(int(case.minutes * 60 / case.tick), dtype=np.float64) * case.tick
    if case.cluster:
        return [*_history(case, None, dice), *_of_sessions(case, starts, dice)]
    ticks, latencies = _drawn(case, starts, dice), _latencies(case, dice)
    blocks = _history(case, latencies, dice)
    for place in range(len(case.endpoints)):
        name = f"endpoint {place}"
        columns = (getattr(ticks, of)[:, place].tolist() for of in ticks.__struct_fields__)
        for start, end, n1, x1, n2, x2 in _closed(case, starts.tolist(), *columns):
            slow = latencies(n1 - x1, n2 - x2, start) if latencies else ((), ())
            arms = _arm(case, n1, x1, slow[0], dice), _arm(case, n2, x2, slow[1], dice)
            blocks.append(Block(name, start, end, case.weight(start), *arms))
    return sorted(blocks, key=lambda block: (block.end, block.stratum))


def _drawn(case: Case, starts: Floats, dice: np.random.Generator) -> Ticks:
    requests = dice.poisson(case.rate * case.tick * np.array(case.endpoints), (len(starts), len(case.endpoints)))
    worse = max(0.0, 1 + case.pods * dice.standard_normal())
    canary = dice.binomial(requests, _over(case.weight, starts))
    wander = _wandering(case, len(starts), dice)
    x1 = dice.binomial(requests - canary, np.minimum(1.0, wander * _over(case.stable, starts)))
    x2 = dice.binomial(canary, np.minimum(1.0, wander * worse * _over(case.canary, starts)))
    return Ticks(requests - canary, x1, canary, x2)


def _over(course: Course, starts: Floats) -> Floats:
    return np.array([[course(start)] for start in starts.tolist()])


def _wandering(case: Case, ticks: int, dice: np.random.Generator) -> Floats:
    """The factor that both versions' shares have in common, a row a tick; its mean is 1."""
    if not case.noise:
        return np.ones((1, 1))
    memory, now, found = exp(-case.tick / MEMORY_S), dice.standard_normal(), []
    for step in dice.standard_normal(ticks).tolist():
        now = memory * now + (1 - memory**2) ** 0.5 * step
        found.append([exp(case.noise * now - case.noise**2 / 2)])
    return np.array(found)


def _of_sessions(case: Case, starts: Floats, dice: np.random.Generator) -> list[Block]:
    """Request by request, as the judge makes blocks of them."""
    until = float(starts[-1]) + case.tick
    begun = np.sort(dice.random(dice.poisson(until * case.rate * 2 / (1 + case.cluster))) * until)
    canary = dice.random(len(begun)) < np.array([case.weight(at) for at in begun.tolist()])
    failed = dice.random(len(begun)) < np.array([case.stable(at) for at in begun.tolist()])
    whose = np.repeat(np.arange(len(begun)), dice.integers(1, case.cluster + 1, len(begun)))
    at = begun[whose] + dice.random(len(whose)) * LASTING_S
    variants = [Variant.CANARY if one else Variant.STABLE for one in canary.tolist()]
    outcomes = [Outcome.FAULT if one else Outcome.OK for one in failed.tolist()]
    order = np.argsort(at)
    asked = _endpoints(case, len(order), dice)
    items = [
        Observation(when, variants[one], f"endpoint {place}", outcomes[one], 0.0, "", str(one))
        for when, one, place in zip(at[order].tolist(), whose[order].tolist(), asked, strict=True)
    ]
    told = [WeightChange(start, case.weight(start), start) for start in starts.tolist()]
    changes = told[:1] + [new for old, new in pairwise(told) if new.weight != old.weight]
    seen = [item for item in dated(items) if isinstance(item, Observation)]
    window = close_blocks(seen, {}, changes, 0.0, until, case.tick)
    return [_without_latency(block) for block in window.blocks]


def _endpoints(case: Case, requests: int, dice: np.random.Generator) -> list[int]:
    """Which endpoint each request asks."""
    if len(case.endpoints) == 1:
        return [0] * requests
    found: list[int] = dice.choice(len(case.endpoints), requests, p=case.endpoints).tolist()
    return found


def _without_latency(block: Block) -> Block:
    led = block.leading and (_counts(block.leading[0]), _counts(block.leading[1]))
    return msgspec.structs.replace(block, stable=_counts(block.stable), canary=_counts(block.canary), leading=led)


def _counts(arm: Arm) -> Arm:
    return Arm(arm.requests, arm.faults)


def _closed(case: Case, starts: list[float], *columns: list[int]) -> Iterator[tuple[float, float, int, int, int, int]]:
    """Start, end and counts of each block of one endpoint."""
    begun, held = 0.0, [0, 0, 0, 0]
    for start, *fresh in zip(starts, *columns, strict=True):
        if not any(held):
            begun = start
        held, end = [known + new for known, new in zip(held, fresh, strict=True)], start + case.tick
        cut = case.weight(start) != case.weight(end) or end + case.tick - begun > LONGEST_S
        if any(held) and (cut or held[2] >= ENOUGH_CANARY):
            yield begun, end, held[0], held[1], held[2], held[3]
            held = [0, 0, 0, 0]


def _arm(case: Case, requests: int, faults: int, latency: Histogram, dice: np.random.Generator) -> Arm:
    if not (case.errors or case.throttles):
        return Arm(requests, faults, latency=latency)
    errors = int(dice.binomial(requests - faults, case.errors))
    throttles = int(dice.binomial(requests - faults - errors, case.throttles))
    return Arm(requests, faults, errors, throttles, latency)


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
