"""One plain sentence for each finding, the same everywhere it is shown. In: checks, splits. Out: text."""

from __future__ import annotations

from serinus.judge.counts import Counts
from serinus.judge.verdict import Breach, Check, Interval, Quantiles, Recorded, Share, Split, Verdict, VerdictOutcome

SAID = {"callers": "faults of who asked"}


def percent(value: float) -> str:
    """0.0512 → 5.1 %."""
    return f"{value * 100:.1f} %" if value == 0 or value >= 0.001 else f"{value * 100:.2g} %"


def points(value: float) -> str:
    """0.051 → +5.1, 0.0005 → +0.05: percentage points with their sign."""
    digits = 2 if 0 < abs(value) < 0.001 else 1
    return f"{value * 100:+.{digits}f}".replace("-", "−")


def bound(value: float) -> str:
    """A limit in two digits: 0.01 → +1, 0.0005 → +0.05, 0.01412 → +1.4."""
    return f"{value * 100:+.2g}" if abs(value) < 0.1 else f"{value * 100:+.0f}"


def milliseconds(seconds: float) -> str:
    """0.0342 → 34 ms, 1.234 → 1.23 s."""
    return f"{seconds * 1000:.3g} ms" if seconds < 0.9995 else f"{seconds:.3g} s"


def harm_found(check: Check, requests: int, false_alarm: float) -> str:
    """`requests`: the canary's until then. The interval is given only where this check by itself is proven."""
    proven = check.outcome is VerdictOutcome.FAIL
    place = f"{' at' if proven else ', most of it at'} {check.stratum}" if check.stratum else ""
    low, high = points(check.difference.low), points(check.difference.high)
    interval = f"{points(check.difference.estimate)} pp ({low} … {high}), " if proven else ""
    limit = f"limit {bound(check.limit - check.stable.value)} pp, " if check.quantiles is None else ""
    return (
        f"Harm found{place}: {_shares(check)}, {interval}{limit}after {requests:,} canary requests. "
        f"False-alarm rate ≤ {false_alarm * 100:g} %."
    )


def latency_undecided(name: str, ratio: float) -> str:
    return f"Not enough yet: {name} within {ratio:g} × stable's is not shown."


def shared_harm(found: Breach) -> str:
    said = percent if found.metric == "faults" else milliseconds
    seen = f"{found.metric} {said(found.stable)} and {said(found.canary)}, at most {said(found.limit)} wanted"
    if not found.entry:
        cause = "What both depend on is the likely cause"
        return f"Both versions miss the objective: {seen}. {cause}; the weight stays."
    waits = f" They wait for {found.dependency} most." if found.dependency else ""
    return (
        f"{found.entry} misses the objective whichever version it reaches: through stable and canary {seen}.{waits} "
        "The cause is shared and not the canary's; the weight stays."
    )


def within_margin(check: Check) -> str:
    return (
        f"Within margin: {_shares(check)}, at most {points(check.difference.high)} pp, "
        f"gate {bound(check.gate - check.stable.value)} pp."
    )


def undecided(check: Check, seconds: float | None = None) -> str:
    if check.quantiles is not None:
        return _undecided_tail(check, check.quantiles, seconds)
    gate = bound(check.gate - check.stable.value)
    if check.canary.value > check.gate:
        return f"Not enough yet: {_shares(check)}, beyond the gate of {gate} pp, but harm is not proven."
    if check.needed is None:
        return f"Not enough yet: {_shares(check)}, too near the gate of {gate} pp for more of the same to decide."
    return f"Not enough yet: {_more(check.needed, seconds)} until faults within {gate} pp can be shown."


def _more(needed: int, seconds: float | None) -> str:
    return f"≈ {needed:,} more canary requests" + (f", {lasting(seconds)} at today's traffic," if seconds else "")


def _undecided_tail(check: Check, seen: Quantiles, seconds: float | None) -> str:
    if check.needed is not None:
        more = _more(check.needed, seconds)
        return f"Not enough yet: {more} until {seen.name} as slow as tolerated at most can be shown."
    return (
        f"Not enough yet: {seen.name} {milliseconds(seen.stable)} → {milliseconds(seen.canary)}; that it is no slower "
        "than tolerated cannot be shown, but harm is not proven."
    )


