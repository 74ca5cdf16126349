"""A window's blocks enter the evidence, one end of blocks after the other, so that any cut into windows gives the same.
In: evidence, window, policy, stage. Out: the new evidence. Everything bet on a block was fixed before the block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import log

from msgspec.structs import replace

from serinus.judge import faults
from serinus.judge.baserate import learn, learn_stable
from serinus.judge.counts import Counts, counts_of
from serinus.judge.endpoints import admit, endpoint_of, grouped, grown
from serinus.judge.evidence import Evidence, Example, Tally
from serinus.judge.observation import Block, Window
from serinus.judge.policy import Policy
from serinus.judge.wealth import bet, opening

MAX_EXAMPLES = 10
PASS_HEADROOM = log(10.0)


def fold(evidence: Evidence, window: Window, policy: Policy, weight: int, since: float) -> Evidence:
    """Evidence with the window in it. `weight` (percent), `since` (epoch s): the step that its later blocks belong to.

    Limits that differ from those in force when the evidence began make a new test: nothing said before counts for it.
    """
    if (evidence.margin, evidence.gates) != (policy.faults, policy.gates):
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
        margin=policy.faults,
        gates=policy.gates,
        shared=opening(faults.components(policy.faults)),
        gate_logs=(0.0,) * len(policy.gates),
    )


def _enter(evidence: Evidence, blocks: Sequence[Block], end: float, policy: Policy) -> Evidence:
    """All blocks that end at the same moment."""
    weight = blocks[0].weight
    endpoints = admit(evidence.endpoints, blocks, faults.components(policy.faults))
    assert evidence.shared is not None
    sums = [0.0] * len(evidence.shared.logs)
    for stratum, counts in grouped(endpoints, blocks).items():
        endpoint = endpoints[stratum]
        log_es = faults.harm(counts, endpoint.base.guess, policy.faults)
        sums = [held + e for held, e in zip(sums, log_es, strict=True)]
        endpoints[stratum] = grown(endpoint, counts, log_es, end, weight)
    evidence = replace(evidence, endpoints=endpoints, shared=bet(evidence.shared, sums, end, weight))
    evidence = _towards_passing(evidence, counts_of(blocks), end, policy)
    return _noted(_counted(evidence, blocks), blocks, end, policy)


def _towards_passing(evidence: Evidence, counts: Counts, end: float, policy: Policy) -> Evidence:
    """Endpoints together: the claim is about all requests. What is held stays near the threshold, so that a canary
    that turns bad late cannot live on its good past.
    """
    most = PASS_HEADROOM - log(policy.false_pass)
    base = evidence.base.guess
    logs = tuple(
        min(most, held + faults.harmless(counts, base, gate))
        for held, gate in zip(evidence.gate_logs, evidence.gates, strict=True)
    )
    return replace(
        evidence,
        gate_logs=logs,
        base=learn_stable(evidence.base, counts, end),
        canary=learn(evidence.canary, counts.canary, counts.canary_faults, end),
    )


def _counted(evidence: Evidence, blocks: Iterable[Block]) -> Evidence:
    tally = evidence.stage
    assert tally is not None
    for block in blocks:
        if block.start >= tally.since:
            tally = _tallied(tally, block)
    return replace(evidence, stage=tally)


def _tallied(tally: Tally, block: Block) -> Tally:
    counts = counts_of((block,))
    tally = replace(tally, counts=tally.counts + counts)
    if block.weight is None:
        return tally
    before = tally.split if block.weight == tally.told else Counts()
    return replace(tally, told=block.weight, split=before + counts)


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
