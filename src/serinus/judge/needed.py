"""How much evidence is still missing. In: evidence, policy, the step's weight. Out: canary requests still to come.
Extrapolates: what one more canary request, with its part of stable's, is expected to add at today's shares.
"""

from __future__ import annotations

from math import ceil, log

from serinus.judge.evidence import Evidence
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
    """Canary requests until the step can pass; None where more of the same will not show it."""
    seen = evidence.stage.counts.canary if evidence.stage else 0
    for_size = max(0, policy.min_requests - seen)
    if weight >= 100:
        return for_size
    place = gate_place(policy, weight)
    missing = -log(policy.false_pass) - (evidence.gate_logs[place] if evidence.gate_logs else 0.0)
    if missing <= 0:
        return for_size
    gained = _gain(evidence, policy.gates[place], weight / 100)
    return None if gained < HOPELESS else max(for_size, ceil(missing / gained))


def _gain(evidence: Evidence, gate: Gate, share: float) -> float:
    line, base = Line(gate.ratio, gate.difference), evidence.base.guess
    if not (0 < share < 1 and base < line.at(base) < 1):
        return 0.0
    canary = (evidence.canary.faults + DRAWN_TOGETHER * base) / (evidence.canary.requests + DRAWN_TOGETHER)
    return growth(base, canary, (base, base), share, line)
