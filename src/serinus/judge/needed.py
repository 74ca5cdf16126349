"""How much evidence is still missing. In: evidence, policy, the step's weight. Out: canary requests still to come.
Extrapolates: what one more canary request, with its part of stable's, is expected to add at today's shares.
"""

from __future__ import annotations

from math import ceil, log

from serinus.judge.baserate import BaseRate
from serinus.judge.counts import Counts
from serinus.judge.evidence import Evidence
from serinus.judge.latency import beyond_at_most, keeps_up
from serinus.judge.policy import Gate, Policy
from serinus.judge.ripr import Line, growth

DRAWN_TOGETHER = 100.0
HOPELESS = 1e-6


def gate_place(policy: Policy, weight: int) -> int:
    """Which of the policy's gates a step at `weight` percent must pass: the first that reaches it, else the last."""
    for place, gate in enumerate(policy.gates):
        if gate.weight >= weight:
            return place
    return len(policy.gates) - 1


def for_passing(evidence: Evidence, policy: Policy, weight: int) -> int | None:
    """Canary requests until faults let the step pass; None where more of the same will not show it."""
    place = gate_place(policy, weight)
    shown = evidence.gate_logs[place] if evidence.gate_logs else 0.0
    return _until(evidence, shown, _gain(evidence, policy.gates[place], weight / 100), policy, weight)


def for_keeping_up(evidence: Evidence, policy: Policy, weight: int) -> int | None:
    """The same for latency."""
    place = gate_place(policy, weight)
    kept, most = evidence.tails[place], beyond_at_most(policy.gates[place])
    usual = kept.stable.guess
    gained = expected_keeping_up(_drawn(kept.canary, usual), usual, most)
    return _until(evidence, kept.log_e, gained, policy, weight)


def expected_keeping_up(canary: float, usual: float, most: float) -> float:
    """Log e that one canary request is expected to bring when the share `canary` of them is slow."""
    fast, slow = Counts(canary=1), Counts(canary=1, canary_faults=1)
    return keeps_up(fast, usual, most) * (1 - canary) + keeps_up(slow, usual, most) * canary


def _drawn(rate: BaseRate, towards: float) -> float:
    return (rate.faults + DRAWN_TOGETHER * towards) / (rate.requests + DRAWN_TOGETHER)


def _until(evidence: Evidence, shown: float, gained: float, policy: Policy, weight: int) -> int | None:
    seen = evidence.stage.counts.canary if evidence.stage else 0
    for_size = max(0, policy.min_requests - seen)
    missing = -log(policy.false_pass) - shown
    if weight >= 100 or missing <= 0:
        return for_size
    return None if gained < HOPELESS else max(for_size, ceil(missing / gained))


def _gain(evidence: Evidence, gate: Gate, share: float) -> float:
    line, base = Line(gate.ratio, gate.difference), evidence.base.guess
    if not (0 < share < 1 and base < line.at(base) < 1):
        return 0.0
    return growth(base, _drawn(evidence.canary, base), (base, base), share, line)
