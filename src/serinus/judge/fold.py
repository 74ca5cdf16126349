"""A window's blocks enter the evidence, one end of blocks after the other, so that any cut into windows gives the same.
In: evidence, window, policy, stage. Out: the new evidence. Everything bet on a block was fixed before the block.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import log

from msgspec.structs import replace

from serinus.judge import entrance, faults, latency, origins
from serinus.judge.arms import RULES
from serinus.judge.baserate import learn, learn_stable
from serinus.judge.counts import Counts, counts_of, leading
from serinus.judge.endpoints import admit, endpoint_of, grouped, grown
from serinus.judge.evidence import Endpoint, Evidence, Example, Kept, Settled, Tally
from serinus.judge.metrics import FAULTS
from serinus.judge.observation import Block, Window
from serinus.judge.overshoot import Faults, boosted
from serinus.judge.policy import Gate, Policy, level, limits
from serinus.judge.stakes import Bets, Staked, arms, counted_bets, learn_latencies, prior, reference, staked
from serinus.judge.stored import continues
from serinus.judge.wealth import bet, spread

MAX_EXAMPLES = 10
PASS_HEADROOM = log(10.0)


def fold(evidence: Evidence, window: Window, policy: Policy, weight: int, since: float) -> Evidence:
    """Evidence with the window in it. `weight` (percent), `since` (epoch s): the step that its later blocks belong to.

    Limits that differ from those in force when the evidence began make a new test: nothing said before counts for it.
    So do bets that another release of Serinus has placed.
    """
    if evidence.limits != limits(policy) or not continues(evidence, policy):
        evidence = _blank(evidence, policy)
    if evidence.stage is None or (evidence.stage.weight, evidence.stage.since) != (weight, since):
        evidence = replace(evidence, stage=Tally(weight, since))
    ordered = sorted(window.blocks, key=lambda block: (block.end, block.stratum, block.start))
    for end, blocks in groupby(ordered, key=lambda block: block.end):
        evidence = _enter(evidence, tuple(blocks), end, policy)
    return replace(evidence, complete_to=window.complete_to, open_since=dict(window.open_since))


def _blank(evidence: Evidence, policy: Policy) -> Evidence:
    return Evidence(
        complete_to=evidence.complete_to,
        open_since=evidence.open_since,
        limits=limits(policy),
        shared=spread(faults.prior(policy.faults)),
        gate_logs=(0.0,) * len(policy.gates),
        latency_logs=(0.0,) * len(policy.latency),
        tails=(Kept(),) * len(policy.gates),
    )


def _enter(evidence: Evidence, blocks: Sequence[Block], end: float, policy: Policy) -> Evidence:
    """All blocks that end at the same moment."""
    evidence = _settled(evidence, blocks)
    endpoints = admit(evidence.endpoints, blocks, faults.prior(policy.faults))
    sums: dict[str, Sequence[float]] = {}
    on_faults: dict[str, Faults] = {}
    warm: list[Block] = []
    tails: list[tuple[Counts, ...]] = []
    groups = grouped(endpoints, blocks)
    once = leading(blocks)
    asked = counted_bets(endpoints, groups, policy)
    at_once = asked if once is blocks else counted_bets(endpoints, grouped(endpoints, once), policy)
    for stratum, some in groups.items():
        is_warm = _is_warm(evidence, some, policy)
        warm += some if is_warm else []
        bets = asked[stratum], at_once[stratum]
        endpoints[stratum], shared, slow = _bet(endpoints[stratum], some, bets, end, policy, warm=is_warm)
        tails += [slow] if slow else []
        on_faults[stratum] = Faults(counts_of(some), asked[stratum][FAULTS])
        for metric, log_es in shared.items():
            sums[metric] = [a + b for a, b in zip(sums[metric], log_es, strict=True)] if metric in sums else log_es
    evidence = _alike(replace(evidence, endpoints=endpoints), sums, end, blocks[0].weight, policy)
    if once is blocks:
        evidence = replace(evidence, boost=boosted(evidence, on_faults, policy))
    evidence = _towards_passing(evidence, counts_of(once), sum(block.unanswered for block in blocks), end, policy)
    evidence = _towards_passing_tails(evidence, blocks, tails, end, policy)
    evidence = _towards_passing_latency(evidence, leading(warm), end, policy)
    return _noted(_counted(evidence, blocks), blocks, end, policy)


def _settled(evidence: Evidence, blocks: Sequence[Block]) -> Evidence:
    if evidence.settled is not None and evidence.settled.weight == blocks[0].weight:
        return evidence
    return replace(evidence, settled=Settled(blocks[0].weight, min(block.start for block in blocks)))


def _is_warm(evidence: Evidence, blocks: Iterable[Block], policy: Policy) -> bool:
    assert evidence.settled is not None
    return min(block.start for block in blocks) >= evidence.settled.since + policy.warm_up


def _bet(
    endpoint: Endpoint, blocks: Sequence[Block], placed: tuple[Bets, Bets], end: float, policy: Policy, *, warm: bool
) -> Staked:
    counts, (asked, _) = counts_of(blocks), placed
    noted = entrance.noted(origins.noted(endpoint, blocks, warm=warm), blocks, end)
    done = staked(noted, blocks, placed, end, policy, warm=warm)
    prior_of_faults = faults.prior(policy.faults)
    known = grown(done.endpoint, counts, asked[FAULTS], end, blocks[0].weight, prior_of_faults)
    return done._replace(endpoint=known)


def _alike(
    evidence: Evidence, sums: Mapping[str, Sequence[float]], end: float, weight: float | None, policy: Policy
) -> Evidence:
    """Bets that every endpoint is harmed alike."""
    assert evidence.shared is not None
    shared = bet(evidence.shared, sums[FAULTS], end, weight, faults.prior(policy.faults))
    others = dict(evidence.others)
    for metric in sums.keys() - {FAULTS}:
        spread_by = prior(metric, policy)
        others[metric] = bet(others.get(metric) or spread(spread_by), sums[metric], end, weight, spread_by)
    return replace(evidence, shared=shared, others=dict(sorted(others.items())))


def _towards_passing(evidence: Evidence, counts: Counts, unanswered: int, end: float, policy: Policy) -> Evidence:
    """Endpoints together: the claim is about all requests. What is held stays near the threshold, so that a canary
    that turns bad late cannot live on its good past. Calls that no version answered may all have been the canary's.
    """
    doubtful = counts + Counts(canary=unanswered, canary_faults=unanswered)
    most, base = PASS_HEADROOM - log(policy.false_pass), evidence.base.guess
    logs = tuple(
        min(most, held + faults.harmless(doubtful, base, gate))
        for held, gate in zip(evidence.gate_logs, policy.gates, strict=True)
    )
    return replace(
        evidence,
        gate_logs=logs,
        base=learn_stable(evidence.base, counts, end),
        canary=learn(evidence.canary, counts.canary, counts.canary_faults, end),
    )


def _towards_passing_tails(
    evidence: Evidence, blocks: Iterable[Block], tails: Sequence[Sequence[Counts]], end: float, policy: Policy
) -> Evidence:
    """Slow requests of all endpoints together, each by its own quantiles."""
    timed = evidence.timed or any(block.stable.latency or block.canary.latency for block in blocks)
    found = [
        _kept(known, gate, sum(slow, Counts()), end, policy)
        for known, gate, *slow in zip(evidence.tails, policy.gates, *tails, strict=True)
    ]
    return replace(evidence, tails=tuple(found) if tails else evidence.tails, timed=timed)


def _kept(known: Kept, gate: Gate, slow: Counts, end: float, policy: Policy) -> Kept:
    shown = known.log_e + latency.keeps_up(slow, known.stable.guess, latency.beyond_at_most(gate))
    return Kept(
        log_e=min(PASS_HEADROOM - log(policy.false_pass), shown),
        stable=learn_stable(known.stable, slow, end),
        canary=learn(known.canary, slow.canary, slow.canary_faults, end),
        seen=known.seen + slow,
    )


def _towards_passing_latency(evidence: Evidence, blocks: Sequence[Block], end: float, policy: Policy) -> Evidence:
    """All endpoints together, for each quantile that the policy names."""
    if not blocks:
        return evidence
    most, expected = PASS_HEADROOM - log(policy.false_pass), reference(evidence.latencies)
    stable, canary = arms(blocks)
    logs = tuple(
        min(most, held + latency.passing(stable, canary, expected, level(name), ratio))
        for held, (name, ratio) in zip(evidence.latency_logs, policy.named, strict=True)
    )
    learnt = learn_latencies(evidence.latencies, expected, (stable, canary), end, policy)
    return replace(evidence, latency_logs=logs, latencies=learnt)


def _counted(evidence: Evidence, blocks: Iterable[Block]) -> Evidence:
    tally = evidence.stage
    assert tally is not None
    for block in blocks:
        if block.start >= tally.since:
            tally = _tallied(tally, block)
    return replace(evidence, stage=tally)


def _tallied(tally: Tally, block: Block) -> Tally:
    counts = counts_of((block,))
    tally = replace(
        tally,
        counts=tally.counts + counts,
        unanswered=tally.unanswered + block.unanswered,
        stable_rules=_known(tally.stable_rules, block.stable.rules),
        canary_rules=_known(tally.canary_rules, block.canary.rules),
    )
    if block.weight is None:
        return tally
    before = tally.split if block.weight == tally.told else Counts()
    return replace(tally, told=block.weight, split=before + counts_of(leading((block,))))


def _known(rules: tuple[str, ...], fresh: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*rules, *fresh)))[:RULES]


def _noted(evidence: Evidence, blocks: Sequence[Block], end: float, policy: Policy) -> Evidence:
    """Keep the newest examples, and when harm was first proved."""
    fresh = [
        Example(trace_id, endpoint_of(evidence.endpoints, block), block.end)
        for block in blocks
        for trace_id in block.canary.examples
    ]
    kept = {example.trace_id: example for example in (*evidence.examples, *reversed(fresh))}
    found = evidence.found_at
    if found is None and evidence.harm_log_e >= -log(policy.false_alarm):
        found = end
    return replace(evidence, examples=tuple(kept.values())[-MAX_EXAMPLES:], found_at=found)
