"""Are both versions recorded alike? In: what the router counted and what the traces show of one step. Out: `Recorded`;
or the two rules by which X-Ray's clients record them. Where it is not so, nothing passes.
"""

from __future__ import annotations

from math import log

from serinus.judge.evidence import Evidence
from serinus.judge.policy import Policy
from serinus.judge.splitratio import ENOUGH, log_e
from serinus.judge.verdict import Recorded
from serinus.judge.wealth import plain

TOLERATED = 1.1


def sampling(evidence: Evidence, policy: Policy) -> Recorded | None:
    """None where the router does not count, or nothing can be said yet. Both by the second: traces lag behind counters.

    Recorded alike, a trace is one of the canary's with the canary's share of what was routed, whatever was asked for;
    the evidence against it is a split's. Rates within a tenth of each other are alike in any case.
    """
    tally = evidence.stage
    if tally is None or tally.routed is None:
        return None
    routed, lasted = tally.routed, evidence.complete_to - tally.since
    if lasted <= 0 or routed.seconds <= 0:
        return None
    stable = _rate(tally.counts.stable, routed.stable * lasted / routed.seconds)
    canary = _rate(tally.counts.canary, routed.canary * lasted / routed.seconds)
    if stable is None or canary is None or tally.counts.requests < ENOUGH:
        return Recorded(stable, canary, 1.0, None)
    against = log_e(tally.counts.stable, tally.counts.canary, routed.canary / (routed.stable + routed.canary))
    apart = max(stable, canary) > TOLERATED * min(stable, canary)
    return Recorded(stable, canary, plain(against), not (apart and against >= -log(policy.false_alarm)))


def _rate(seen: int, expected: float) -> float | None:
    return min(1.0, seen / expected) if expected > 0 else None


def different_rules(evidence: Evidence) -> tuple[str, str] | None:
    """The rules of stable and canary where they have none in common, each over at least 20 requests."""
    tally = evidence.stage
    if tally is None or min(tally.counts.stable, tally.counts.canary) < ENOUGH:
        return None
    stable, canary = tally.stable_rules, tally.canary_rules
    if not stable or not canary or set(stable) & set(canary):
        return None
    return ", ".join(stable), ", ".join(canary)
