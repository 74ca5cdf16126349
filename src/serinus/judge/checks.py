"""What each comparison amounts to, in numbers a person can read. In: evidence, policy, weight. Out: `Check`s.
The first is all endpoints together and decides; where there are more than one, each has its own beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

from msgspec.structs import replace

from serinus.judge import needed
from serinus.judge.confidence import difference_interval, odds_interval
from serinus.judge.counts import Counts
from serinus.judge.evidence import Endpoint, Evidence
from serinus.judge.policy import Policy
from serinus.judge.ripr import Line
from serinus.judge.verdict import Check, Interval, Share, VerdictOutcome
from serinus.judge.wealth import plain


def checks(evidence: Evidence, policy: Policy, weight: int) -> tuple[Check, ...]:
    """All endpoints together, then each, the worst first."""
    whole = _whole(evidence, policy, weight)
    if len(evidence.endpoints) < 2:
        return (whole,)
    single = [_single(name, endpoint, evidence, policy, weight) for name, endpoint in evidence.endpoints.items()]
    return (whole, *sorted(single, key=lambda check: -check.e_fail))


def culprit(found: Sequence[Check]) -> Check:
    """The check that speaks for a verdict of harm: the worst endpoint if it is proven alone, else all together."""
    return next((check for check in found[1:] if check.outcome is VerdictOutcome.FAIL), found[0])


def _whole(evidence: Evidence, policy: Policy, weight: int) -> Check:
    evidence_for = evidence.gate_logs[needed.gate_place(policy, weight)] if evidence.gate_logs else 0.0
    failed = evidence.found_at is not None
    passed = evidence_for >= -log(policy.false_pass) and weight < 100
    outcome = VerdictOutcome.PASS if passed else VerdictOutcome.INSUFFICIENT
    check = _compared("", _common_cells(evidence.endpoints), policy, weight)
    check = replace(
        check,
        e_fail=plain(evidence.harm_log_e),
        e_pass=plain(evidence_for),
        outcome=VerdictOutcome.FAIL if failed else outcome,
        needed=None if failed or passed else needed.for_passing(evidence, policy, weight),
    )
    if passed:
        return replace(check, difference=_at_most(check.difference, check.gate - check.stable.value))
    return _above_limit(check) if failed and len(evidence.endpoints) == 1 else check


def _single(name: str, endpoint: Endpoint, evidence: Evidence, policy: Policy, weight: int) -> Check:
    """Proven alone at K/false_alarm, K endpoints having been looked at."""
    cells = {cell.weight: cell.counts for cell in endpoint.cells}
    check = replace(_compared(name, cells, policy, weight), e_fail=plain(endpoint.wealth.log_e))
    if endpoint.wealth.log_e >= log(len(evidence.endpoints) / policy.false_alarm):
        return _above_limit(replace(check, outcome=VerdictOutcome.FAIL))
    within = check.stable.value + check.difference.high <= check.gate
    return replace(check, outcome=VerdictOutcome.PASS if within else VerdictOutcome.INSUFFICIENT)


def _compared(name: str, cells: Mapping[float | None, Counts], policy: Policy, weight: int) -> Check:
    total = sum(cells.values(), Counts())
    stable, canary = Share(total.stable_faults, total.stable), Share(total.canary_faults, total.canary)
    gate = policy.gates[needed.gate_place(policy, weight)]
    return Check(
        name="faults",
        stratum=name,
        stable=stable,
        canary=canary,
        difference=difference_interval(tuple(cells.values()), policy.false_alarm),
        limit=min(1.0, Line(policy.faults.ratio, policy.faults.difference).at(stable.value)),
        e_fail=1.0,
        e_pass=1.0,
        outcome=VerdictOutcome.INSUFFICIENT,
        gate=min(1.0, Line(gate.ratio, gate.difference).at(stable.value)),
        odds=odds_interval(tuple(cells.values()), policy.false_alarm) if policy.faults.difference == 0 else None,
    )


def _common_cells(endpoints: Mapping[str, Endpoint]) -> dict[float | None, Counts]:
    cells: dict[float | None, Counts] = {}
    for endpoint in endpoints.values():
        for cell in endpoint.cells:
            cells[cell.weight] = cells.get(cell.weight, Counts()) + cell.counts
    return cells


def _at_most(interval: Interval, bound: float) -> Interval:
    """What the gate's test has shown beyond the interval's own."""
    return replace(interval, high=max(interval.estimate, min(interval.high, bound)))


def _above_limit(check: Check) -> Check:
    """What the limit's test has shown beyond the interval's own."""
    interval = check.difference
    shown = check.limit - check.stable.value
    return replace(check, difference=replace(interval, low=min(interval.estimate, max(interval.low, shown))))
