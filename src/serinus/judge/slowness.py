"""What the comparison of latencies amounts to. In: evidence, policy. Out: `Check`s, and whether both versions breach
the objective. A check's shares are of requests slower than tolerated beside stable's quantile as it was expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log, sqrt

import numpy as np
from msgspec.structs import replace

from serinus.judge import needed
from serinus.judge.baserate import BaseRate
from serinus.judge.confidence import difference_interval, share_interval
from serinus.judge.counts import Counts
from serinus.judge.evidence import Evidence, Latencies, endpoint_log_e
from serinus.judge.histogram import Reference, place, seconds_of
from serinus.judge.latency import beyond_at_most
from serinus.judge.metrics import FAULTS, LATENCY, TAIL, decisive
from serinus.judge.policy import Policy, level
from serinus.judge.verdict import Breach, Check, Quantiles, Share, VerdictOutcome
from serinus.judge.wealth import plain

PLAIN = 1.5


def checks(evidence: Evidence, policy: Policy) -> list[Check]:
    """One for each named quantile, or for the one that tells most; then endpoints proven alone; when harm is found also
    the one with the most evidence.
    """
    if not evidence.latencies.beyond:
        return []
    bound = decisive(LATENCY, 1, policy)
    e_fail = plain(evidence.metric_log_e(LATENCY))
    whole = [
        replace(check, e_fail=e_fail, decisive=bound, e_pass=plain(shown), outcome=_outcome(shown, policy))
        for check, shown in _whole(evidence, policy)
    ]
    return [*whole, *_single(evidence, policy, decisive(LATENCY, len(evidence.endpoints), policy))]


def _whole(evidence: Evidence, policy: Policy) -> list[tuple[Check, float]]:
    if not policy.latency:
        return [(_check("", evidence.latencies, _telling(evidence.latencies), policy), 0.0)]
    return [
        (_check("", evidence.latencies, name, policy), shown)
        for (name, _), shown in zip(policy.named, evidence.latency_logs, strict=True)
        if name in evidence.latencies.beyond
    ]


def _outcome(shown: float, policy: Policy) -> VerdictOutcome:
    return VerdictOutcome.PASS if shown >= -log(policy.false_pass) else VerdictOutcome.INSUFFICIENT


def _single(evidence: Evidence, policy: Policy, bound: float) -> list[Check]:
    if len(evidence.endpoints) < 2:
        return []
    held = {name: endpoint_log_e(one, LATENCY) for name, one in evidence.endpoints.items() if one.latencies.beyond}
    told = max(held, key=held.__getitem__, default="") if evidence.found_at is not None else ""
    return [
        _check(name, one, _telling(one), policy).held_against(plain(held[name]), bound)
        for name, one in ((name, evidence.endpoints[name].latencies) for name in held)
        if name == told or held[name] >= log(bound)
    ]


def keeping_up(evidence: Evidence, policy: Policy, weight: int) -> list[Check]:
    """Requests slower than is tolerated beside the quantile that the step's gate asks for: of the canary's not as many
    must be shown as are beyond that quantile of stable's. Nothing where no latencies are recorded.
    """
    if not evidence.timed:
        return []
    place = needed.gate_place(policy, weight)
    kept, most = evidence.tails[place], beyond_at_most(policy.gates[place])
    passed = kept.log_e >= -log(policy.false_pass) and weight < 100
    held, name = evidence.latencies, f"p{100 * (1 - most):.4g}"
    open_ = not passed and evidence.found_at is None
    check = Check(
        name=TAIL,
        stratum="",
        stable=Share(kept.seen.stable_faults, kept.seen.stable),
        canary=Share(kept.seen.canary_faults, kept.seen.canary),
        difference=difference_interval((kept.seen,), policy.false_alarm),
        limit=1.0,
        e_fail=1.0,
        e_pass=plain(kept.log_e),
        outcome=VerdictOutcome.PASS if passed else VerdictOutcome.INSUFFICIENT,
        needed=needed.for_keeping_up(evidence, policy, weight) if open_ else None,
        gate=most,
        quantiles=Quantiles(name, quantile(held.stable, name), quantile(held.canary, name)),
    )
    return [check]


def _telling(latencies: Latencies) -> str:
    """The lowest quantile at which the canary plainly has more than it may have, else the one where it has most."""
    excess = {name: _excess(latencies.beyond[name], name) for name in sorted(latencies.beyond, key=level)}
    return next((name for name, found in excess.items() if found > PLAIN), max(excess, key=excess.__getitem__))


def _excess(counts: Counts, name: str) -> float:
    """In standard deviations."""
    if not (counts.stable and counts.canary):
        return 0.0
    limit = _limit(counts, name)
    spread = sqrt(limit * (1 - limit / 2) * (1 / counts.stable + 1 / counts.canary))
    return (counts.canary_faults / counts.canary - limit) / spread


def _limit(counts: Counts, name: str) -> float:
    """What the canary may have beyond stable's quantile with what is tolerated: as stable has beyond it without. Stable
    has less beyond it with, unless it is slower than expected.
    """
    return max(1 - level(name), counts.stable_faults / counts.stable if counts.stable else 0.0)


def _check(stratum: str, latencies: Latencies, name: str, policy: Policy) -> Check:
    counts = latencies.beyond[name]
    stable, limit = Share(counts.stable_faults, counts.stable), _limit(counts, name)
    return Check(
        name=LATENCY,
        stratum=stratum,
        stable=stable,
        canary=Share(counts.canary_faults, counts.canary),
        difference=difference_interval((counts,), policy.false_alarm),
        limit=limit,
        e_fail=1.0,
        e_pass=1.0,
        outcome=VerdictOutcome.INSUFFICIENT,
        gate=limit if policy.latency else 1.0,
        quantiles=Quantiles(name, quantile(latencies.stable, name), quantile(latencies.canary, name)),
    )


def quantile(held: Mapping[int, float], name: str) -> float:
    """In seconds; 0 where nothing was seen lately."""
    if not held:
        return 0.0
    return round(seconds_of(float(Reference(held).quantiles(np.array([level(name)]))[0])), 6)


def breach(evidence: Evidence, policy: Policy) -> Breach | None:
    """An objective that both versions have plainly missed lately."""
    limit = policy.objective.faults
    if plainly(evidence.base, limit, policy) and plainly(evidence.canary, limit, policy):
        return Breach(FAULTS, limit, share_of(evidence.base), share_of(evidence.canary))
    held = evidence.latencies
    for name, seconds in policy.objective.latency.items():
        if all(slow(one, name, seconds, policy) for one in (held.stable, held.canary)):
            return Breach(name, seconds, quantile(held.stable, name), quantile(held.canary, name))
    return None


def plainly(rate: BaseRate, limit: float, policy: Policy) -> bool:
    """Whether the share of faults is shown to be above the limit."""
    return limit < 1 and share_interval(round(rate.faults), round(rate.requests), policy.false_alarm).low > limit


def share_of(rate: BaseRate) -> float:
    """Faded faults of faded requests; 0 without."""
    return rate.faults / rate.requests if rate.requests else 0.0


def slow(held: Mapping[int, float], name: str, seconds: float, policy: Policy) -> bool:
    """Whether the quantile is shown to be above so many seconds."""
    if not held:
        return False
    reference = Reference(held)
    beyond = 1 - float(reference.below(np.array([float(place(seconds))]))[0])
    found = share_interval(round(beyond * reference.total), round(reference.total), policy.false_alarm)
    return found.low > 1 - level(name)
