"""What each comparison amounts to, in numbers a person can read. In: evidence, policy, weight. Out: `Check`s.
The first is faults at all endpoints together; where there are more than one, each has its own beside it. Then come the
other metrics that have something to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log, sqrt

from msgspec.structs import replace

from serinus.judge import needed, slowness
from serinus.judge.confidence import difference_interval, odds_interval
from serinus.judge.counts import Counts
from serinus.judge.evidence import Endpoint, Evidence
from serinus.judge.metrics import COUNTED, FAULTS, LATENCY, PARTS, decisive, margin
from serinus.judge.policy import Margin, Policy
from serinus.judge.ripr import Line
from serinus.judge.verdict import Check, Interval, Share, VerdictOutcome
from serinus.judge.wealth import plain

SHOWN_BY_WEIGHT = 2


def checks(evidence: Evidence, policy: Policy, weight: int) -> tuple[Check, ...]:
    """Faults at all endpoints together, then at each, the worst first; then the other metrics."""
    speaker = _speaker(evidence)
    found = [_whole(evidence, policy, weight)]
    if len(evidence.endpoints) > 1:
        ranked = sorted(evidence.endpoints.items(), key=lambda one: -one[1].wealth.log_e)
        found += [_single(name, one, evidence, policy, weight, place) for place, (name, one) in enumerate(ranked)]
    found += slowness.checks(evidence, policy)
    found += slowness.keeping_up(evidence, policy, weight)
    found += [check for metric in COUNTED for check in _counted(metric, evidence, policy)]
    return tuple(check.condemned() if _is(check, speaker) else check for check in found)


def culprit(found: Sequence[Check]) -> Check:
    """The check that speaks for a verdict of harm: the worst endpoint that is proven alone, else all together. Of
    latencies, which endpoints have each their own, the endpoint that holds more than half of the evidence (its log).
    """
    failed = [check for check in found if check.outcome is VerdictOutcome.FAIL]
    worst = max(failed, key=lambda check: (check.stratum != "", check.e_fail / check.decisive), default=found[0])
    if worst.stratum or worst.name != LATENCY:
        return worst
    single = [check for check in found if check.name == LATENCY and check.stratum]
    return next((check for check in single if check.e_fail > sqrt(worst.e_fail)), worst)


def _speaker(evidence: Evidence) -> str:
    """When harm was found, the metric that holds the most evidence of it; "" before."""
    if evidence.found_at is None:
        return ""
    return max(PARTS, key=lambda metric: log(PARTS[metric]) + evidence.metric_log_e(metric))


def _is(check: Check, speaker: str) -> bool:
    return bool(speaker) and check.name == speaker and not check.stratum


def _whole(evidence: Evidence, policy: Policy, weight: int) -> Check:
    evidence_for = evidence.gate_logs[needed.gate_place(policy, weight)] if evidence.gate_logs else 0.0
    passed = evidence_for >= -log(policy.false_pass) and weight < 100
    check = _compared(FAULTS, "", _common_cells(evidence.endpoints), policy, weight)
    check = replace(
        check,
        e_fail=plain(evidence.metric_log_e(FAULTS)),
        e_pass=plain(evidence_for),
        outcome=VerdictOutcome.PASS if passed else VerdictOutcome.INSUFFICIENT,
        decisive=decisive(FAULTS, 1, policy),
        needed=None if passed or evidence.found_at is not None else needed.for_passing(evidence, policy, weight),
    )
    return replace(check, difference=_at_most(check.difference, check.gate - check.stable.value)) if passed else check


def _single(name: str, endpoint: Endpoint, evidence: Evidence, policy: Policy, weight: int, place: int) -> Check:
    """Proven alone when its own evidence outweighs the number of endpoints looked at."""
    cells: dict[float | None, Counts] = {cell.weight: cell.counts for cell in endpoint.cells}
    if place >= SHOWN_BY_WEIGHT:
        cells = {None: endpoint.counts}
    bound = decisive(FAULTS, len(evidence.endpoints), policy)
    check = _compared(FAULTS, name, cells, policy, weight)
    check = check.held_against(plain(endpoint.wealth.log_e), bound)
    if check.outcome is VerdictOutcome.FAIL:
        return check
    within = check.stable.value + check.difference.high <= check.gate
    return replace(check, outcome=VerdictOutcome.PASS if within else VerdictOutcome.INSUFFICIENT)


def _counted(metric: str, evidence: Evidence, policy: Policy) -> list[Check]:
    """Nothing where there never was one; else all endpoints together, and those proven alone."""
    seen = {name: one.others[metric] for name, one in evidence.endpoints.items() if metric in one.others}
    if not seen:
        return []
    limit, bound = margin(policy, metric), decisive(metric, len(evidence.endpoints), policy)
    total = sum((stake.seen for stake in seen.values()), Counts())
    whole = _table(metric, "", (total,), limit, policy)
    whole = replace(whole, e_fail=plain(evidence.metric_log_e(metric)), decisive=decisive(metric, 1, policy))
    proven = [
        _table(metric, name, (stake.seen,), limit, policy).held_against(plain(stake.wealth.log_e), bound)
        for name, stake in seen.items()
        if len(evidence.endpoints) > 1 and stake.wealth.log_e >= log(bound)
    ]
    return [whole, *proven]


def _compared(metric: str, name: str, cells: Mapping[float | None, Counts], policy: Policy, weight: int) -> Check:
    gate = policy.gates[needed.gate_place(policy, weight)]
    check = _table(metric, name, tuple(cells.values()), policy.faults, policy)
    odds = odds_interval(tuple(cells.values()), policy.false_alarm) if policy.faults.difference == 0 else None
    return replace(check, gate=min(1.0, Line(gate.ratio, gate.difference).at(check.stable.value)), odds=odds)


def _table(metric: str, name: str, cells: Sequence[Counts], limit: Margin, policy: Policy) -> Check:
    total = sum(cells, Counts())
    stable = Share(total.stable_faults, total.stable)
    return Check(
        name=metric,
        stratum=name,
        stable=stable,
        canary=Share(total.canary_faults, total.canary),
        difference=difference_interval(cells, policy.false_alarm),
        limit=min(1.0, Line(limit.ratio, limit.difference).at(stable.value)),
        e_fail=1.0,
        e_pass=1.0,
        outcome=VerdictOutcome.INSUFFICIENT,
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
