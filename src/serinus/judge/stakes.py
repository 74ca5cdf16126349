"""The other metrics of one endpoint: errors, throttles, missing answers, latency. In: what it holds, blocks that end
together. Out: what it holds after them, and log e of the bets by metric. Every bet was fixed before the blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from serinus.judge import faults, latency
from serinus.judge.baserate import learn_stable
from serinus.judge.counts import Counts, leading
from serinus.judge.evidence import Endpoint, Latencies, Stake
from serinus.judge.histogram import Pairs, Reference, beyond, faded, merged, size, unforgiven
from serinus.judge.latency import levels, passing_edges
from serinus.judge.metrics import COUNTED, FAULTS, LATENCY, counted, margin
from serinus.judge.observation import Block
from serinus.judge.policy import Policy, level
from serinus.judge.wealth import bet, spread

HALF_LIFE_S = 60.0
KEPT = 1000.0
Bets = dict[str, tuple[float, ...]]


class Staked(NamedTuple):
    """An endpoint after its blocks, log e of what was bet by metric on all endpoints together, and its slow requests by
    gate.
    """

    endpoint: Endpoint
    shared: Bets
    tails: tuple[Counts, ...]


def prior(metric: str, policy: Policy) -> tuple[float, ...]:
    """How the bets of a metric are spread."""
    return latency.prior(policy) if metric == LATENCY else faults.prior(margin(policy, metric))


def staked(
    endpoint: Endpoint, blocks: Sequence[Block], placed: tuple[Bets, Bets], end: float, policy: Policy, *, warm: bool
) -> Staked:
    """The endpoint with the blocks in its other metrics. `placed`: `counted_bets` of them, and of what leads in them.
    `warm`: latencies count.

    Nothing is bet on errors, throttles or missing answers before a block in which there were some.
    """
    bets, shared = (dict(one) for one in placed)
    tails: tuple[Counts, ...] = ()
    others, learnt = _seen(endpoint.others, blocks, end, policy), endpoint.latencies
    if warm:
        (stable, canary), expected = arms(blocks), reference(learnt)
        if stable or canary:
            led = (stable, canary) if (once := leading(blocks)) is blocks else arms(once)
            bets[LATENCY] = shared[LATENCY] = latency.harm(stable, canary, expected, policy)
            if led != (stable, canary):
                shared[LATENCY] = latency.harm(*led, expected, policy)
            tails = latency.tails(*led, expected, policy)
            others[LATENCY] = others.get(LATENCY) or _opened(LATENCY, policy)
        learnt = learn_latencies(learnt, expected, (stable, canary), end, policy)
    for metric in [metric for metric in bets if metric != FAULTS]:
        wealth = bet(others[metric].wealth, bets[metric], end, blocks[0].weight, prior(metric, policy))
        others[metric] = replace(others[metric], wealth=wealth)
    return Staked(replace(endpoint, others=others, latencies=learnt), shared, tails)


def _seen(known: Mapping[str, Stake], blocks: Sequence[Block], end: float, policy: Policy) -> dict[str, Stake]:
    """With what was counted of each metric; a metric begins with the first block in which there is anything."""
    others = dict(known)
    for metric in COUNTED:
        counts, stake = counted(blocks, metric), others.get(metric)
        if stake or counts.stable_faults or counts.canary_faults:
            others[metric] = _counted(stake or _opened(metric, policy), counts, end)
    return others


def counted_bets(
    endpoints: Mapping[str, Endpoint], groups: Mapping[str, Sequence[Block]], policy: Policy
) -> dict[str, Bets]:
    """Log e of the bets on faults, and on those of errors, throttles and missing answers that there have been, by
    endpoint and metric. All at once, for there are many.
    """
    asked = {name: _questions(endpoints[name], blocks, policy) for name, blocks in groups.items()}
    answers = iter(faults.harms([question for one in asked.values() for question in one.values()]))
    return {name: {metric: next(answers) for metric in one} for name, one in asked.items()}


def _questions(endpoint: Endpoint, blocks: Sequence[Block], policy: Policy) -> dict[str, faults.Question]:
    questions = {FAULTS: faults.Question(counted(blocks, FAULTS), endpoint.base.guess, policy.faults)}
    for metric in COUNTED:
        if known := endpoint.others.get(metric):
            limit = margin(policy, metric)
            questions[metric] = faults.Question(counted(blocks, metric), known.base.guess, limit)
    return questions


def _opened(metric: str, policy: Policy) -> Stake:
    return Stake(spread(prior(metric, policy)))


def _counted(stake: Stake, counts: Counts, end: float) -> Stake:
    return replace(stake, seen=stake.seen + counts, base=learn_stable(stake.base, counts, end))


def arms(blocks: Sequence[Block]) -> tuple[Pairs, Pairs]:
    """The latencies of both versions."""
    return merged([block.stable.latency for block in blocks]), merged([block.canary.latency for block in blocks])


def reference(latencies: Latencies) -> Reference | None:
    """What stable's latencies are expected to be."""
    return Reference(latencies.stable) if latencies.stable else None


def learn_latencies(
    known: Latencies, expected: Reference | None, seen: tuple[Pairs, Pairs], end: float, policy: Policy
) -> Latencies:
    """Fade what was known to `end`, then add what was seen of both versions. `expected`: `reference(known)`.
    Of stable's no fewer than KEPT stay known, however old: where traffic is thin they tell its tail.
    """
    stable, canary = seen
    factor = 1.0 if known.at is None else 0.5 ** (max(0.0, end - known.at) / HALF_LIFE_S)
    kept = max(factor, min(1.0, KEPT / expected.total)) if expected else factor
    return Latencies(
        stable=faded(known.stable, kept, stable),
        canary=faded(known.canary, factor, canary),
        at=end,
        beyond=_beyond(known.beyond, expected, seen, policy),
    )


def _beyond(
    known: Mapping[str, Counts], expected: Reference | None, seen: tuple[Pairs, Pairs], policy: Policy
) -> dict[str, Counts]:
    """Requests slower than tolerated beside the quantiles that stable was expected to have, of which so many are known
    that one lay beyond.
    """
    if expected is None or expected.total < latency.ENOUGH:
        return dict(known)
    (stable, canary), found = seen, dict(known)
    n1, n2 = size(stable), size(canary)
    for name in [name for name in levels(policy) if expected.total * (1 - level(name)) >= 1]:
        edge, relaxed = passing_edges(expected, level(name), policy.latency.get(name, 1.0))
        limit = relaxed if name in policy.latency else unforgiven(edge, policy.tolerated)
        found[name] = known.get(name, Counts()) + Counts(n1, beyond(stable, limit), n2, beyond(canary, limit))
    return found