def warming(warm_up: float, rest: float) -> str:
    """Within the warm-up nothing is known of latencies, so how many requests are needed cannot be said either."""
    return f"Not enough yet: latencies are compared from {warm_up:g} s after a change of weight on, in {lasting(rest)}."


def unanswered(calls: int) -> str:
    """What is said behind a sentence; "" without such calls."""
    if not calls:
        return ""
    return (
        f" {calls:,} calls failed and left no trace of either version: they count against passing, and against nobody."
    )


def lasting(seconds: float) -> str:
    """≈ 40 s, ≈ 11 min, ≈ 3 h."""
    if seconds < 100:
        return f"≈ {max(seconds, 1):.0f} s"
    return f"≈ {seconds / 60:.0f} min" if seconds < 6000 else f"≈ {seconds / 3600:.0f} h"


def no_canary(seen: Counts, needed: int | None) -> str:
    stable = f"; stable answered {seen.stable:,}" if seen.stable else ""
    more = f" ≈ {needed:,} are needed." if needed else ""
    return f"No canary requests seen in this step yet{stable}.{more}"


def too_few(missing: int) -> str:
    return f"Not enough yet: {missing:,} more canary requests in this step."


def uncovered(stratum: str) -> str:
    return f"Not enough yet: stable answers {stratum}, the canary has not been asked."


def split_mismatch(measured: Split) -> str:
    return (
        f"The split is not as asked: {percent(measured.desired)} asked for, {percent(measured.share)} measured "
        f"({percent(measured.low)} … {percent(measured.high)}) over {measured.requests:,} requests."
    )


def unequal_sampling(seen: Recorded) -> str:
    return (
        f"The versions are not recorded alike: {recorded(seen)}. Sampling differs, or answers leave no trace; "
        "nothing is concluded from what is left, and the weight stays."
    )


def different_rules(stable: str, canary: str) -> str:
    return (
        f"The versions are not recorded alike: stable's requests by the sampling rule {stable}, the canary's by "
        f"{canary}. One rule for both is needed; the weight stays."
    )


def recorded(seen: Recorded) -> str:
    """Of what the router sent, by version."""
    shares = (("stable's", seen.stable), ("the canary's", seen.canary))
    said = [f"{percent(share)} of {whose}" for whose, share in shares if share is not None]
    return (
        f"of what the router sent, the traces show {' and '.join(said)}" if said else "the router has sent nothing yet"
    )


def seen_up_to(verdict: Verdict) -> str:
    """How fresh and how complete the traces are that a verdict comes from; "" where nothing is known."""
    if verdict.lag is None:
        return ""
    known = (
        recorded(verdict.sampling)
        if verdict.sampling
        else "the router counts no requests: how many are recorded is unknown"
    )
    return f"The traces are complete up to {verdict.lag:.0f} s before this look; {known}."


def split_unverified(measured: Split | None) -> str:
    seen = measured.requests if measured else 0
    return f"The split is not verified yet: {seen:,} requests seen under the weight of this step, 20 are needed."


def alone(share: Share) -> str:
    return (
        f"Nothing is left to compare with at 100 %: {share.requests:,} canary requests answered, "
        f"faults {percent(share.value)}, split as asked."
    )


def worse_alone(interval: Interval, check: Check) -> str:
    return (
        f"At 100 % nothing is left to compare with, and the canary faults {percent(interval.estimate)} "
        f"({percent(interval.low)} … {percent(interval.high)}) where stable faulted {percent(check.stable.value)}."
    )


def _shares(check: Check) -> str:
    if check.quantiles is None:
        name = SAID.get(check.name, check.name)
        return f"{name} {percent(check.stable.value)} → {percent(check.canary.value)}"
    seen = check.quantiles
    return (
        f"latency {seen.name} {milliseconds(seen.stable)} → {milliseconds(seen.canary)}, beyond what is tolerated "
        f"{percent(check.stable.value)} → {percent(check.canary.value)}"
    )
